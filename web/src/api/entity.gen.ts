// Written by script/entities.mjs from docs/openapi.json. Not to be edited.

/** a person or another actor */
export interface Account {
  /** user, or user@domain for people of other servers */
  acct: string
  avatar: string
  avatar_description: string
  avatar_static: string
  bot: boolean
  /** at midnight */
  created_at: string
  discoverable: boolean | null
  display_name: string
  email_subscriptions?: boolean | undefined
  emojis: CustomEmoji[]
  feature_approval: FeatureApproval
  fields: Field[]
  followers_count: number
  following_count: number
  group: boolean
  header: string
  /** nobody sets one here */
  header_bg?: string | null | undefined
  header_description: string
  header_static: string
  hide_collections: boolean | null
  id: string
  indexable: boolean
  invalid_handle?: true | undefined
  is_admin?: boolean | undefined
  last_status_at: string | null
  limited?: true | undefined
  local?: boolean | undefined
  location?: string | null | undefined
  /** follows need leave */
  locked: boolean
  memorial?: true | undefined
  /** where this account went */
  moved?: Account | null | undefined
  /** local accounts only */
  noindex?: boolean | undefined
  note: string
  /** this and what follows: for Pixelfed's apps, which ask with _pe=1 */
  note_text?: string | undefined
  pronouns?: string[] | undefined
  /** what it shows of its role; local accounts only */
  roles?: AccountRole[] | undefined
  show_featured: boolean
  show_media: boolean
  show_media_replies: boolean
  statuses_count: number
  suspended?: true | undefined
  uri: string
  url: string
  username: string
  /** these three are fields of the profile */
  website?: string | null | undefined
}

export interface AccountLimits {
  max_avatar_description_length: number
  max_display_name_length: number
  max_featured_tags: number
  max_header_description_length: number
  max_note_length: number
  max_pinned_statuses: number
  max_profile_fields: number
  profile_field_name_limit: number
  profile_field_value_limit: number
}

export interface AccountRole {
  color: string
  id: string
  name: string
}

export interface AccountWarning {
  action: 'none' | 'disable' | 'mark_statuses_as_sensitive' | 'delete_statuses' | 'sensitive' | 'silence' | 'suspend'
  appeal: {
    state: 'approved' | 'rejected' | 'pending'
    text: string
  } | null
  created_at: string
  id: string
  status_ids: string[] | null
  target_account: Account
  text: string
}

/** an app that may act for somebody @skein */
export interface AllowedApp {
  id: string
  name: string
  scopes: string[]
  since: string
  /** to the day */
  used_at: string | null
  website: string | null
}

export interface Announcement {
  all_day: boolean
  content: string
  emojis: CustomEmoji[]
  ends_at: string | null
  id: string
  mentions: Mention[]
  published_at: string
  reactions: Reaction[]
  read?: boolean | undefined
  starts_at: string | null
  statuses: {
    id: string
    url: string
  }[]
  tags: ShallowTag[]
  updated_at: string
}

export interface AnnualReport {
  account_id: string
  data: AnnualReportData
  schema_version: number
  share_url: string | null
  year: number
}

/** what somebody did in a year */
export interface AnnualReportData {
  archetype: 'lurker' | 'booster' | 'pollster' | 'replier' | 'oracle'
  time_series: {
    followers: number
    following: number
    month: number
    statuses: number
  }[]
  top_hashtags: {
    count: number
    name: string
  }[]
  top_statuses: {
    by_favourites: string | null
    by_reblogs: string | null
    by_replies: string | null
  }
}

export interface ApiVersions {
  mastodon: number
  skein?: number | undefined
}

export interface AsyncRefresh {
  id: string
  result_count: number | null
  status: 'running' | 'finished'
}

/** a filter as a post tells it */
export interface BriefFilter {
  context: ('home' | 'notifications' | 'public' | 'thread' | 'account')[]
  expires_at: string | null
  filter_action: 'warn' | 'hide' | 'blur'
  id: string
  title: string
}

