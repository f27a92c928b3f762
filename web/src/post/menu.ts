// What can be done with a post, beside the buttons below it.
import { askBlock, askMute, copy } from '../account/menu'
import { hostOf, isRemote, nameOf } from '../account/words'
import { boost, remove, toggle } from '../state/post'
import { content } from '../state/entities.svelte'
import { place } from '../state/place.svelte'
import { isMe } from '../state/session.svelte'
import { messages } from '../state/toast.svelte'
import { t } from '../text'
import { layers, type Row } from '../ui/layers.svelte'
import { postLink, publicLink, seenBy } from './words'

export function boostMenu(opener: HTMLElement, id: string): void {
  const s = content(id)
  if (!s) return
  if (s.reblogged || s.visibility === 'private') return boost(id)
  layers.open(opener, t('post.boost'), [
    { label: t('post.boost.public'), icon: 'repeat-2', run: () => boost(id) },
    { label: t('post.boost.followers'), icon: 'lock', run: () => boost(id, 'private') },
  ])
}

/** neighbour is the post that the focus goes to when this one disappears. */
function neighbour(id: string): HTMLElement | null {
  const all = [...document.querySelectorAll<HTMLElement>('#content [data-entry]')]
  const at = all.findIndex((e) => e.dataset.entry === id)
  return all[at + 1] ?? all[at - 1] ?? null
}

async function askDelete(id: string): Promise<void> {
  if (!(await layers.ask({ title: t('post.delete.ask'), text: t('post.delete.text'), yes: t('post.delete'), danger: true }))) return
  const next = neighbour(id)
  const focused = place.here.params.id === id
  if (!(await remove(id))) return
  messages.show(t('post.deleted'))
  if (focused) place.back()
  else next?.focus()
}

async function askRedraft(id: string): Promise<void> {
  if (!(await layers.ask({ title: t('post.redraft.ask'), text: t('post.redraft.text'), yes: t('post.redraft'), danger: true }))) return
  const before = content(id)
  const s = await remove(id)
  if (!s || !before) return
  const [{ again }, store] = await Promise.all([import('../state/draft/model'), import('../state/draft/store')])
  const draft = again(before, { text: s.text, spoiler_text: s.spoiler_text }, false)
  await store.put(draft).catch(() => {})
  place.write({ draft: draft.id })
}

export const edit = (id: string): void => place.write({ edit: id })

export async function share(id: string): Promise<void> {
  const s = content(id)
  if (!s) return
  if (navigator.share && matchMedia('(pointer: coarse)').matches) {
    await navigator.share({ url: publicLink(s) }).catch(() => {}) // closed by the reader
  } else await copy(publicLink(s), t('post.copied'))
}

export function postMenu(opener: HTMLElement, id: string): void {
  const s = content(id)
  if (!s) return
  const name = nameOf(s.account)
  const rows: Row[] = [{ label: t('post.copy'), icon: 'link', run: () => void copy(publicLink(s), t('post.copied')) }]
  if (isRemote(s.account)) rows.push({ label: t('post.origin', { host: hostOf(publicLink(s)) }), icon: 'external-link', href: publicLink(s) })
  if (s.edited_at) rows.push({ label: t('post.history'), icon: 'clock', run: () => void place.go(postLink(s) + '/history') })
  if (s.favourites_count) rows.push({ label: t('post.likers'), icon: 'heart', run: () => void place.go(postLink(s) + '/likes') })
  if (s.reblogs_count) rows.push({ label: t('post.boosters'), icon: 'repeat-2', run: () => void place.go(postLink(s) + '/boosts') })
  rows.push('line', { label: t(s.muted ? 'post.unmute' : 'post.mute'), icon: s.muted ? 'bell' : 'bell-off', run: () => void toggle(s.id, 'muted') })
  if (isMe(s.account.id)) {
    if (s.visibility !== 'direct') rows.push({ label: t(s.pinned ? 'post.unpin' : 'post.pin'), icon: 'pin', run: () => void toggle(s.id, 'pinned') })
    rows.push(
      'line',
      { label: t('post.edit'), icon: 'pencil', run: () => edit(s.id) },
      { label: t('post.redraft'), icon: 'rotate-ccw', danger: true, run: () => void askRedraft(s.id) },
      { label: t('post.delete'), icon: 'trash', danger: true, run: () => void askDelete(s.id) },
    )
  } else {
    rows.push(
      'line',
      { label: t('post.people.mute', { name }), icon: 'volume-x', run: () => void askMute(s.account) },
      { label: t('post.people.block', { name }), icon: 'ban', danger: true, run: () => void askBlock(s.account) },
    )
  }
  rows.push({ note: t(seenBy(s.visibility).text) })
  layers.open(opener, t('post.more'), rows)
}
