// Small things for tests.
import type { Account, Boot, Instance, Media, Notification, Role, Status } from '../api/entity'
import { session } from '../state/session.svelte'

let last = 100

export function person(acct: string, more: Partial<Account> = {}): Account {
  const missing = 'https://skein.example/missing.png'
  return {
    id: String(acct.length * 1000 + acct.charCodeAt(0)), username: acct.split('@')[0]!, acct, display_name: '', locked: false, bot: false, group: false,
    created_at: '2026-01-01T00:00:00.000Z', note: '', url: `https://x.example/@${acct}`, uri: `https://x.example/users/${acct}`, discoverable: true, indexable: true,
    avatar: missing, avatar_static: missing, avatar_description: '', header: missing, header_static: missing, header_description: '',
    followers_count: 0, following_count: 0, statuses_count: 0, last_status_at: null, hide_collections: false, show_media: true, show_media_replies: true,
    show_featured: true, emojis: [], fields: [], feature_approval: { automatic: ['public'], manual: [], current_user: 'automatic' }, ...more,
  }
}

export function status(more: Partial<Status> = {}): Status {
  return {
    id: String(++last), uri: '', url: null, created_at: '2026-11-22T09:00:00.000Z', edited_at: null, in_reply_to_id: null, in_reply_to_account_id: null,
    sensitive: false, spoiler_text: '', visibility: 'public', language: 'en', content: '<p>hello</p>', replies_count: 0, reblogs_count: 0, favourites_count: 0,
    quotes_count: 0, quote: null, quote_approval: { automatic: ['public'], manual: [], current_user: 'automatic' }, tagged_collections: [],
    reblog: null, account: person('bo'), media_attachments: [], mentions: [], tags: [], emojis: [], card: null, poll: null, favourited: false, reblogged: false,
    bookmarked: false, ...more,
  }
}

export const picture = (more: Partial<Media> = {}): Media => ({
  id: String(++last), type: 'image', url: '/media/1.png', preview_url: '/media/1.png', remote_url: null, preview_remote_url: null, text_url: null, meta: null,
  description: 'A cat', blurhash: null, ...more,
})

export const note = (type: Notification['type'], account: Account, s?: Status): Notification => ({
  id: String(++last), type, created_at: '2026-11-22T09:00:00.000Z', group_key: `ungrouped-${last}`, account, status: s ?? null,
})

const role: Role = { id: '-99', name: '', color: '', permissions: '0', highlighted: false, collection_limit: 10 }

/** site is as much of an instance as the app reads in tests. */
const site = {
  domain: 'skein.example', title: '', version: '', description: '', source_url: '', languages: ['en'], rules: [],
  configuration: {
    statuses: { max_characters: 500, max_media_attachments: 4, characters_reserved_per_url: 23 },
    polls: { max_options: 4, max_characters_per_option: 50, min_expiration: 300, max_expiration: 2_629_746 },
    media_attachments: { description_limit: 1500, supported_mime_types: ['image/png', 'image/jpeg'] },
    translation: { enabled: false },
    vapid: { public_key: '' },
  },
} as unknown as Instance

export function signIn(page: Boot['page'] = {}): void {
  const me = {
    ...person('me'), role,
    source: {
      privacy: 'public' as const, sensitive: false, language: 'en', note: '', fields: [], follow_requests_count: 0, hide_collections: false, discoverable: true,
      indexable: true, attribution_domains: [], quote_policy: 'public' as const, chosen_languages: [],
    },
  }
  session.start({ account: me, preferences: {}, path: location.pathname, theme: 'system', page, instance: site })
}
