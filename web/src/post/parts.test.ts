import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { AnyQuote, Poll } from '../api/entity'
import * as api from '../api/client'
import { ApiError } from '../api/client'
import { keep, post } from '../state/entities.svelte'
import { messages } from '../state/toast.svelte'
import { person, signIn, status } from '../test/seed'
import Post from './post.svelte'

beforeEach(() => {
  localStorage.clear()
  signIn()
  messages.toasts = []
  vi.stubGlobal('IntersectionObserver', class { observe() {} unobserve() {} disconnect() {} })
})
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

const show = (more: Parameters<typeof status>[0], props = {}) => render(Post, { id: keep(status(more)), ...props })
const button = (name: string | RegExp) => screen.getByRole('button', { name })

const poll = (more: Partial<Poll> = {}): Poll => ({
  id: '7', expires_at: new Date(Date.now() + 3_600_000).toISOString(), expired: false, multiple: false, votes_count: 3, voters_count: 3, voted: false, own_votes: [], emojis: [],
  options: [{ title: 'Tea', votes_count: 2 }, { title: 'Coffee', votes_count: 1 }], ...more,
})

test('a vote shows at once, and is taken back when the server refuses', async () => {
  const s = status({ poll: poll() })
  render(Post, { id: keep(s) })
  vi.spyOn(api, 'post').mockRejectedValue(new ApiError(422, 'The poll has already ended'))
  await fireEvent.click(screen.getByRole('radio', { name: 'Coffee' }))
  await fireEvent.click(button('Vote'))
  await vi.waitFor(() => expect(messages.toasts[0]?.text).toMatch(/already ended/))
  expect(screen.getByRole('radio', { name: 'Tea' })).toBeTruthy()
  vi.spyOn(api, 'post').mockImplementation(() => new Promise(() => {}))
  await fireEvent.click(screen.getByRole('radio', { name: 'Coffee' }))
  await fireEvent.click(button('Vote'))
  expect(screen.getByText(/your choice/).closest('li')?.textContent).toMatch(/Coffee.*50%/)
})

test('results may be looked at before voting, unless they are a secret', async () => {
  const { unmount } = show({ poll: poll() })
  await fireEvent.click(button('Show results'))
  expect(screen.getByText('67%')).toBeTruthy()
  await fireEvent.click(button('Back to voting'))
  expect(screen.getByRole('radio', { name: 'Tea' })).toBeTruthy()
  unmount()
  show({ poll: poll({ voted: true, options: [{ title: 'Tea', votes_count: null }, { title: 'Coffee', votes_count: null }] }) })
  expect(screen.getByText('Results are shown when it has ended')).toBeTruthy()
  expect(screen.queryByText(/%/)).toBeNull()
})

test('a poll that is over cannot be voted in, though the server has not said so yet', () => {
  show({ poll: poll({ expires_at: '2020-01-01T00:00:00.000Z' }) })
  expect(screen.queryByRole('button', { name: 'Vote' })).toBeNull()
  expect(screen.getByText('Ended')).toBeTruthy()
})

test('the numbers of a poll of another server can be asked for anew', async () => {
  show({ account: person('bo@oak.example'), poll: poll({ voted: true, voters_count: null, votes_count: 3 }) })
  expect(screen.getByText('3 votes')).toBeTruthy()
  vi.spyOn(api, 'get').mockResolvedValue(poll({ voted: true, voters_count: null, votes_count: 40 }))
  await fireEvent.click(button('Refresh'))
  await screen.findByText('40 votes')
})

const sentences: [AnyQuote['state'], RegExp][] = [
  ['pending', /was asked and has not agreed yet/],
  ['rejected', /did not agree/],
  ['revoked', /took it out/],
  ['deleted', /was deleted/],
  ['unauthorized', /not for you/],
  ['blocked_account', /you blocked/],
  ['blocked_domain', /server you blocked/],
  ['muted_account', /you muted/],
]
test.each(sentences)('a quote that is %s says so', (state, words) => {
  show({ quote: { state, quoted_status: null } })
  expect(screen.getByText(words)).toBeTruthy()
})

test('a quoted post stands inside the other, and its own quote does not', async () => {
  const inner = status({ content: '<p>innermost</p>' })
  const quoted = status({ content: '<p>inner</p>', account: person('cleo', { display_name: 'Cleo' }), quote: { state: 'accepted', quoted_status_id: inner.id } })
  keep(inner)
  show({ quote: { state: 'accepted', quoted_status: quoted } })
  const box = screen.getByRole('group', { name: 'Quoted post' })
  expect(within(box).getByText('inner')).toBeTruthy()
  expect(within(box).getByText('Cleo')).toBeTruthy()
  expect(within(box).getByText('Quotes another post')).toBeTruthy()
  expect(document.body.textContent).not.toContain('innermost')
})

test('what the reader hid from themself they may still look at', async () => {
  show({ quote: { state: 'muted_account', quoted_status: status({ content: '<p>muted words</p>' }) } })
  expect(document.body.textContent).not.toContain('muted words')
  await fireEvent.click(button('Show anyway'))
  expect(screen.getByText('muted words')).toBeTruthy()
})

test('a warning can be remembered by its text, and forgotten', async () => {
  const first = show({ spoiler_text: 'Food' })
  await fireEvent.click(button('Show'))
  await fireEvent.click(button('Always open warnings with this text'))
  first.unmount()
  const second = show({ spoiler_text: ' food ' })
  expect(screen.getByText('hello')).toBeTruthy()
  expect(screen.getByText('food')).toBeTruthy()
  await fireEvent.click(button('Hide'))
  await fireEvent.click(button('Ask again before opening this text'))
  second.unmount()
  show({ spoiler_text: 'Food' })
  expect(screen.queryByText('hello')).toBeNull()
})

test('an emoji is added and taken back', async () => {
  const s = status({ reactions: [{ name: '🦆', count: 2, me: false }] })
  render(Post, { id: keep(s) })
  const put = vi.spyOn(api, 'put').mockResolvedValue({ ...s, reactions: [{ name: '🦆', count: 3, me: true }] })
  await fireEvent.click(button('🦆: 2 people'))
  expect(put).toHaveBeenCalledWith(`/api/v1/pleroma/statuses/${s.id}/reactions/${encodeURIComponent('🦆')}`, {})
  expect(button('🦆: 3 people').getAttribute('aria-pressed')).toBe('true')
  vi.spyOn(api, 'del').mockRejectedValue(new ApiError(0, ''))
  await fireEvent.click(button('🦆: 3 people'))
  await vi.waitFor(() => expect(messages.toasts.length).toBe(1))
  expect(post(s.id)?.reactions?.[0]).toMatchObject({ me: true, count: 3 })
})

test('tags at the end stand in a row, the first three until asked', async () => {
  const names = ['one', 'two', 'three', 'four', 'five']
  const link = (n: string) => `<a href="https://oak.example/tags/${n}" class="mention hashtag">#<span>${n}</span></a>`
  show({ content: `<p>Words.</p><p>${names.map(link).join(' ')}</p>`, tags: names.map((name) => ({ name, url: `https://oak.example/tags/${name}` })) })
  const row = screen.getByRole('list', { name: 'Tags' })
  expect(within(row).getAllByRole('link')).toHaveLength(3)
  await fireEvent.click(button('Show 2 more tags'))
  expect(within(row).getAllByRole('link')).toHaveLength(5)
  expect(document.querySelector('.post-text')?.textContent).toBe('Words.')
})