/** an account that a browser is signed in to @skein */
export interface BrowserAccount {
  account: Account
  /** the call was made for it */
  current: boolean
  /** that were not read */
  mentions: number
  /** other notifications that were not read */
  news: boolean
}

/** a browser that is signed in @skein */
export interface BrowserSession {
  /** from where it was used */
  address: string
  /** what it says it is */
  agent: string
  created_at: string
  /** this one */
  current: boolean
  id: string
  /** to the day */
  used_at: string
}

export interface CardAuthor {
  account: Account | null
  name: string
  url: string
}

/** accounts that somebody recommends */
export interface Collection {
  account_id: string
  created_at: string
  description: string | null
  discoverable: boolean
  id: string
  item_count: number
  items: CollectionItem[]
  language: string | null
  local: boolean
  name: string
  sensitive: boolean
  tag: ShallowTag | null
  updated_at: string
  uri: string
  url: string
}

export interface CollectionItem {
  account_id?: string | undefined
  created_at: string
  id: string
  state: 'pending' | 'accepted' | 'rejected' | 'revoked'
}

export interface CollectionWithAccounts {
  accounts: Account[]
  collection: Collection
}

export interface Configuration {
  accounts: AccountLimits
  limited_federation: boolean
  media_attachments: MediaLimits
  polls: {
    max_characters_per_option: number
    max_expiration: number
    max_options: number
    min_expiration: number
  }
  statuses: {
    characters_reserved_per_url: number
    max_characters: number
    max_media_attachments: number
  }
  timelines_access: {
    hashtag_feeds: FeedAccess
    live_feeds: FeedAccess
    trending_link_feeds: FeedAccess
  }
  translation: {
    enabled: boolean
  }
  urls: {
    about: string
    privacy_policy: string | null
    status: string | null
    streaming: string
    terms_of_service: string | null
  }
  vapid: {
    public_key: string
  }
}

/** what stands before and after a post */
export interface Context {
  ancestors: Status[]
  descendants: Status[]
}

export interface Conversation {
  accounts: Account[]
  id: string
  last_status: Status | null
  unread: boolean
}

/** an account for its owner */
export interface CredentialAccount {
  /** user, or user@domain for people of other servers */
  acct: string
  avatar: string
  avatar_description: string
  avatar_static: string
  bot: boolean
  /** at midnight */
  created_at: string
  discoverable: boolean | null
  display_name: string
  email_subscriptions?: boolean | undefined
  emojis: CustomEmoji[]
  feature_approval: FeatureApproval
  fields: Field[]
  followers_count: number
  following_count: number
  group: boolean
  header: string
  /** nobody sets one here */
  header_bg?: string | null | undefined
  header_description: string
  header_static: string
  hide_collections: boolean | null
  id: string
  indexable: boolean
  invalid_handle?: true | undefined
  is_admin?: boolean | undefined
  last_status_at: string | null
  limited?: true | undefined
  local?: boolean | undefined
  location?: string | null | undefined
  /** follows need leave */
  locked: boolean
  memorial?: true | undefined
  /** where this account went */
  moved?: Account | null | undefined
  /** local accounts only */
  noindex?: boolean | undefined
  note: string
  /** this and what follows: for Pixelfed's apps, which ask with _pe=1 */
  note_text?: string | undefined
  pronouns?: string[] | undefined
  role: Role
  /** what it shows of its role; local accounts only */
  roles?: AccountRole[] | undefined
  show_featured: boolean
  show_media: boolean
  show_media_replies: boolean
  source: Source
  statuses_count: number
  suspended?: true | undefined
  uri: string
  url: string
  username: string
  /** these three are fields of the profile */
  website?: string | null | undefined
}

export interface CustomEmoji {
  category?: string | undefined
  featured?: boolean | undefined
  shortcode: string
  static_url: string
  url: string
  visible_in_picker: boolean
}

