// What somebody sets about themselves, beside the profile: filters, mutes, blocks, featured tags.
import { del, get, page, post, put } from './client'
import type { Account, CredentialAccount, DomainBlockPreview, ExtendedDescription, FeaturedTag, Filter, FilterPlace, List, MutedAccount, Tag, TermsOfService } from './entity'

export interface FilterForm {
  title: string
  context: FilterPlace[]
  filter_action: Filter['filter_action']
  /** seconds; null: for good */
  expires_in?: number | null
  keywords_attributes: { id?: string; keyword?: string; whole_word?: boolean; _destroy?: boolean }[]
}

export const readFilters = () => get<Filter[]>('/api/v2/filters')
export const saveFilter = (id: string | undefined, form: FilterForm) => (id ? put<Filter>(`/api/v2/filters/${id}`, form) : post<Filter>('/api/v2/filters', form))
export const removeFilter = (id: string) => del(`/api/v2/filters/${id}`)

export const readMuted = (next?: string) => page<MutedAccount>(next ?? '/api/v1/mutes')
export const readBlocked = (next?: string) => page<Account>(next ?? '/api/v1/blocks')

export const readDomains = (next?: string) => page<string>(next ?? '/api/v1/domain_blocks?limit=200')
export const previewDomain = (domain: string) => get<DomainBlockPreview>('/api/v1/domain_blocks/preview', { domain })
export const blockDomain = (domain: string, yes: boolean) => (yes ? post('/api/v1/domain_blocks', { domain }) : del('/api/v1/domain_blocks', { domain }))

export const readFeatured = () => get<FeaturedTag[]>('/api/v1/featured_tags')
export const suggestFeatured = () => get<Tag[]>('/api/v1/featured_tags/suggestions')
export const featureTag = (name: string) => post<FeaturedTag>('/api/v1/featured_tags', { name })
export const unfeatureTag = (id: string) => del(`/api/v1/featured_tags/${id}`)

export const removePicture = (kind: 'avatar' | 'header') => del<CredentialAccount>(`/api/v1/profile/${kind}`)

export const readLists = () => get<List[]>('/api/v1/lists')
export const readDescription = () => get<ExtendedDescription>('/api/v1/instance/extended_description')
export const readTerms = () => get<TermsOfService>('/api/v1/instance/terms_of_service')
