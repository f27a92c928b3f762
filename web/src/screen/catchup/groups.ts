// What was missed, put in order: by who wrote it, with what it holds.
import type { Status } from '../../api/entity'
import { compare } from '../../text/id'

export type Kind = 'all' | 'originals' | 'replies' | 'boosts' | 'pictures' | 'links' | 'tags'
export const kinds: Kind[] = ['all', 'originals', 'replies', 'boosts', 'pictures', 'links', 'tags']

export type Order = 'density' | 'time' | 'replies'
export const orders: Order[] = ['density', 'time', 'replies']

/** Group is what one account brought, the oldest first. */
export interface Group {
  author: string
  ids: string[]
}

export interface Link {
  url: string
  title: string
  site: string
  /** people who shared it, each once */
  by: string[]
}

const shown = (s: Status) => s.reblog ?? s

/** fits tells whether an entry is of a kind; tags are those that the reader follows, in small letters. */
export function fits(s: Status, kind: Kind, tags: Set<string>): boolean {
  const it = shown(s)
  switch (kind) {
    case 'all':
      return true
    case 'originals':
      return !s.reblog && !s.in_reply_to_id
    case 'replies':
      return !s.reblog && Boolean(s.in_reply_to_id)
    case 'boosts':
      return Boolean(s.reblog)
    case 'pictures':
      return it.media_attachments.length > 0
    case 'links':
      return Boolean(it.card)
    case 'tags':
      return it.tags.some((tag) => tags.has(tag.name.toLowerCase()))
  }
}

/** groups puts entries together by who brought them: few posters first, or by the newest post, or by replies. */
export function groups(all: Status[], order: Order): Group[] {
  const by = new Map<string, Status[]>()
  for (const s of all) by.set(s.account.id, [...(by.get(s.account.id) ?? []), s])
  const rows = [...by].map(([author, posts]) => ({
    author,
    posts: posts.toSorted((a, b) => compare(a.id, b.id)),
    replies: posts.reduce((n, s) => n + shown(s).replies_count, 0),
  }))
  const newest = (row: (typeof rows)[number]) => row.posts.at(-1)!.id
  rows.sort((a, b) => (order === 'density' ? a.posts.length - b.posts.length : order === 'replies' ? b.replies - a.replies : 0) || compare(newest(b), newest(a)))
  return rows.map(({ author, posts }) => ({ author, ids: posts.map((s) => s.id) }))
}

/** links are what was shared most, by different people. */
export function links(all: Status[], most = 5): Link[] {
  const found = new Map<string, Link>()
  for (const s of all) {
    const { card } = shown(s)
    if (!card) continue
    const it = found.get(card.url) ?? { url: card.url, title: card.title || card.url, site: card.provider_name || new URL(card.url).host, by: [] }
    for (const who of s.reblog ? [s.reblog.account.id, s.account.id] : [s.account.id]) if (!it.by.includes(who)) it.by.push(who)
    found.set(card.url, it)
  }
  return [...found.values()].sort((a, b) => b.by.length - a.by.length).slice(0, most)
}
