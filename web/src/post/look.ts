// Opening a picture large. Where the browser can, it grows out of its place; it never waits for that.
import { tick } from 'svelte'
import type { Status } from '../api/entity'
import { place } from '../state/place.svelte'
import { calm } from '../state/reading.svelte'
import { postLink } from './words'
import { withWords } from '../text'

export const viewer = () => withWords(import('./later/viewer.svelte'))

const ready = (ms: number): Promise<boolean> =>
  Promise.race([viewer().then(() => true), new Promise<boolean>((done) => setTimeout(() => done(false), ms))])

export async function look(event: MouseEvent, s: Status, n: number): Promise<void> {
  if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  event.preventDefault()
  const picture = (event.currentTarget as Element).querySelector<HTMLElement>('img, video')
  const open = () => place.view({ post: s.id, n }, postLink(s))
  if (!picture || calm() || !document.startViewTransition || !(await ready(100))) return open()
  picture.style.viewTransitionName = 'picture'
  document.startViewTransition(async () => {
    picture.style.viewTransitionName = ''
    open()
    await tick()
    await tick()
  })
}