/** the answer to a deletion: the source instead of the HTML, so that it can be written anew */
export interface DeletedStatus {
  account: Account
  application?: StatusApplication | null | undefined
  bookmarked?: boolean | undefined
  card: PreviewCard | null
  created_at: string
  edited_at: string | null
  /** when there are any */
  emoji_reactions?: EmojiReaction[] | undefined
  emojis: CustomEmoji[]
  favourited?: boolean | undefined
  favourites_count: number
  filtered?: FilterResult[] | undefined
  id: string
  in_reply_to_account_id: string | null
  in_reply_to_id: string | null
  /** when it limits something */
  interaction_policy?: InteractionPolicy | undefined
  language: string | null
  media_attachments: MediaAttachment[]
  mentions: Mention[]
  muted?: boolean | undefined
  pinned?: boolean | undefined
  poll: Poll | null
  quote: Quote | ShallowQuote | null
  quote_approval: QuoteApproval
  quotes_count: number
  /** the same list */
  reactions?: EmojiReaction[] | undefined
  reblog: Status | null
  reblogged?: boolean | undefined
  reblogs_count: number
  replies_count: number
  sensitive: boolean
  spoiler_text: string
  tagged_collections: Collection[]
  tags: ShallowTag[]
  text: string
  uri: string
  url: string | null
  visibility: 'public' | 'unlisted' | 'private' | 'direct'
}

/** what a block of a whole server would end */
export interface DomainBlockPreview {
  followers_count: number
  following_count: number
}

/** an emoji that people reacted with (Pleroma) */
export interface EmojiReaction {
  accounts?: Account[] | undefined
  count: number
  me: boolean
  name: string
  static_url?: string | null | undefined
  url?: string | null | undefined
}

export interface ExtendedDescription {
  content: string
  updated_at: string | null
}

export interface FamiliarFollowers {
  accounts: Account[]
  id: string
}

/** who may put an account into a collection */
export interface FeatureApproval {
  automatic: ('public' | 'followers' | 'following' | 'unsupported_policy' | 'disabled')[]
  current_user: 'automatic' | 'manual' | 'denied' | 'unknown' | 'missing'
  manual: ('public' | 'followers' | 'following' | 'unsupported_policy' | 'disabled')[]
}

/** a hashtag shown on a profile */
export interface FeaturedTag {
  id: string
  last_status_at: string | null
  name: string
  statuses_count: string
  url: string
}

export interface FeedAccess {
  local: 'public' | 'authenticated' | 'disabled'
  remote: 'public' | 'authenticated' | 'disabled'
}

/** one row of a profile's table */
export interface Field {
  name: string
  value: string
  verified_at: string | null
}

export interface Filter {
  context: ('home' | 'notifications' | 'public' | 'thread' | 'account')[]
  expires_at: string | null
  filter_action: 'warn' | 'hide' | 'blur'
  id: string
  keywords: FilterKeyword[]
  statuses: FilterStatus[]
  title: string
}

export interface FilterKeyword {
  id: string
  keyword: string
  whole_word: boolean
}

/** a filter of the reader that a post meets */
export interface FilterResult {
  filter: BriefFilter
  keyword_matches: string[] | null
  status_matches: string[] | null
}

export interface FilterStatus {
  id: string
  status_id: string
}

export interface GroupedNotificationsResults {
  accounts: Account[]
  notification_groups: NotificationGroup[]
  /** with expand_accounts=partial_avatars */
  partial_accounts?: PartialAccountWithAvatar[] | undefined
  statuses: Status[]
}

/** a day: how often, and by how many */
export interface History {
  accounts: string
  /** seconds since 1970, at midnight */
  day: string
  uses: string
}

/** what somebody brings from elsewhere, and how far that is @skein */
export interface Import {
  added: number
  created_at: string
  done: number
  ended_at: string | null
  error: string | null
  /** when it is forgotten */
  expires_at: string
  failed: number
  files: {
    name: string
    received: number
    size: number
  }[]
  id: string
  /** what was chosen */
  kinds: string[]
  overwrite: boolean
  preview: ImportPreview | null
  source: 'following' | 'lists' | 'blocks' | 'mutes' | 'domains' | 'bookmarks' | 'filters' | 'mastodon' | 'instagram' | 'threads' | 'twitter' | 'bluesky'
  state: 'sending' | 'reading' | 'ready' | 'running' | 'paused' | 'done' | 'undoing' | 'undone' | 'failed'
  /** of what was chosen */
  total: number
  undo_until: string | null
}

