import { get } from './client'
import type { SearchResults } from './entity'

export type Kind = 'accounts' | 'hashtags' | 'statuses'

interface Wish {
  type?: Kind | undefined
  /** resolve: what is named is asked for on its own server */
  resolve?: boolean
  offset?: number
  limit?: number
}

/** find searches; days in a query are meant where the reader is. */
export const find = (q: string, wish: Wish, signal?: AbortSignal) =>
  get<SearchResults>('/api/v2/search', { q, limit: 20, time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone, ...wish }, signal)
