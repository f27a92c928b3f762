// One copy of each account, post and relationship, by id. Lists hold ids; whoever shows a thing reads it here,
// so a change is seen everywhere at once.
import { SvelteMap } from 'svelte/reactivity'
import type { Account, Relationship, Status } from '../api/entity'

const accounts = new SvelteMap<string, Account>()
const posts = new SvelteMap<string, Status>()
const relations = new SvelteMap<string, Relationship>()
const gone = new SvelteMap<string, true>()

export const account = (id: string): Account | undefined => accounts.get(id)
export const post = (id: string): Status | undefined => posts.get(id)
export const relation = (id: string): Relationship | undefined => relations.get(id)
export const isGone = (id: string): boolean => gone.has(id)

export function keepAccount(a: Account): string {
  accounts.set(a.id, a)
  return a.id
}

/** keep stores a post, with all that hangs on it, and returns its id. A live copy knows nothing of the reader: it keeps what was known. */
export function keep(s: Status): string {
  keepAccount(s.account)
  if (s.reblog) keep(s.reblog)
  if (s.quote && 'quoted_status' in s.quote && s.quote.quoted_status) keep(s.quote.quoted_status)
  const old = posts.get(s.id)
  posts.set(s.id, old && s.favourited === undefined ? { ...s, ...mine(old) } : s)
  gone.delete(s.id)
  return s.id
}

function mine({ favourited, reblogged, bookmarked, muted, pinned, filtered }: Status): Partial<Status> {
  const known = { favourited, reblogged, bookmarked, muted, pinned, filtered }
  return Object.fromEntries(Object.entries(known).filter(([, v]) => v !== undefined))
}

/** change alters a post that is known, and returns what undoes it. */
export function change(id: string, by: Partial<Status>): () => void {
  const old = posts.get(id)
  if (!old) return () => {}
  posts.set(id, { ...old, ...by })
  const before = Object.fromEntries(Object.keys(by).map((key) => [key, old[key as keyof Status]])) as Partial<Status>
  return () => {
    const now = posts.get(id)
    if (now) posts.set(id, { ...now, ...before })
  }
}

export function keepRelation(r: Relationship): void {
  relations.set(r.id, r)
}

/** bury marks a post as deleted; lists drop it, threads show that something was there. */
export function bury(id: string): void {
  gone.set(id, true)
}

export function unbury(id: string): void {
  gone.delete(id)
}

/** content is the post that an entry of a list shows: the boosted one, or itself. */
export function content(id: string): Status | undefined {
  const entry = posts.get(id)
  return entry?.reblog ? posts.get(entry.reblog.id) ?? entry.reblog : entry
}

/** sweep forgets posts that no list holds, once there are many. */
export function sweep(held: Iterable<string>): void {
  if (posts.size < 2000) return
  const kept = new Set<string>()
  for (const id of held) {
    kept.add(id)
    const s = posts.get(id)
    if (s?.reblog) kept.add(s.reblog.id)
  }
  for (const id of [...posts.keys()]) if (!kept.has(id)) posts.delete(id)
}

/** whole lists, for a snapshot of a timeline */
export const statuses = (ids: string[]): Status[] =>
  ids.flatMap((id) => {
    const s = posts.get(id)
    if (!s) return []
    return [s.reblog ? { ...s, reblog: posts.get(s.reblog.id) ?? s.reblog } : s]
  })