/** @skein */
export interface ImportKind {
  bytes: number
  count: number
  files: number
  from: string | null
  kind: string
  /** not here yet */
  new: number
  until: string | null
}

/** what is in the files, before anything is brought @skein */
export interface ImportPreview {
  /** members of an archive that were not opened */
  ignored: number
  kinds: ImportKind[]
  /** what is never copied, by kind */
  left_out: Record<string, number>
  /** the first of what cannot be read */
  problems: {
    error: string
    place: string
  }[]
  samples: ({
    created_at: string | null
    files: number
    kind: string
    text: string
  })[]
  unread: number
  username: string | null
}

/** what was not brought, or not whole @skein */
export interface ImportRow {
  error: string
  /** its number */
  id: string
  kind: string
  state: 'waiting' | 'done' | 'failed' | 'known'
  text: string
}

export interface Instance {
  api_versions: ApiVersions
  configuration: Configuration
  contact: {
    account: Account | null
    email: string
  }
  description: string
  domain: string
  icon: {
    size: string
    src: string
  }[]
  languages: string[]
  registrations: {
    approval_required: boolean
    enabled: boolean
    message: string | null
    min_age: number | null
    reason_required: boolean
    url: string | null
  }
  rules: Rule[]
  source_url: string
  thumbnail: {
    blurhash?: string | null | undefined
    description: string
    url: string
    versions?: {
      '@1x'?: string | undefined
      '@2x'?: string | undefined
    } | undefined
  }
  title: string
  usage: {
    users: {
      active_month: number
    }
  }
  version: string
  wrapstodon: number | null
}

/** who may do what with a post (GoToSocial) */
export interface InteractionPolicy {
  can_favourite: PolicyRules
  can_quote?: PolicyRules | undefined
  can_reblog: PolicyRules
  can_reply: PolicyRules
}

/** somebody who waits for leave (GoToSocial) */
export interface InteractionRequest {
  accepted_at: string | null
  account: Account
  created_at: string
  id: string
  quote?: Status | undefined
  rejected_at: string | null
  reply?: Status | undefined
  status: Status | null
  type: 'favourite' | 'reply' | 'reblog' | 'quote'
  uri: string
}

export interface List {
  exclusive: boolean
  id: string
  replies_policy: 'followed' | 'list' | 'none'
  title: string
}

export interface Marker {
  last_read_id: string
  updated_at: string
  version: number
}

export interface MediaAttachment {
  blurhash: string | null
  description: string | null
  filter_class?: null | undefined
  filter_name?: null | undefined
  /** of a film that is a stream */
  hls_manifest?: string | null | undefined
  id: string
  is_nsfw?: boolean | undefined
  /** nor what follows */
  license?: null | undefined
  meta: MediaMeta | null
  mime?: string | undefined
  optimized_url?: null | undefined
  orientation?: 'landscape' | 'portrait' | 'square' | null | undefined
  preview_remote_url: string | null
  preview_url: string | null
  remote_url: string | null
  text_url: null
  type: 'unknown' | 'image' | 'gifv' | 'video' | 'audio'
  /** null while it is processed */
  url: string | null
}

export interface MediaLimits {
  description_limit: number
  image_matrix_limit: number
  image_size_limit: number
  supported_mime_types: string[]
  video_frame_rate_limit: number
  video_matrix_limit: number
  video_size_limit: number
}

export interface MediaMeta {
  aspect?: number | undefined
  audio_bitrate?: string | undefined
  audio_channels?: string | undefined
  audio_encode?: string | undefined
  colors?: {
    accent: string
    background: string
    foreground: string
  } | undefined
  duration?: number | undefined
  focus?: {
    x: number
    y: number
  } | undefined
  fps?: number | undefined
  height?: number | undefined
  length?: string | undefined
  original?: MediaSize | undefined
  size?: string | undefined
  small?: MediaSize | undefined
  width?: number | undefined
}

