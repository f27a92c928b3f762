import { get, page, post } from './client'
import type { Account, Marker, Notification, SearchResults, Status, Tag } from './entity'

export const readTimeline = (path: string, query?: Record<string, string | number | boolean>, signal?: AbortSignal) =>
  page<Status>(path, query, signal)

export const readNotifications = (query?: Record<string, string | string[] | number>, signal?: AbortSignal) =>
  page<Notification>('/api/v1/notifications', query, signal)

export const readMarkers = () =>
  get<Partial<Record<'home' | 'notifications', Marker>>>('/api/v1/markers', { timeline: ['home', 'notifications'] })
export const saveMarker = (timeline: 'home' | 'notifications', id: string) =>
  post('/api/v1/markers', { [timeline]: { last_read_id: id } })

export const search = (q: string, type?: string, signal?: AbortSignal) =>
  get<SearchResults>('/api/v2/search', { q, type, resolve: true, limit: 20 }, signal)

/** searchAccounts and searchTags complete what is being typed; they ask no other server. */
export const searchAccounts = (q: string, signal?: AbortSignal) => get<Account[]>('/api/v1/accounts/search', { q, limit: 8 }, signal)
export const searchTags = async (q: string, signal?: AbortSignal) => (await get<SearchResults>('/api/v2/search', { q: '#' + q, type: 'hashtags', limit: 8 }, signal)).hashtags

export const readTag = (name: string) => get<Tag>(`/api/v1/tags/${encodeURIComponent(name)}`)
export const followTag = (name: string, yes: boolean) =>
  post<Tag>(`/api/v1/tags/${encodeURIComponent(name)}/${yes ? 'follow' : 'unfollow'}`)
