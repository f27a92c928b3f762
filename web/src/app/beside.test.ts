import { cleanup, render, screen } from '@testing-library/svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import Beside from './later/beside.svelte'
import * as client from '../api/trend'
import { place } from '../state/place.svelte'
import { turn } from '../state/beside'

vi.mock('../api/trend', () => ({
  readTrendTags: vi.fn(async () => ['bread', 'bees', 'maps', 'glaze', 'rain'].map((name) => ({ name, history: [{ day: '1', uses: '2', accounts: '1' }, { day: '0', uses: '3', accounts: '1' }] }))),
  readTrendLinks: vi.fn(async () => [{ url: 'https://peer.example/a', title: 'Geese in skeins', provider_name: '' }]),
}))

beforeEach(() => {
  localStorage.clear()
  place.here = { name: 'notifications', params: {}, key: 'notifications', url: new URL('https://elm.example/notifications'), entry: 'a', mark: null }
})
afterEach(cleanup)

test('a part that is switched off is not asked for', async () => {
  turn('tags', false)
  turn('news', false)
  render(Beside)
  expect(screen.getByRole('link', { name: /Catch up|home.catchup/ }).getAttribute('href')).toBe('/catchup')
  await Promise.resolve()
  expect(client.readTrendTags).not.toHaveBeenCalled()
  expect(client.readTrendLinks).not.toHaveBeenCalled()
})

test('four tags with their posts of a week, and links with their site; switched off, a part goes at once', async () => {
  render(Beside)
  const tag = await screen.findByRole('link', { name: /#bread/ })
  expect(tag.getAttribute('href')).toBe('/tags/bread')
  expect(tag.textContent).toContain('5')
  expect(screen.queryByRole('link', { name: /#rain/ })).toBeNull()
  expect((await screen.findByRole('link', { name: /Geese in skeins/ })).textContent).toContain('peer.example')
  turn('tags', false)
  await vi.waitFor(() => expect(screen.queryByRole('link', { name: /#bread/ })).toBeNull())
  expect(screen.getByRole('link', { name: /Geese in skeins/ })).toBeTruthy()
})

test('the catch-up that the title bar of home has is not there twice', () => {
  place.here = { ...place.here, name: 'home' }
  render(Beside)
  expect(screen.queryByRole('link', { name: /Catch up|home.catchup/ })).toBeNull()
})
