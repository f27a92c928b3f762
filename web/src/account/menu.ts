import type { Account, Relationship, Status } from '../api/entity'
import { block, blockDomain, endorse, follow, mute, removeFollower, unfollow } from '../state/relation'
import { place } from '../state/place.svelte'
import { messages } from '../state/toast.svelte'
import { t } from '../text'
import { layers, type Row } from '../ui/layers.svelte'
import { meRows } from './me'
import { handle, hostOf, isRemote, nameOf } from './words'

export async function copy(text: string, said: string): Promise<void> {
  await navigator.clipboard.writeText(text)
  messages.show(said)
}

export async function askBlock(a: Account): Promise<void> {
  const name = nameOf(a)
  if (await layers.ask({ title: t('post.block.ask', { name }), text: t('post.block.text'), yes: t('profile.block'), danger: true })) void block(a, true)
}

export async function askMute(of: Account): Promise<void> {
  const { default: Mute } = await import('./later/mute.svelte')
  void layers.dialog(Mute, { of })
}

export async function askLists(of: Account): Promise<void> {
  const { default: Lists } = await import('./later/lists.svelte')
  void layers.dialog(Lists, { of })
}

/** askReport opens the report of a person, or of one of their posts. */
export async function askReport(of: Account, first?: Status): Promise<void> {
  const { default: Report } = await import('./later/report.svelte')
  void layers.dialog(Report, { of, first })
}

export async function askNote(of: Account): Promise<void> {
  const { default: Note } = await import('./later/note.svelte')
  void layers.dialog(Note, { of })
}

export async function askShare(of: Account): Promise<void> {
  const { default: Share } = await import('./later/share.svelte')
  void layers.dialog(Share, { of })
}

export async function openPortrait(of: Account, header = false): Promise<void> {
  const { default: Portrait } = await import('./later/portrait.svelte')
  void layers.dialog(Portrait, { of, header })
}

async function askLanguages(of: Account): Promise<void> {
  const { default: Speaks } = await import('./later/speaks.svelte')
  void layers.dialog(Speaks, { of })
}

async function askUnfollow(a: Account): Promise<void> {
  if (await layers.ask({ title: t('profile.unfollow.named', { name: nameOf(a) }) + '?', text: t('profile.unfollow.text'), yes: t('profile.unfollow') })) void unfollow(a)
}

async function askDomain(a: Account, host: string): Promise<void> {
  if (!(await layers.ask({ title: t('domain.ask', { host }), text: t('domain.text'), yes: t('domain.block', { host }), danger: true }))) return
  if (await blockDomain(a, host, true)) messages.show(t('domain.done', { host }))
}

/** followRows are the terms on which somebody is followed. */
function followRows(a: Account, r: Relationship): Row[] {
  return [
    { label: t(r.notifying ? 'profile.notify.off' : 'profile.notify.on'), icon: r.notifying ? 'bell-off' : 'bell', run: () => void follow(a, { notify: !r.notifying }) },
    { label: t(r.showing_reblogs ? 'profile.boosts.off' : 'profile.boosts.on'), icon: 'repeat-2', run: () => void follow(a, { reblogs: !r.showing_reblogs }) },
    { label: r.languages?.length ? t('speaks.some', { n: r.languages.length }) : t('speaks.do'), icon: 'languages', run: () => void askLanguages(a) },
    { label: t('lists.add', { name: nameOf(a) }), icon: 'list-plus', run: () => void askLists(a) },
    { label: t(r.endorsed ? 'profile.unendorse' : 'profile.endorse'), icon: 'user-check', run: () => void endorse(a, !r.endorsed).then((done) => done && messages.show(t(r.endorsed ? 'profile.unendorsed' : 'profile.endorsed', { name: nameOf(a) }))) },
    { label: t(r.note ? 'note.edit' : 'note.add'), icon: 'pencil', run: () => void askNote(a) },
  ]
}

/** followMenu belongs to the button of somebody who is followed. */
export const followMenu = (a: Account, r: Relationship): Row[] => [
  ...followRows(a, r),
  'line',
  { label: t('profile.unfollow.named', { name: nameOf(a) }), icon: 'x', danger: true, run: () => void askUnfollow(a) },
]

/** accountMenu is what can be done with a person. */
export function accountMenu(a: Account, r: Relationship | undefined, me: boolean): Row[] {
  const rows: Row[] = [{ label: t('profile.share'), icon: 'share-2', run: () => void askShare(a) }]
  if (isRemote(a)) rows.push({ label: t('post.origin', { host: hostOf(a.url) }), icon: 'external-link', href: a.url })
  if (me) {
    return [...rows, 'line', ...meRows()]
  }
  rows.unshift({ label: t('profile.mention', { name: nameOf(a) }), icon: 'at-sign', run: () => place.write({ text: handle(a) + ' ' }) })
  if (!r) return rows
  const host = a.acct.split('@')[1]
  rows.push('line')
  // Whoever is followed has a button for these.
  if (!r.following) rows.push({ label: t('lists.add', { name: nameOf(a) }), icon: 'list-plus', run: () => void askLists(a) }, { label: t(r.note ? 'note.edit' : 'note.add'), icon: 'pencil', run: () => void askNote(a) })
  if (r.followed_by) rows.push({ label: t('profile.remove'), icon: 'user', run: () => void askRemove(a) })
  rows.push(
    r.muting
      ? { label: t('profile.unmute'), icon: 'volume-x', run: () => void mute(a, false) }
      : { label: t('profile.mute'), icon: 'volume-x', run: () => void askMute(a) },
    r.blocking
      ? { label: t('profile.unblock'), icon: 'ban', run: () => void block(a, false) }
      : { label: t('profile.block'), icon: 'ban', danger: true, run: () => void askBlock(a) },
  )
  if (host) {
    rows.push(
      r.domain_blocking
        ? { label: t('domain.unblock', { host }), icon: 'globe', run: () => void blockDomain(a, host, false) }
        : { label: t('domain.block', { host }), icon: 'globe', danger: true, run: () => void askDomain(a, host) },
    )
  }
  rows.push({ label: t('report.do'), icon: 'flag', danger: true, run: () => void askReport(a) })
  return rows
}

async function askRemove(a: Account): Promise<void> {
  if (await layers.ask({ title: t('profile.remove.ask', { name: nameOf(a) }), text: t('profile.remove.text'), yes: t('profile.remove') })) void removeFollower(a)
}
