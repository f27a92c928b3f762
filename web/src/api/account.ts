import { get, page, patch, post } from './client'
import type { Account, CredentialAccount, Relationship, Status } from './entity'

export const readAccount = (id: string) => get<Account>(`/api/v1/accounts/${id}`)
export const lookup = (acct: string) => get<Account>('/api/v1/accounts/lookup', { acct })
export const relationships = (ids: string[]) => get<Relationship[]>('/api/v1/accounts/relationships', { id: ids })

export const readPosts = (id: string, query: { exclude_replies?: boolean; exclude_reblogs?: boolean; pinned?: boolean; max_id?: string }) =>
  page<Status>(`/api/v1/accounts/${id}/statuses`, query)
export const readFollowers = (id: string) => page<Account>(`/api/v1/accounts/${id}/followers`)
export const readFollowing = (id: string) => page<Account>(`/api/v1/accounts/${id}/following`)
export const readFollowRequests = () => page<Account>('/api/v1/follow_requests')

export type Relate =
  | 'follow' | 'unfollow' | 'block' | 'unblock' | 'mute' | 'unmute' | 'remove_from_followers'

export const relate = (id: string, act: Relate, body?: unknown) => post<Relationship>(`/api/v1/accounts/${id}/${act}`, body)
export const answerRequest = (id: string, yes: boolean) =>
  post<Relationship>(`/api/v1/follow_requests/${id}/${yes ? 'authorize' : 'reject'}`)

export interface ProfileForm {
  display_name?: string
  note?: string
  locked?: boolean
  bot?: boolean
  discoverable?: boolean
  indexable?: boolean
  hide_collections?: boolean
  avatar_description?: string
  header_description?: string
  fields_attributes?: { name: string; value: string }[]
  source?: { privacy?: string; language?: string; sensitive?: boolean; quote_policy?: string }
}

/** updateProfile changes what is named; pictures go as a form. */
export const updateProfile = (form: ProfileForm | FormData) => patch<CredentialAccount>('/api/v1/accounts/update_credentials', form)