export interface MediaSize {
  aspect?: number | undefined
  bitrate?: number | undefined
  duration?: number | undefined
  frame_rate?: string | undefined
  height?: number | undefined
  size?: string | undefined
  width?: number | undefined
}

export interface Mention {
  acct: string
  id: string
  url: string
  username: string
}

export interface MutedAccount {
  /** user, or user@domain for people of other servers */
  acct: string
  avatar: string
  avatar_description: string
  avatar_static: string
  bot: boolean
  /** at midnight */
  created_at: string
  discoverable: boolean | null
  display_name: string
  email_subscriptions?: boolean | undefined
  emojis: CustomEmoji[]
  feature_approval: FeatureApproval
  fields: Field[]
  followers_count: number
  following_count: number
  group: boolean
  header: string
  /** nobody sets one here */
  header_bg?: string | null | undefined
  header_description: string
  header_static: string
  hide_collections: boolean | null
  id: string
  indexable: boolean
  invalid_handle?: true | undefined
  is_admin?: boolean | undefined
  last_status_at: string | null
  limited?: true | undefined
  local?: boolean | undefined
  location?: string | null | undefined
  /** follows need leave */
  locked: boolean
  memorial?: true | undefined
  /** where this account went */
  moved?: Account | null | undefined
  mute_expires_at: string | null
  /** local accounts only */
  noindex?: boolean | undefined
  note: string
  /** this and what follows: for Pixelfed's apps, which ask with _pe=1 */
  note_text?: string | undefined
  pronouns?: string[] | undefined
  /** what it shows of its role; local accounts only */
  roles?: AccountRole[] | undefined
  show_featured: boolean
  show_media: boolean
  show_media_replies: boolean
  statuses_count: number
  suspended?: true | undefined
  uri: string
  url: string
  username: string
  /** these three are fields of the profile */
  website?: string | null | undefined
}

export interface Notification {
  account: Account
  collection?: Collection | undefined
  created_at: string
  emoji?: string | undefined
  emoji_url?: string | null | undefined
  event?: RelationshipSeveranceEvent | undefined
  fallback?: NotificationFallback | undefined
  filtered?: true | undefined
  group_key: string
  id: string
  moderation_warning?: AccountWarning | undefined
  report?: Report | undefined
  status?: Status | null | undefined
  type: 'mention' | 'status' | 'reblog' | 'follow' | 'follow_request' | 'favourite' | 'poll' | 'update' | 'admin.sign_up' | 'admin.report' | 'severed_relationships' | 'moderation_warning' | 'annual_report' | 'quote' | 'quoted_update' | 'added_to_collection' | 'collection_update' | 'pleroma:emoji_reaction' | 'pending.favourite' | 'pending.reply' | 'pending.reblog'
}

export interface NotificationFallback {
  description: null
  summary: string | null
  title: string
}

export interface NotificationGroup {
  annual_report?: {
    year: number
  } | undefined
  collection?: Collection | undefined
  emoji?: string | undefined
  emoji_url?: string | null | undefined
  event?: RelationshipSeveranceEvent | undefined
  fallback?: NotificationFallback | undefined
  group_key: string
  latest_page_notification_at?: string | undefined
  moderation_warning?: AccountWarning | undefined
  most_recent_notification_id: string
  notifications_count: number
  page_max_id?: string | undefined
  page_min_id?: string | undefined
  report?: Report | undefined
  sample_account_ids: string[]
  status_id?: string | null | undefined
  type: 'mention' | 'status' | 'reblog' | 'follow' | 'follow_request' | 'favourite' | 'poll' | 'update' | 'admin.sign_up' | 'admin.report' | 'severed_relationships' | 'moderation_warning' | 'annual_report' | 'quote' | 'quoted_update' | 'added_to_collection' | 'collection_update' | 'pleroma:emoji_reaction' | 'pending.favourite' | 'pending.reply' | 'pending.reblog'
}

export interface NotificationPolicy {
  for_bots: 'accept' | 'filter' | 'drop'
  for_limited_accounts: 'accept' | 'filter' | 'drop'
  for_new_accounts: 'accept' | 'filter' | 'drop'
  for_not_followers: 'accept' | 'filter' | 'drop'
  for_not_following: 'accept' | 'filter' | 'drop'
  for_private_mentions: 'accept' | 'filter' | 'drop'
  summary: PolicySummary
}

