import { del, get, page, patch, post } from './client'
import type { Account, CredentialAccount, FamiliarFollowers, FeaturedTag, Relationship, Status } from './entity'

export const readAccount = (id: string) => get<Account>(`/api/v1/accounts/${id}`)
export const lookup = (acct: string) => get<Account>('/api/v1/accounts/lookup', { acct })
export const relationships = (ids: string[]) => get<Relationship[]>('/api/v1/accounts/relationships', { id: ids, with_suspended: true })

export const readPosts = (id: string, query: { exclude_replies?: boolean; exclude_reblogs?: boolean; pinned?: boolean; only_media?: boolean; tagged?: string; max_id?: string; limit?: number }) =>
  page<Status>(`/api/v1/accounts/${id}/statuses`, query)
export const readFollowers = (id: string) => page<Account>(`/api/v1/accounts/${id}/followers`)
export const readFollowing = (id: string) => page<Account>(`/api/v1/accounts/${id}/following`)
export const readFollowRequests = () => page<Account>('/api/v1/follow_requests')

export type Relate =
  | 'follow' | 'unfollow' | 'block' | 'unblock' | 'mute' | 'unmute' | 'remove_from_followers' | 'endorse' | 'unendorse' | 'note'

export const relate = (id: string, act: Relate, body?: unknown) => post<Relationship>(`/api/v1/accounts/${id}/${act}`, body)
export const answerRequest = (id: string, yes: boolean) =>
  post<Relationship>(`/api/v1/follow_requests/${id}/${yes ? 'authorize' : 'reject'}`)

/** readFamiliar are those the reader follows who follow somebody. */
export const readFamiliar = async (id: string) => (await get<FamiliarFollowers[]>('/api/v1/accounts/familiar_followers', { id: [id] }))[0]?.accounts ?? []
export const readFeaturedTags = (id: string) => get<FeaturedTag[]>(`/api/v1/accounts/${id}/featured_tags`)
export const readEndorsed = (id: string) => page<Account>(`/api/v1/accounts/${id}/endorsements`)

export const blockDomain = (domain: string) => post('/api/v1/domain_blocks', { domain })
export const unblockDomain = (domain: string) => del(`/api/v1/domain_blocks?domain=${encodeURIComponent(domain)}`)

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
  /** locale: of letters and pushes */
  locale?: string
  source?: { privacy?: string; language?: string; sensitive?: boolean; quote_policy?: string; expand_media?: string; expand_spoilers?: boolean; autoplay_gifs?: boolean }
}

/** updateProfile changes what is named; pictures go as a form. */
export const updateProfile = (form: ProfileForm | FormData) => patch<CredentialAccount>('/api/v1/accounts/update_credentials', form)
