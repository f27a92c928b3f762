// Screens that few visit: collections, the review of a year, who waits for leave.
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { AnnualReport, Collection } from '../api/entity'
import Leave from '../notification/leave.svelte'
import { season } from '../notification/season'
import { place } from '../state/place.svelte'
import { session } from '../state/session.svelte'
import { person, signIn, status } from '../test/seed'
import CollectionScreen from './Collection.svelte'
import { barred } from './collections/leave'
import { best, sum } from './year/count'

const calls: string[] = []
/** answering stands in for the server: what each call is answered with, by its method and path. */
function answering(of: Record<string, unknown>): void {
  calls.length = 0
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const call = `${init.method} ${path.split('?')[0]}`
    calls.push(call)
    return call in of ? new Response(JSON.stringify(of[call]), { status: 200 }) : new Response(JSON.stringify({ error: 'This is not yours.' }), { status: 403 })
  })
}
signIn()
const { me } = session
beforeEach(() => void (session.me = me))
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const bo = person('bo')
const at = (account_id: string, state: 'accepted' | 'pending' = 'accepted', id = 'i' + account_id) => ({ id, state, created_at: '2026-11-01T00:00:00Z', account_id })
const collection = (more: Partial<Collection>): Collection => ({
  id: '61', uri: '', url: 'https://elm.example/collections/61', name: 'Potters', description: 'Clay.', language: 'en', account_id: me.id, local: true, sensitive: false, discoverable: true, item_count: 1, created_at: '', updated_at: '', tag: null, items: [at(bo.id)], ...more,
})
const show = (c: Collection) => {
  answering({ 'GET /api/v1/collections/61': { collection: c, accounts: [me, bo] }, 'GET /api/v1/accounts/relationships': [] })
  place.here = { ...place.here, name: 'collection', params: { id: '61' } }
  render(CollectionScreen)
}

test('the owner sees who has not answered and how many said no, and what the server refuses is taken back', async () => {
  show(collection({ items: [at(bo.id, 'pending'), { id: '9', state: 'rejected', created_at: '' }] }))
  await screen.findByText('Has not answered yet')
  screen.getByText('1 person would rather not be in it.')
  await fireEvent.click(screen.getByRole('button', { name: 'Remove bo' }))
  await vi.waitFor(() => expect(calls).toContain(`DELETE /api/v1/collections/61/items/i${bo.id}`))
  await screen.findByRole('button', { name: 'Remove bo' })
})

test('who is in it may leave; its owner alone may take people out', async () => {
  show(collection({ account_id: bo.id, items: [at(me.id)] }))
  await screen.findByText('You are recommended here.')
  screen.getByRole('button', { name: 'Leave' })
  expect(screen.queryByRole('searchbox')).toBe(null)
  expect(screen.queryByRole('button', { name: /^Remove/ })).toBe(null)
})

test('a covered collection shows nobody until it is asked for', async () => {
  show(collection({ account_id: bo.id, sensitive: true }))
  const ask = await screen.findByRole('button', { name: 'Show it' })
  expect(screen.queryByText('1 person')).toBe(null)
  await fireEvent.click(ask)
  screen.getByRole('heading', { name: '1 person' })
})

test('nobody is offered whom nobody may recommend; whom followers may is', () => {
  const who = (current_user: 'denied' | 'manual', automatic: 'followers'[] = []) => barred({ feature_approval: { automatic, manual: [], current_user } })
  expect([who('denied'), who('denied', ['followers']), who('manual')]).toEqual([true, false, false])
})

test('a year is looked back on from 10 December to its end', () => {
  const on = (day: string) => season(new Date(day + 'T12:00:00Z'))
  expect([on('2026-12-09'), on('2026-12-10'), on('2026-12-31'), on('2027-01-01')]).toEqual([undefined, '2026', '2026', undefined])
})

test('a post that is best in several things stands once', () => {
  const report = { data: { archetype: 'oracle', time_series: [{ month: 1, statuses: 2, followers: 1, following: 0 }, { month: 2, statuses: 3, followers: 0, following: 4 }], top_hashtags: [], top_statuses: { by_reblogs: '5', by_favourites: '5', by_replies: '7' } } } as unknown as AnnualReport
  expect(best(report)).toEqual([{ id: '5', why: ['year.best.likes', 'year.best.boosts'] }, { id: '7', why: ['year.best.replies'] }])
  expect(sum(report)).toEqual({ posts: 5, followers: 1, following: 4 })
})

test('leave is given or refused at once, and stands again when the server says no', async () => {
  const ask = (id: string, type: string, more = {}) => ({ id, type, created_at: '2026-11-01T00:00:00Z', account: bo, status: status({}), accepted_at: null, rejected_at: null, uri: '', ...more })
  answering({ 'GET /api/v1/interaction_requests': [ask('1', 'quote', { quote: status({ content: '<p>What bo says</p>' }) }), ask('2', 'reply')], 'POST /api/v1/interaction_requests/1/authorize': {} })
  render(Leave)
  await screen.findByText('What bo says')
  await fireEvent.click(screen.getAllByRole('button', { name: 'Allow' })[0]!)
  await vi.waitFor(() => expect(screen.queryByText('What bo says')).toBe(null))
  await fireEvent.click(screen.getByRole('button', { name: 'Refuse' }))
  await vi.waitFor(() => expect(calls).toContain('POST /api/v1/interaction_requests/2/reject'))
  await screen.findByRole('button', { name: 'Refuse' })
})