export interface NotificationRequest {
  account: Account
  created_at: string
  id: string
  last_status?: Status | null | undefined
  notifications_count: string
  updated_at: string
}

export interface PartialAccountWithAvatar {
  acct: string
  avatar: string
  avatar_description: string
  avatar_static: string
  bot: boolean
  id: string
  locked: boolean
  url: string
}

/** a key pair that somebody signs in with @skein */
export interface Passkey {
  created_at: string
  id: string
  name: string
  used_at: string | null
}

/** what a browser is asked about passkeys @skein */
export interface PasskeyQuestion {
  /** for navigator.credentials, bytes as base64url */
  options: unknown
  /** to be sent back with the answer */
  state: string
}

/** who may do something at once, and who by leave; under old names and new ones (GoToSocial) */
export interface PolicyRules {
  always: string[]
  automatic_approval: string[]
  manual_approval: string[]
  with_approval: string[]
}

export interface PolicySummary {
  pending_notifications_count: number
  pending_requests_count: number
}

export interface Poll {
  emojis: CustomEmoji[]
  expired: boolean
  expires_at: string | null
  id: string
  multiple: boolean
  options: PollOption[]
  own_votes?: number[] | undefined
  voted?: boolean | undefined
  voters_count: number | null
  votes_count: number
}

export interface PollOption {
  title: string
  /** null while it is a secret */
  votes_count: number | null
}

export interface Preferences {
  'posting:default:language': string | null
  'posting:default:quote_policy': 'public' | 'followers' | 'nobody'
  'posting:default:sensitive': boolean
  'posting:default:visibility': 'public' | 'unlisted' | 'private' | 'direct'
  'reading:autoplay:gifs': boolean
  'reading:expand:media': 'default' | 'show_all' | 'hide_all'
  'reading:expand:spoilers': boolean
}

export interface PreviewCard {
  author_name: string
  author_url: string
  authors: CardAuthor[]
  blurhash: string | null
  description: string
  embed_url: string
  height: number
  html: string
  image: string | null
  image_description: string
  language: string | null
  /** for people who are signed in */
  missing_attribution?: boolean | undefined
  provider_name: string
  provider_url: string
  published_at: string | null
  title: string
  type: 'link' | 'photo' | 'video' | 'rich'
  url: string
  width: number
}

export interface Quote {
  quoted_status: Status | null
  state: 'pending' | 'accepted' | 'rejected' | 'revoked' | 'deleted' | 'unauthorized' | 'blocked_account' | 'blocked_domain' | 'muted_account'
}

/** who may quote a post; its author always may */
export interface QuoteApproval {
  automatic: ('public' | 'followers' | 'following' | 'unsupported_policy')[]
  current_user: 'automatic' | 'manual' | 'denied' | 'unknown'
  manual: ('public' | 'followers' | 'following' | 'unsupported_policy')[]
}

export interface Reaction {
  count: number
  me?: boolean | undefined
  name: string
  static_url?: string | undefined
  url?: string | undefined
}

/** seen this once @skein */
export interface RecoveryCodes {
  codes: string[]
}

/** somebody waits to take the account over without its second step @skein */
export interface RecoveryWait {
  address: string
  agent: string
  asked_at: string
  ready_at: string
}

/** how the reader and another account stand to each other */
export interface Relationship {
  blocked_by: boolean
  blocking: boolean
  domain_blocking: boolean
  endorsed: boolean
  followed_by: boolean
  following: boolean
  id: string
  languages: string[] | null
  muting: boolean
  muting_expires_at: string | null
  muting_notifications: boolean
  note: string
  notifying: boolean
  requested: boolean
  requested_by: boolean
  showing_reblogs: boolean
}

export interface RelationshipSeveranceEvent {
  created_at: string
  followers_count: number
  following_count: number
  id: string
  purged: boolean
  target_name: string
  type: 'domain_block' | 'user_domain_block' | 'account_suspension'
}

