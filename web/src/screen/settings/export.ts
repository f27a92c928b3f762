// The files of an export, in the columns that Mastodon and its kin import.
import { page } from '../../api/client'
import type { Account, MutedAccount, Status } from '../../api/entity'
import { relationships } from '../../api/account'
import { readLists } from '../../api/setting'
import { session } from '../../state/session.svelte'

type Cell = string | boolean
type Rows = Cell[][]
type Tell = (rows: number) => void

/** csv writes rows as RFC 4180 has them. What a table program would take for a formula is kept a text. */
export function csv(rows: Rows): string {
  return rows.map((row) => row.map((cell) => quoted(String(cell))).join(',') + '\r\n').join('')
}

function quoted(text: string): string {
  if (/^[=+\t\r]/.test(text)) text = "'" + text
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** all reads a list to its end. */
async function all<T>(path: string, stop: AbortSignal, tell: Tell): Promise<T[]> {
  const items: T[] = []
  for (let next: string | null = path; next; ) {
    const got: { items: T[]; next: string | null } = await page<T>(next, undefined, stop)
    items.push(...got.items)
    tell(items.length)
    next = got.items.length ? got.next : null
  }
  return items
}

/** whole is a handle that means the same person everywhere. */
const whole = (a: Account): string => (a.acct.includes('@') ? a.acct : `${a.acct}@${session.instance.domain}`)

export const kinds = {
  async following(stop: AbortSignal, tell: Tell): Promise<Rows> {
    const list = await all<Account>(`/api/v1/accounts/${session.me.id}/following?limit=80`, stop, tell)
    const rows: Rows = [['Account address', 'Show boosts', 'Notify on new posts', 'Languages']]
    for (let i = 0; i < list.length; i += 40) {
      const some = list.slice(i, i + 40)
      const between = new Map((await relationships(some.map((a) => a.id))).map((r) => [r.id, r]))
      for (const a of some) {
        const r = between.get(a.id)
        rows.push([whole(a), r?.showing_reblogs ?? true, r?.notifying ?? false, r?.languages?.join(', ') ?? ''])
      }
    }
    return rows
  },
  async followers(stop: AbortSignal, tell: Tell): Promise<Rows> {
    const list = await all<Account>(`/api/v1/accounts/${session.me.id}/followers?limit=80`, stop, tell)
    return [['Account address'], ...list.map((a) => [whole(a)])]
  },
  async lists(stop: AbortSignal, tell: Tell): Promise<Rows> {
    const rows: Rows = []
    for (const list of await readLists()) {
      const people = await all<Account>(`/api/v1/lists/${list.id}/accounts?limit=80`, stop, () => {})
      for (const a of people) rows.push([list.title, whole(a)])
      tell(rows.length)
    }
    return rows
  },
  async mutes(stop: AbortSignal, tell: Tell): Promise<Rows> {
    const list = await all<MutedAccount>('/api/v1/mutes?limit=80', stop, tell)
    const between = new Map<string, boolean>()
    for (let i = 0; i < list.length; i += 40) for (const r of await relationships(list.slice(i, i + 40).map((a) => a.id))) between.set(r.id, r.muting_notifications)
    return [['Account address', 'Hide notifications'], ...list.map((a) => [whole(a), between.get(a.id) ?? true])]
  },
  async blocks(stop: AbortSignal, tell: Tell): Promise<Rows> {
    return (await all<Account>('/api/v1/blocks?limit=80', stop, tell)).map((a) => [whole(a)])
  },
  async domains(stop: AbortSignal, tell: Tell): Promise<Rows> {
    return (await all<string>('/api/v1/domain_blocks?limit=200', stop, tell)).map((d) => [d])
  },
  async bookmarks(stop: AbortSignal, tell: Tell): Promise<Rows> {
    return (await all<Status>('/api/v1/bookmarks?limit=40', stop, tell)).map((s) => [s.uri])
  },
}

export type Kind = keyof typeof kinds
