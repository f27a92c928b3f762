// What the API speaks: the shapes of the Mastodon client API, as far as the app reads them.

export type Visibility = 'public' | 'unlisted' | 'private' | 'direct'

export interface CustomEmoji {
  shortcode: string
  url: string
  static_url: string
}

export interface Field {
  name: string
  value: string
  verified_at: string | null
}

export interface Account {
  id: string
  username: string
  acct: string
  display_name: string
  locked: boolean
  bot: boolean
  created_at: string
  note: string
  url: string
  avatar: string
  avatar_static: string
  header: string
  header_static: string
  followers_count: number
  following_count: number
  statuses_count: number
  last_status_at: string | null
  emojis: CustomEmoji[]
  fields: Field[]
  moved?: Account | null
  suspended?: boolean
  limited?: boolean
  memorial?: boolean
}

export interface CredentialAccount extends Account {
  source: {
    privacy: Visibility
    sensitive: boolean
    language: string | null
    note: string
    fields: Field[]
    follow_requests_count: number
    discoverable?: boolean | null
    indexable?: boolean
  }
}

export interface Mention {
  id: string
  username: string
  url: string
  acct: string
}

export interface Tag {
  name: string
  url: string
  following?: boolean
  history?: { day: string; accounts: string; uses: string }[]
}

export interface Size {
  width: number
  height: number
}

export interface Media {
  id: string
  type: 'unknown' | 'image' | 'gifv' | 'video' | 'audio'
  url: string | null
  preview_url: string | null
  remote_url: string | null
  meta: { original?: Partial<Size>; small?: Partial<Size> } | null
  description: string | null
  blurhash: string | null
}

export interface Poll {
  id: string
  expires_at: string | null
  expired: boolean
  multiple: boolean
  votes_count: number
  voters_count: number | null
  options: { title: string; votes_count: number | null }[]
  voted?: boolean
  own_votes?: number[]
}

export interface Card {
  url: string
  title: string
  description: string
  type: string
  provider_name: string
  image: string | null
}

export interface Quote {
  state: string
  quoted_status?: Status | null
  quoted_status_id?: string | null
}

export interface FilterResult {
  filter: { id: string; title: string; context: string[]; filter_action: 'warn' | 'hide' | 'blur' }
}

export interface Status {
  id: string
  uri: string
  url: string | null
  created_at: string
  edited_at: string | null
  in_reply_to_id: string | null
  in_reply_to_account_id: string | null
  sensitive: boolean
  spoiler_text: string
  visibility: Visibility
  language: string | null
  content: string
  text?: string
  replies_count: number
  reblogs_count: number
  favourites_count: number
  reblog: Status | null
  account: Account
  media_attachments: Media[]
  mentions: Mention[]
  tags: { name: string; url: string }[]
  emojis: CustomEmoji[]
  card: Card | null
  poll: Poll | null
  quote?: Quote | null
  favourited?: boolean
  reblogged?: boolean
  muted?: boolean
  bookmarked?: boolean
  pinned?: boolean
  filtered?: FilterResult[]
}

export interface StatusEdit {
  account: Account
  content: string
  spoiler_text: string
  sensitive: boolean
  created_at: string
  media_attachments: Media[]
  emojis: CustomEmoji[]
}

export interface StatusSource {
  id: string
  text: string
  spoiler_text: string
}

export interface Context {
  ancestors: Status[]
  descendants: Status[]
}

export interface Relationship {
  id: string
  following: boolean
  showing_reblogs: boolean
  notifying: boolean
  followed_by: boolean
  blocking: boolean
  blocked_by: boolean
  muting: boolean
  muting_notifications: boolean
  requested: boolean
  requested_by: boolean
  domain_blocking: boolean
  note: string
}

export interface Notification {
  id: string
  type: string
  created_at: string
  account: Account
  status?: Status | null
}

export interface SearchResults {
  accounts: Account[]
  statuses: Status[]
  hashtags: Tag[]
}

export interface Marker {
  last_read_id: string
  version: number
  updated_at: string
}

export interface Instance {
  domain: string
  title: string
  version: string
  description: string
  source_url: string
  languages: string[]
  configuration: {
    statuses: { max_characters: number; max_media_attachments: number; characters_reserved_per_url: number }
    accounts?: { max_display_name_length?: number; max_note_length?: number }
    urls?: { streaming?: string }
  }
  rules: { id: string; text: string; hint?: string }[]
  contact?: { email: string; account: Account | null }
  registrations?: { enabled: boolean }
}

export interface Preferences {
  'posting:default:visibility'?: Visibility
  'posting:default:sensitive'?: boolean
  'posting:default:language'?: string | null
  'reading:expand:media'?: 'default' | 'show_all' | 'hide_all'
  'reading:expand:spoilers'?: boolean
  'reading:autoplay:gifs'?: boolean
}

/** Boot is what the shell brings along: the reader, the site and the first page of data for its address. */
export interface Boot {
  account: CredentialAccount
  preferences: Preferences
  instance: Instance
  path: string
  theme: string
  page?: {
    home?: Status[]
    public?: Status[]
    status?: Status
    context?: Context
    profile?: Account
    statuses?: Status[]
    relationship?: Relationship
    notifications?: Notification[]
  }
  links?: { next?: string | null }
}
