import type { Account } from '../api/entity'
import { session } from '../state/session.svelte'

export const handle = (a: { acct: string }): string => '@' + a.acct
export const link = (a: { acct: string }): string => '/@' + a.acct
export const nameOf = (a: Account): string => (a.display_name.trim() || a.username).replace(/:\w+:/g, '').trim() || a.username

/** fullHandle has the server also for people of this site: it is the one to give to others. */
export const fullHandle = (a: Account): string => (a.acct.includes('@') ? '@' + a.acct : `@${a.acct}@${session.instance.domain}`)

export const isRemote = (a: { acct: string }): boolean => a.acct.includes('@')

/** hostOf is the server that an address lies on. */
export function hostOf(url: string | null): string {
  try {
    return new URL(url ?? '').host
  } catch {
    return ''
  }
}