export interface Report {
  action_taken: boolean
  action_taken_at: string | null
  category: 'spam' | 'legal' | 'violation' | 'other'
  collection_ids: string[] | null
  comment: string
  created_at: string
  forwarded: boolean
  id: string
  rule_ids: string[] | null
  status_ids: string[] | null
  target_account: Account
}

export interface Role {
  collection_limit: number
  color: string
  highlighted: boolean
  id: string
  name: string
  /** a bit mask in decimal */
  permissions: string
}

export interface Rule {
  hint: string
  id: string
  text: string
  translations: Record<string, {
    hint: string
    text: string
  }>
}

export interface ScheduledParams {
  allowed_mentions: null
  application_id: number | string | null
  idempotency: null
  in_reply_to_id: string | null
  language: string | null
  media_ids: string[] | null
  poll: {
    expires_in: number | string
    hide_totals?: boolean | null | undefined
    multiple?: boolean | null | undefined
    options: string[]
  } | null
  quote_approval_policy: string | null
  quoted_status_id: string | null
  scheduled_at: null
  sensitive: boolean | null
  spoiler_text: string | null
  text: string
  visibility: 'public' | 'unlisted' | 'private' | 'direct' | null
  with_rate_limit: boolean
}

export interface ScheduledStatus {
  id: string
  media_attachments: MediaAttachment[]
  params: ScheduledParams
  scheduled_at: string
}

export interface Search {
  accounts: Account[]
  collections: Collection[]
  hashtags: Tag[]
  statuses: Status[]
}

/** how and where somebody is signed in @skein */
export interface Security {
  apps: AllowedApp[]
  email: string
  passkeys: Passkey[]
  /** browsers do passkeys for this site */
  passkeys_work: boolean
  /** until then nothing asks for the password */
  proven_until: string | null
  /** somebody waits to take the account over */
  recovery: RecoveryWait | null
  /** since null: signing in takes none */
  second_step: {
    codes_left: number
    codes_made: string | null
    since: string | null
  }
  sessions: BrowserSession[]
}

/** something that happened to how somebody signs in @skein */
export interface SecurityEvent {
  /** shortened: a network, not a house */
  address: string
  /** what the browser says it is */
  agent: string
  created_at: string
  id: string
  kind: 'signed_in' | 'new_browser' | 'password_changed' | 'password_reset' | 'email_changed' | 'passkey_added' | 'passkey_removed' | 'passkey_refused' | 'second_step_on' | 'second_step_off' | 'recovery_codes_made' | 'recovery_code_used' | 'factors_reset' | 'recovery_asked' | 'recovery_stopped' | 'recovered' | 'session_ended' | 'sessions_ended' | 'app_allowed' | 'app_revoked'
  /** of the passkey or app */
  name: string
}

/** stands within a quoted post */
export interface ShallowQuote {
  quoted_status_id: string | null
  state: 'pending' | 'accepted' | 'rejected' | 'revoked' | 'deleted' | 'unauthorized' | 'blocked_account' | 'blocked_domain' | 'muted_account'
}

export interface ShallowTag {
  name: string
  url: string
}

/** a profile as its owner typed it, and how new posts begin */
export interface Source {
  attribution_domains: string[]
  /** ours: what feeds of the site and the network show; none: all */
  chosen_languages: string[]
  discoverable: boolean | null
  fields: Field[]
  follow_requests_count: number
  hide_collections: boolean | null
  indexable: boolean
  language: string | null
  note: string
  privacy: 'public' | 'unlisted' | 'private' | 'direct'
  quote_policy: 'public' | 'followers' | 'nobody'
  sensitive: boolean
}

