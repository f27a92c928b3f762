import { del, get, page, post, put } from './client'
import type { Account, List, Tag } from './entity'

export interface ListForm {
  title: string
  replies_policy: List['replies_policy']
  exclusive: boolean
}

export const readLists = () => get<List[]>('/api/v1/lists')
export const makeList = (form: ListForm) => post<List>('/api/v1/lists', form)
export const changeList = (id: string, form: ListForm) => put<List>(`/api/v1/lists/${id}`, form)
export const dropList = (id: string) => del(`/api/v1/lists/${id}`)

export const listsWith = (account: string) => get<List[]>(`/api/v1/accounts/${account}/lists`)
export const readMembers = (id: string) => page<Account>(`/api/v1/lists/${id}/accounts`, { limit: 40 })
export const addMember = (id: string, account: string) => post(`/api/v1/lists/${id}/accounts`, { account_ids: [account] })
export const dropMember = (id: string, account: string) => del(`/api/v1/lists/${id}/accounts?account_ids[]=${account}`)

/** searchFollowed finds people whom the reader follows: only they can stand in a list. */
export const searchFollowed = (q: string, signal?: AbortSignal) => get<Account[]>('/api/v1/accounts/search', { q, following: true, limit: 12 }, signal)

export const readFollowedTags = () => page<Tag>('/api/v1/followed_tags', { limit: 100 })
