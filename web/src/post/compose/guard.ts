// Before a post goes out: would somebody read it who should not, or not read it who is named?
import { lookup, relationships } from '../../api/account'
import { ApiError } from '../../api/client'
import type { Account, Status } from '../../api/entity'
import { wider, type Draft } from '../../state/draft/model'
import { session } from '../../state/session.svelte'
import { listed, t } from '../../text'

const handle = /(?<![\w=/])@(\w[\w.-]*(?:@[\w-]+(?:\.[\w-]+)*)?)/g

/** named lists the handles in a text, without those of one's own. */
export function named(text: string): string[] {
  const all = [...text.matchAll(handle)].map((m) => m[1]!.toLowerCase().replace(/[.-]+$/, ''))
  return [...new Set(all)].filter((a) => a !== session.me.acct.toLowerCase())
}

/** known finds the accounts of handles; null: there is nobody of this name on this site. Strangers elsewhere are left out. */
async function known(handles: string[]): Promise<Map<string, Account | null>> {
  const found = new Map<string, Account | null>()
  await Promise.all(
    handles.slice(0, 20).map(async (h) => {
      try {
        found.set(h, await lookup(h))
      } catch (error) {
        if (error instanceof ApiError && error.status === 404 && !h.includes('@')) found.set(h, null)
      }
    }),
  )
  return found
}

/** doubts are sentences on who would read a post; none: send it. */
export async function doubts(d: Draft, parent: Status | undefined): Promise<string[]> {
  const out: string[] = []
  const last = localStorage.getItem('posted-as')
  if (last && last !== session.me.id && d.writer !== session.me.id && !d.edit) out.push(t('guard.account', { name: '@' + session.me.acct }))
  if (parent && !d.edit && wider(d.visibility, parent.visibility)) out.push(t('guard.wider'))
  const handles = named(d.parts.map((p) => p.text).join('\n'))
  if (!handles.length || (d.edit && d.visibility !== 'private')) return out
  if (!navigator.onLine) return out
  const found = await known(handles)
  const nobody = handles.filter((h) => found.get(h) === null)
  if (nobody.length) out.push(t('guard.nobody', { n: nobody.length, names: listed(nobody.map((h) => '@' + h)) }))
  const people = [...found.values()].filter((a) => a !== null)
  if (!people.length) return out
  const relations = await relationships(people.map((a) => a.id)).catch(() => [])
  const of = (test: (r: (typeof relations)[number]) => boolean) => people.filter((a) => relations.some((r) => r.id === a.id && test(r))).map((a) => '@' + a.acct)
  const cannot = of((r) => r.blocking || r.blocked_by || r.domain_blocking)
  if (cannot.length) out.push(t('guard.cannot', { n: cannot.length, names: listed(cannot) }))
  // Those who are part of the talk already are no outsiders.
  const inside = new Set(parent ? [parent.account.id, ...parent.mentions.map((m) => m.id)] : [])
  if (d.visibility === 'private') {
    const outside = of((r) => !r.followed_by && !inside.has(r.id))
    if (outside.length) out.push(t('guard.outside', { n: outside.length, names: listed(outside) }))
  } else if (d.visibility === 'direct' && parent) {
    const outside = people.filter((a) => !inside.has(a.id)).map((a) => '@' + a.acct)
    if (outside.length) out.push(t('guard.joins', { n: outside.length, names: listed(outside) }))
  }
  return out
}