/** a post */
export interface Status {
  _v?: number | undefined
  account: Account
  /** when the author shows it, or reads it */
  application?: StatusApplication | null | undefined
  bookmarked?: boolean | undefined
  card: PreviewCard | null
  comments_disabled?: boolean | undefined
  content: string
  content_text?: string | undefined
  created_at: string
  edited_at: string | null
  /** when there are any */
  emoji_reactions?: EmojiReaction[] | undefined
  emojis: CustomEmoji[]
  favourited?: boolean | undefined
  favourites_count: number
  filtered?: FilterResult[] | undefined
  id: string
  in_reply_to_account_id: string | null
  in_reply_to_id: string | null
  /** when it limits something */
  interaction_policy?: InteractionPolicy | undefined
  label?: null | undefined
  language: string | null
  /** how many like it; nobody is singled out */
  liked_by?: {
    others: boolean
    total_count: number
    total_count_pretty: string
    url: null
    username: null
  } | undefined
  local?: boolean | undefined
  media_attachments: MediaAttachment[]
  mentions: Mention[]
  muted?: boolean | undefined
  /** this and what follows: for Pixelfed's apps, which ask with _pe=1 */
  pf_type?: 'photo' | 'photo:album' | 'video' | 'video:album' | 'photo:video:album' | 'text' | 'reply' | 'share' | 'poll' | undefined
  /** own posts that could be pinned */
  pinned?: boolean | undefined
  place?: null | undefined
  poll: Poll | null
  quote: Quote | ShallowQuote | null
  quote_approval: QuoteApproval
  quotes_count: number
  /** the same list */
  reactions?: EmojiReaction[] | undefined
  /** the original, when this is a boost */
  reblog: Status | null
  reblogged?: boolean | undefined
  reblogs_count: number
  replies_count: number
  reply_count?: number | undefined
  sensitive: boolean
  /** the ID once more: posts have no other name */
  shortcode?: string | undefined
  spoiler_text: string
  taggedPeople?: unknown[] | undefined
  tagged_collections: Collection[]
  tags: ShallowTag[]
  uri: string
  url: string | null
  visibility: 'public' | 'unlisted' | 'private' | 'direct'
}

export interface StatusApplication {
  name: string
  website: string | null
}

/** a post as it once was */
export interface StatusEdit {
  account: Account
  content: string
  created_at: string
  emojis: CustomEmoji[]
  media_attachments: MediaAttachment[]
  poll?: {
    options: {
      title: string
    }[]
  } | undefined
  quote?: Quote | ShallowQuote | null | undefined
  sensitive: boolean
  spoiler_text: string
}

/** a post as its author typed it */
export interface StatusSource {
  id: string
  spoiler_text: string
  text: string
}

/** what an app for codes must know @skein */
export interface StepSetup {
  /** the dark squares, as the path of an SVG so many units wide and high */
  qr: {
    path: string
    size: number
  }
  secret: string
  uri: string
}

export interface Suggestion {
  account: Account
  source: 'staff' | 'past_interactions' | 'global'
  sources: ('featured' | 'most_followed' | 'most_interactions' | 'similar_to_recently_followed' | 'friends_of_friends')[]
}

/** a hashtag */
export interface Tag {
  featuring?: boolean | undefined
  following?: boolean | undefined
  history: History[]
  id: string
  name: string
  url: string
}

export interface TermsOfService {
  content: string
  effective: boolean
  effective_date: string
  succeeded_by: string | null
}

export interface Translation {
  content: string
  detected_source_language: string
  language: string
  media_attachments: {
    description: string
    id: string
  }[]
  poll: {
    id: string
    options: {
      title: string
    }[]
  } | null
  provider: string
  spoiler_text: string
}

export interface TrendsLink {
  author_name: string
  author_url: string
  authors: CardAuthor[]
  blurhash: string | null
  description: string
  embed_url: string
  height: number
  history: History[]
  html: string
  image: string | null
  image_description: string
  language: string | null
  /** for people who are signed in */
  missing_attribution?: boolean | undefined
  provider_name: string
  provider_url: string
  published_at: string | null
  title: string
  type: 'link' | 'photo' | 'video' | 'rich'
  url: string
  width: number
}

export interface WebPushSubscription {
  alerts: Record<string, boolean>
  endpoint: string
  id: string
  policy: 'all' | 'followed' | 'follower' | 'none'
  server_key: string
  standard: boolean
}

export interface WrappedAnnualReports {
  accounts: Account[]
  annual_reports: AnnualReport[]
  statuses: Status[]
}
