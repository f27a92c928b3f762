import type { Account, Relationship, Status } from '../api/entity'
import { block, follow, mute, removeFollower } from '../state/relation'
import { place } from '../state/place.svelte'
import { messages } from '../state/toast.svelte'
import { t } from '../text'
import { layers, type Row } from '../ui/layers.svelte'
import { meRows } from './me'
import { fullHandle, handle, hostOf, isRemote, nameOf } from './words'

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

/** accountMenu is what can be done with a person. */
export function accountMenu(a: Account, r: Relationship | undefined, me: boolean): Row[] {
  const rows: Row[] = [
    { label: t('profile.copy'), icon: 'link', run: () => void copy(fullHandle(a), t('profile.copied')) },
  ]
  if (isRemote(a)) rows.push({ label: t('post.origin', { host: hostOf(a.url) }), icon: 'external-link', href: a.url })
  if (me) {
    return [...rows, 'line', ...meRows()]
  }
  rows.unshift({ label: t('profile.mention', { name: nameOf(a) }), icon: 'at-sign', run: () => place.write({ text: handle(a) + ' ' }) })
  if (!r) return rows
  if (r.following) {
    rows.push('line', {
      label: t(r.showing_reblogs ? 'profile.boosts.off' : 'profile.boosts.on'),
      icon: 'repeat-2',
      run: () => void follow(a, { reblogs: !r.showing_reblogs }),
    })
    rows.push({ label: t(r.notifying ? 'profile.notify.off' : 'profile.notify.on'), icon: r.notifying ? 'bell-off' : 'bell', run: () => void follow(a, { notify: !r.notifying }) })
  }
  rows.push('line', { label: t('lists.add', { name: nameOf(a) }), icon: 'list-plus', run: () => void askLists(a) })
  if (r.followed_by) rows.push({ label: t('profile.remove'), icon: 'user', run: () => void removeFollower(a) })
  rows.push(
    r.muting
      ? { label: t('profile.unmute'), icon: 'volume-x', run: () => void mute(a, false) }
      : { label: t('profile.mute'), icon: 'volume-x', run: () => void askMute(a) },
    r.blocking
      ? { label: t('profile.unblock'), icon: 'ban', run: () => void block(a, false) }
      : { label: t('profile.block'), icon: 'ban', danger: true, run: () => void askBlock(a) },
    { label: t('report.do'), icon: 'flag', danger: true, run: () => void askReport(a) },
  )
  return rows
}
