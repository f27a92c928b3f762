// What home shows is chosen otherwise now: somebody is followed, or no longer. What came with it is put where it belongs,
// and the reader keeps the line.
import { tick } from 'svelte'
import type { Status } from '../api/entity'
import { readTimeline } from '../api/timeline'
import { newer } from '../text/id'
import { post } from './entities.svelte'
import { home, onScreen } from './feeds'
import { place } from './place.svelte'

const most = 5
let going: Promise<void> | undefined
let once = false

/** refreshHome reads what home has now, as deep as it was read. Several wishes of one moment are one. */
export function refreshHome(): Promise<void> {
  once = true
  return (going ??= run().finally(() => (going = undefined)))
}

async function run(): Promise<void> {
  while (once) {
    once = false
    await read()
  }
}

async function read(): Promise<void> {
  const list = home()
  if (!list.loaded) return // it will be read when it is looked at
  // On the screen stands who could be followed: what comes with one of them waits until the others are seen.
  const empty = list.empty && !list.waiting.length
  if (empty && place.here.name !== 'home') return list.again()
  const last = list.ids.at(-1)
  const items: Status[] = []
  let next: string | null = '/api/v1/timelines/home?limit=40'
  for (let n = 0; next && n < most; n++) {
    const page = await readTimeline(next)
    items.push(...page.items)
    const low = page.items.at(-1)
    if (empty) list.next = page.next
    next = low && last && newer(low.id, last) ? page.next : null
  }
  await still(() => list.merge(items))
}

/** leaveHome takes a person's posts and boosts out of home. */
export const leaveHome = (author: string): Promise<void> => still(() => home().remove((entry) => post(entry)?.account.id === author))

/** still alters home, and the line that is read stays where it was. */
async function still(alter: () => void): Promise<void> {
  const mark = place.here.name === 'home' && place.look()
  alter()
  if (!mark || !mark.y) return
  await tick()
  place.restore(mark)
}

/** renew brings what is new into the lists on the screen, and to their top. */
export async function renew(): Promise<void> {
  for (const list of onScreen()) {
    if (!list.loaded || list.empty || !list.source.since) {
      await list.again()
      if (list.error) throw list.error
      continue
    }
    if (list === (home() as unknown)) await refreshHome()
    await list.catchUp()
    await list.reach()
    list.show()
  }
}
