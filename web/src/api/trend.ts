import { del, get } from './client'
import type { Account, Status, Suggestion, Tag, TrendsLink } from './entity'

export const readTrendPosts = () => get<Status[]>('/api/v1/trends/statuses', { limit: 20 })
export const readTrendTags = () => get<Tag[]>('/api/v1/trends/tags', { limit: 20 })
export const readTrendLinks = () => get<TrendsLink[]>('/api/v1/trends/links', { limit: 20 })
export const readSuggestions = () => get<Suggestion[]>('/api/v2/suggestions', { limit: 20 })
export const dismissSuggestion = (account: string) => del(`/api/v1/suggestions/${account}`)
export const readDirectory = () => get<Account[]>('/api/v1/directory', { local: true, order: 'active', limit: 20 })
