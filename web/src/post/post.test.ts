import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import Menu from '../ui/menu.svelte'
import { layers } from '../ui/layers.svelte'
import { keep, keepAccount } from '../state/entities.svelte'
import { place } from '../state/place.svelte'
import { person, picture, signIn, status } from '../test/seed'
import Post from './post.svelte'

beforeEach(() => {
  signIn()
  HTMLElement.prototype.showPopover = () => {}
})

afterEach(cleanup)

const show = (more: Parameters<typeof status>[0], props = {}) => render(Post, { id: keep(status(more)), ...props })

test('a post is an article named after its author', () => {
  show({ account: person('ada@oak.example', { display_name: 'Ada' }), favourites_count: 1284 })
  const article = screen.getByRole('article', { name: /Ada @ada@oak.example/ })
  expect(within(article).getByText('hello')).toBeTruthy()
  expect(within(article).getByRole('button', { name: 'Like, 1.28K likes' }).getAttribute('aria-pressed')).toBe('false')
})

test('a warning hides the text until it is asked for', async () => {
  show({ spoiler_text: 'Food' })
  expect(screen.queryByText('hello')).toBeNull()
  await fireEvent.click(screen.getByRole('button', { name: 'Show' }))
  expect(screen.getByText('hello')).toBeTruthy()
})

test('what is not public cannot be boosted', () => {
  show({ visibility: 'direct' })
  expect(screen.getByRole('button', { name: /^Boost/ })).toHaveProperty('disabled', true)
})

test('a boost says whose it is', () => {
  show({ account: person('bo', { display_name: 'Bo' }), reblog: status({ account: person('cleo', { display_name: 'Cleo' }) }) })
  expect(screen.getByText('Bo').closest('p')?.textContent).toContain('Bo boosted')
  expect(screen.getByRole('article', { name: /Cleo/ })).toBeTruthy()
})

test('a reply says whom it answers, named in the text or not', () => {
  const bo = person('bo@oak.example')
  const { unmount } = show({ account: person('ada'), in_reply_to_id: '9', in_reply_to_account_id: '777' })
  expect(screen.getByText('Replying to a post')).toBeTruthy()
  unmount()
  keepAccount(bo)
  show({ account: person('ada'), in_reply_to_id: '9', in_reply_to_account_id: bo.id })
  expect(screen.getByText('@bo').closest('p')?.textContent).toBe('Replying to @bo')
})

test('a filter hides, or asks', async () => {
  const by = (filter_action: 'warn' | 'hide') => ({
    filtered: [{ filter: { id: '1', title: 'Sports', context: ['home' as const], expires_at: null, filter_action }, keyword_matches: ['hello'], status_matches: null }],
  })
  const { unmount } = show(by('hide'))
  expect(document.body.textContent).not.toContain('hello')
  unmount()
  show(by('warn'))
  expect(screen.getByText(/Hidden by your filter “Sports”/)).toBeTruthy()
  await fireEvent.click(screen.getByRole('button', { name: 'Show anyway' }))
  expect(screen.getByText('hello')).toBeTruthy()
})

test('pictures of other servers are named and linked, not loaded', () => {
  const media = picture({ url: 'https://oak.example/1.png', preview_url: 'https://oak.example/1.png', remote_url: 'https://oak.example/1.png' })
  show({ media_attachments: [media] })
  expect(screen.getByRole('link', { name: /Picture on oak.example A cat/ }).getAttribute('href')).toBe('https://oak.example/1.png')
  expect(document.querySelector('img')).toBeNull()
})

test('reply opens the composer', async () => {
  const write = vi.spyOn(place, 'write').mockImplementation(() => {})
  const s = status()
  render(Post, { id: keep(s) })
  await fireEvent.click(screen.getByRole('button', { name: /^Reply/ }))
  expect(write).toHaveBeenCalledWith({ reply: s.id })
})

test('a menu is walked with arrows and letters, and gives the focus back', async () => {
  const opener = document.body.appendChild(document.createElement('button'))
  opener.focus()
  const run = vi.fn()
  layers.open(opener, 'More', [{ label: 'Copy' }, 'line', { label: 'Edit', run }, { label: 'Delete' }])
  render(Menu, { menu: layers.menu! })
  const menu = screen.getByRole('menu')
  expect(opener.getAttribute('aria-expanded')).toBe('true')
  const focus = () => document.activeElement?.textContent?.trim()
  expect(focus()).toBe('Copy')
  await fireEvent.keyDown(menu, { key: 'ArrowUp' })
  expect(focus()).toBe('Delete')
  await fireEvent.keyDown(menu, { key: 'e' })
  expect(focus()).toBe('Edit')
  await fireEvent.click(document.activeElement!)
  expect(run).toHaveBeenCalledOnce()
  expect(document.activeElement).toBe(opener)
})
