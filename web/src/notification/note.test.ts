import { cleanup, fireEvent, render, screen } from '@testing-library/svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { GroupedNotificationsResults, NotificationGroup, NotificationPolicy } from '../api/entity'
import { keepAccount } from '../state/entities.svelte'
import { notifications } from '../state/feeds'
import { live } from '../state/live.svelte'
import { entriesOf, notification, unread, type Entry } from '../state/notifications.svelte'
import { note, person, signIn, status } from '../test/seed'
import Note from './note.svelte'
import { reasons } from './reason'

beforeEach(() => {
  signIn()
  localStorage.clear()
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const people = ['ada', 'bo', 'cleo', 'dan'].map((n) => person(n))
const group = (by: Partial<NotificationGroup>): NotificationGroup => ({
  group_key: 'g', type: 'follow', notifications_count: 1, most_recent_notification_id: '1000', latest_page_notification_at: new Date().toISOString(), sample_account_ids: [people[0]!.id], ...by,
})
const entry = (by: Partial<NotificationGroup>): Entry => {
  people.forEach(keepAccount)
  return entriesOf({ accounts: people, statuses: [], notification_groups: [group(by)] })[0]!
}
const said = () => document.querySelector('.note-line')!.textContent!.replace(/\s+/g, ' ').trim()

test.each([
  [1, 1, 'ada follows you'],
  [2, 2, 'ada and bo follow you'],
  [3, 3, 'ada, bo and 1 other follow you'],
  [11, 4, 'ada, bo and 9 others follow you'],
])('%i people, %i of them known by face', (count, faces, words) => {
  render(Note, { e: entry({ notifications_count: count, sample_account_ids: people.slice(0, faces).map((a) => a.id) }) })
  expect(said()).toMatch(new RegExp(`^${words}`))
})

test('an unknown kind is told in the words of the server', () => {
  render(Note, { e: entry({ type: 'later' as never, fallback: { title: 'Something &amp; new', summary: null, description: null } }) })
  expect(said()).toMatch(/^Something & new/)
})

test('all of a group are shown when asked, and read from the server only then', async () => {
  const answer = vi.fn(async () => new Response(JSON.stringify(people)))
  vi.stubGlobal('fetch', answer)
  render(Note, { e: entry({ group_key: 'follow-1', notifications_count: 4, sample_account_ids: people.map((a) => a.id) }) })
  expect(answer).not.toHaveBeenCalled()
  const button = screen.getByRole('button', { name: 'Show all' })
  await fireEvent.click(button)
  expect(button.getAttribute('aria-expanded')).toBe('true')
  expect(await screen.findByText('@dan')).toBeTruthy()
  expect(String((answer.mock.calls[0] as unknown[])[0])).toContain('/api/v2/notifications/follow-1/accounts')
})

test('a message of moderation stays marked until it was opened', async () => {
  const e = entry({ type: 'moderation_warning', most_recent_notification_id: '7', moderation_warning: { id: '1', action: 'silence', text: 'Please stop.', status_ids: null, target_account: people[0]!, appeal: null, created_at: '' } })
  render(Note, { e, since: '9' })
  const box = document.querySelector('article')!
  expect(box.classList).toContain('unread')
  await fireEvent.click(screen.getByRole('button', { name: 'Read it' }))
  expect(box.classList).not.toContain('unread')
})

test('a group that grows waits above, and leaves its old place when shown', async () => {
  const s = status()
  const first: GroupedNotificationsResults = {
    accounts: people, statuses: [s],
    notification_groups: [group({ group_key: 'x', most_recent_notification_id: '500' }), group({ group_key: 'likes', type: 'favourite', most_recent_notification_id: '400', status_id: s.id, sample_account_ids: [people[1]!.id] })],
  }
  const list = notifications()
  await list.start(entriesOf(first), null)
  unread.read = '500'
  const n = { ...note('favourite', people[2]!, s), id: '90001', group_key: 'likes' }
  live.take({ stream: ['user'], event: 'notification', payload: JSON.stringify(n) })
  expect(list.waiting).toEqual(['90001'])
  expect(list.ids).toEqual(['500', '400'])
  list.show()
  expect(list.ids).toEqual(['90001', '500'])
  expect(notification('90001')).toMatchObject({ notifications_count: 2, sample_account_ids: [people[2]!.id, people[1]!.id] })
})

test('mentions are counted, the rest is only told of', () => {
  unread.read = '1'
  unread.mentions = 0
  unread.any = false
  void unread.count({ ...note('favourite', people[0]!), id: '5' })
  expect([unread.mentions, unread.any]).toEqual([0, true])
  void unread.count({ ...note('mention', people[0]!), id: '6' })
  expect(unread.mentions).toBe(1)
})

test('why somebody is held back follows from the rules', () => {
  const rules: NotificationPolicy = { for_not_following: 'filter', for_not_followers: 'accept', for_new_accounts: 'drop', for_private_mentions: 'filter', for_limited_accounts: 'accept', for_bots: 'filter', summary: { pending_requests_count: 1, pending_notifications_count: 1 } }
  const a = { ...person('eve'), created_at: '2026-11-20T00:00:00Z', bot: true }
  const now = Date.parse('2026-11-22T00:00:00Z')
  const relation = { following: false, followed_by: false } as never
  expect(reasons(a, relation, undefined, rules, now)).toEqual(['reason.not_following', 'reason.new', 'reason.bot'])
  expect(reasons({ ...a, created_at: '2020-01-01T00:00:00Z', bot: false }, { following: true } as never, status({ visibility: 'direct' }), rules, now)).toEqual(['reason.private'])
})
