import { get, page, part, post, type Params } from './client'
import type { Account, GroupedNotificationsResults, Marker, SearchResults, Status, Tag } from './entity'

export const readTimeline = (path: string, query?: Record<string, string | number | boolean>, signal?: AbortSignal) =>
  page<Status>(path, query, signal)

/** readGroups reads notifications as the server puts them together. */
export const readGroups = (path = '/api/v2/notifications', query?: Params) => part<GroupedNotificationsResults>(path, query)
export const countUnread = async (query: Params): Promise<number> => (await get<{ count: number }>('/api/v2/notifications/unread_count', query)).count

export const readMarkers = () =>
  get<Partial<Record<'home' | 'notifications', Marker>>>('/api/v1/markers', { timeline: ['home', 'notifications'] })
export const saveMarkers = (ids: Partial<Record<'home' | 'notifications', string>>, outlive?: boolean) =>
  post('/api/v1/markers', Object.fromEntries(Object.entries(ids).map(([list, id]) => [list, { last_read_id: id }])), {}, outlive)

export const search = (q: string, type?: string, signal?: AbortSignal) =>
  get<SearchResults>('/api/v2/search', { q, type, resolve: true, limit: 20 }, signal)

/** searchAccounts and searchTags complete what is being typed; they ask no other server. */
export const searchAccounts = (q: string, signal?: AbortSignal) => get<Account[]>('/api/v1/accounts/search', { q, limit: 8 }, signal)
export const searchTags = async (q: string, signal?: AbortSignal) => (await get<SearchResults>('/api/v2/search', { q: '#' + q, type: 'hashtags', limit: 8 }, signal)).hashtags

export const readTag = (name: string) => get<Tag>(`/api/v1/tags/${encodeURIComponent(name)}`)
export const followTag = (name: string, yes: boolean) =>
  post<Tag>(`/api/v1/tags/${encodeURIComponent(name)}/${yes ? 'follow' : 'unfollow'}`)
