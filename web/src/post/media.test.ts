import { cleanup, fireEvent, render, screen } from '@testing-library/svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { session } from '../state/session.svelte'
import { place } from '../state/place.svelte'
import { picture, signIn, status } from '../test/seed'
import { hold, most, swiped, whole, zoom } from './later/zoom'
import Media from './media.svelte'
import { focus, ratio } from './shape'

beforeEach(() => {
  signIn()
  vi.stubGlobal('matchMedia', () => ({ matches: true }))
  vi.stubGlobal('IntersectionObserver', class { observe() {} unobserve() {} disconnect() {} })
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const show = (more: Parameters<typeof status>[0], props = {}) => render(Media, { s: status(more), warned: false, ...props })

test('a picture is shown with its words, and opens as an entry of its own', async () => {
  const view = vi.spyOn(place, 'view').mockImplementation(() => {})
  const s = status({ media_attachments: [picture(), picture({ description: '' })] })
  render(Media, { s, warned: false })
  expect(screen.getByRole('img', { name: 'A cat' })).toBeTruthy()
  expect(screen.getByRole('img', { name: 'Picture without a description' })).toBeTruthy()
  expect(screen.getAllByRole('button', { name: 'ALT: read the description' })).toHaveLength(1)
  await fireEvent.click(screen.getAllByRole('link')[1]!)
  expect(view).toHaveBeenCalledWith({ post: s.id, n: 1 }, `/@bo/${s.id}`)
})

test('what is sensitive waits for a word, unless the reader wants to see all', async () => {
  const post = { sensitive: true, media_attachments: [picture()] }
  const { unmount } = show(post)
  expect(screen.queryByRole('img')).toBeNull()
  await fireEvent.click(screen.getByRole('button', { name: /Marked as sensitive by its author/ }))
  expect(screen.getByRole('img', { name: 'A cat' })).toBeTruthy()
  await fireEvent.click(screen.getByRole('button', { name: 'Hide again' }))
  expect(screen.queryByRole('img')).toBeNull()
  unmount()
  session.preferences = { 'reading:expand:media': 'show_all' }
  show(post)
  expect(screen.getByRole('img')).toBeTruthy()
})

test('an opened warning is consent for its pictures; a reader may still hide all, and a filter blurs', () => {
  const { unmount } = show({ sensitive: true, media_attachments: [picture()] }, { warned: true })
  expect(screen.getByRole('img')).toBeTruthy()
  unmount()
  const second = show({ media_attachments: [picture()] }, { filter: 'Spiders' })
  expect(screen.getByRole('button', { name: /Your filter “Spiders” hides this/ })).toBeTruthy()
  second.unmount()
  session.preferences = { 'reading:expand:media': 'hide_all' }
  show({ media_attachments: [picture()] }, { warned: true })
  expect(screen.queryByRole('img')).toBeNull()
})

test('a picture that does not arrive says so, and names where it lives', async () => {
  show({ media_attachments: [picture({ remote_url: 'https://oak.example/1.png' })] })
  await fireEvent.error(screen.getByRole('img'))
  expect(screen.getByText('This picture did not arrive.')).toBeTruthy()
  expect(screen.getByRole('link', { name: 'Open on oak.example' }).getAttribute('href')).toBe('https://oak.example/1.png')
  await fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
  expect(screen.getByRole('img')).toBeTruthy()
})

test('moving pictures stand still until asked', async () => {
  const play = vi.spyOn(HTMLMediaElement.prototype, 'play').mockResolvedValue()
  session.preferences = { 'reading:autoplay:gifs': true }
  const { container } = show({ media_attachments: [picture({ type: 'gifv', url: '/media/1.mp4' })] })
  const button = await screen.findByRole('button', { name: 'Play GIF' })
  expect(container.querySelector('video')?.autoplay).toBe(false)
  expect(play).not.toHaveBeenCalled()
  await fireEvent.click(button)
  expect(play).toHaveBeenCalledOnce()
})

test('the room of a picture follows its sizes, within what a column can show', () => {
  const of = (width: number, height: number) => ratio(picture({ meta: { original: { width, height } } }))
  expect(of(1600, 800)).toBe(2)
  expect(of(100, 2000)).toBe(0.4)
  expect(of(9000, 100)).toBe(4)
  expect(ratio(picture())).toBe(1.5)
  expect(focus(picture({ meta: { focus: { x: 0, y: 1 } } }))).toBe('50% 0%')
})

test('zoom keeps the point under the finger, and stops at four times and at the edges', () => {
  const at = { x: 100, y: -50 }
  const near = zoom(whole, 2, at)
  // What lay at the point before lies there still.
  expect((at.x - near.x) / near.scale).toBeCloseTo(at.x)
  expect((at.y - near.y) / near.scale).toBeCloseTo(at.y)
  expect(zoom(near, 100).scale).toBe(most)
  expect(zoom(near, 0.01)).toMatchObject({ scale: 1 })
  const stage = { width: 400, height: 800 }
  const shown = { width: 400, height: 300 }
  expect(hold({ scale: 2, x: 999, y: 999 }, shown, stage)).toEqual({ scale: 2, x: 200, y: 0 })
  expect(hold({ scale: 4, x: -9999, y: -9999 }, shown, stage)).toEqual({ scale: 4, x: -600, y: -200 })
})

test('a finger turns, closes, or means nothing', () => {
  expect(swiped(-120, 30, 600)).toBe('next')
  expect(swiped(50, 10, 120)).toBe('before')
  expect(swiped(50, 10, 600)).toBe(null)
  expect(swiped(20, 140, 600)).toBe('close')
  expect(swiped(20, -300, 600)).toBe(null)
})
