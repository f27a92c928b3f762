// Small things for tests.
import type { Account, Boot, CredentialAccount, Notification, Status } from '../api/entity'
import { session } from '../state/session.svelte'

let last = 100

export function person(acct: string, more: Partial<Account> = {}): Account {
  const missing = 'https://skein.example/missing.png'
  return {
    id: String(acct.length * 1000 + acct.charCodeAt(0)), username: acct.split('@')[0]!, acct, display_name: '', locked: false, bot: false,
    created_at: '2026-01-01T00:00:00.000Z', note: '', url: `https://x.example/@${acct}`, avatar: missing, avatar_static: missing, header: missing, header_static: missing,
    followers_count: 0, following_count: 0, statuses_count: 0, last_status_at: null, emojis: [], fields: [], ...more,
  }
}

export function status(more: Partial<Status> = {}): Status {
  return {
    id: String(++last), uri: '', url: null, created_at: '2026-11-22T09:00:00.000Z', edited_at: null, in_reply_to_id: null, in_reply_to_account_id: null,
    sensitive: false, spoiler_text: '', visibility: 'public', language: 'en', content: '<p>hello</p>', replies_count: 0, reblogs_count: 0, favourites_count: 0,
    reblog: null, account: person('bo'), media_attachments: [], mentions: [], tags: [], emojis: [], card: null, poll: null, favourited: false, reblogged: false,
    bookmarked: false, ...more,
  }
}

export const note = (type: string, account: Account, s?: Status): Notification => ({ id: String(++last), type, created_at: '2026-11-22T09:00:00.000Z', account, status: s ?? null })

export function signIn(page: Boot['page'] = {}): void {
  const me = { ...person('me'), source: { privacy: 'public', sensitive: false, language: 'en', note: '', fields: [], follow_requests_count: 0 } } as CredentialAccount
  session.start({
    account: me, preferences: {}, path: location.pathname, theme: 'system', page,
    instance: { domain: 'skein.example', title: '', version: '', description: '', source_url: '', languages: ['en'], rules: [], configuration: { statuses: { max_characters: 500, max_media_attachments: 4, characters_reserved_per_url: 23 } } },
  })
}
