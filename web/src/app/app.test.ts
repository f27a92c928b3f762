import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keys } from '../state/keys.svelte'
import { look } from '../state/look.svelte'
import { place } from '../state/place.svelte'
import { signIn } from '../test/seed'
import { awake, forget, onkeydown } from './keyboard'
import { match } from './routes'

beforeEach(() => {
  signIn()
  vi.stubGlobal('matchMedia', () => ({ matches: false }))
})
afterEach(() => {
  vi.restoreAllMocks()
  document.body.replaceChildren()
})

test.each([
  ['/', 'home', {}],
  ['/explore', 'explore', {}],
  ['/public', 'explore', { tab: 'public' }],
  ['/public/local', 'explore', { local: 'local' }],
  ['/notifications', 'notifications', {}],
  ['/notifications/mentions', 'notifications', { tab: 'mentions' }],
  ['/tags/Käse', 'tag', { tag: 'Käse' }],
  ['/@ada', 'profile', { acct: 'ada' }],
  ['/@ada/', 'profile', { acct: 'ada' }],
  ['/@ada/followers', 'profile', { acct: 'ada', tab: 'followers' }],
  ['/@bo@oak.example', 'profile', { acct: 'bo@oak.example' }],
  ['/@bo@127.0.0.1:3000/117', 'thread', { acct: 'bo@127.0.0.1:3000', id: '117' }],
  ['/@bo@oak.example/117/history', 'around', { acct: 'bo@oak.example', id: '117', part: 'history' }],
  ['/saved/likes', 'saved', { kind: 'likes' }],
])('%s is a screen', (path, name, params) => {
  expect(match(path)).toMatchObject({ name, params })
})

test.each(['/about', '/signin', '/api/v1/x', '/notifications/else', '/saved', '/assets/x.js', '/@ada/117/x'])('%s is none', (path) => {
  expect(match(path)).toBe(null)
})

test('tabs of one screen share a key, other people do not', () => {
  expect(match('/@ada')?.key).toBe(match('/@ada/replies')?.key)
  expect(match('/@ada')?.key).not.toBe(match('/@bo')?.key)
  expect(match('/explore')?.key).toBe(match('/public')?.key)
})

function press(key: string, target: HTMLElement = document.body, more: KeyboardEventInit = {}) {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })
  Object.defineProperty(event, 'target', { value: target })
  onkeydown(event)
}

test('single keys act, but not in fields, with modifiers, or when switched off', () => {
  const write = vi.spyOn(place, 'write').mockImplementation(() => {})
  const field = document.body.appendChild(document.createElement('input'))
  press('n', field)
  press('n', document.body, { ctrlKey: true })
  keys.turn(false)
  press('n')
  expect(write).not.toHaveBeenCalled()
  keys.turn(true)
  press('n')
  expect(write).toHaveBeenCalledOnce()
})

test('a key that is not Latin does what the key has on it beside, unless it was chosen for something', () => {
  const write = vi.spyOn(place, 'write').mockImplementation(() => {})
  const back = vi.spyOn(place, 'back').mockImplementation(() => {})
  press('т', document.body, { code: 'KeyN' })
  expect(write).toHaveBeenCalledOnce()
  keys.set('back', 'т')
  press('т', document.body, { code: 'KeyN' })
  expect(write).toHaveBeenCalledOnce()
  expect(back).toHaveBeenCalledOnce()
  keys.reset()
})

test('g and a letter go places', () => {
  const go = vi.spyOn(place, 'go').mockResolvedValue()
  press('g')
  press('n')
  press('g')
  press('p')
  expect(go.mock.calls.map(([to]) => to)).toEqual(['/notifications', '/@me'])
})

test('a slow machine loses no keys: those before the app was there act, and g waits for its letter', () => {
  const go = vi.spyOn(place, 'go').mockResolvedValue()
  const key = (key: string, timeStamp: number) => {
    const event = new KeyboardEvent('keydown', { key })
    Object.defineProperty(event, 'target', { value: document.body })
    Object.defineProperty(event, 'timeStamp', { value: timeStamp })
    return event
  }
  vi.stubGlobal('earlyKeys', () => [key('g', 100_000)])
  awake()
  onkeydown(key('e', 104_000))
  onkeydown(key('g', 200_000))
  onkeydown(key('h', 206_000)) // forgotten meanwhile
  onkeydown(key('g', 300_000))
  forget() // the pointer came between
  onkeydown(key('h', 300_100))
  expect(go.mock.calls.map(([to]) => to)).toEqual(['/explore'])
})

test('keys press the buttons of the entry that has the focus', () => {
  document.body.innerHTML = '<main id="content"><article data-entry="1" tabindex="-1"><button data-act="like"></button></article></main>'
  const pressed = vi.fn()
  document.querySelector('button')!.onclick = pressed
  press('l')
  expect(pressed).not.toHaveBeenCalled()
  document.querySelector('article')!.focus()
  press('l')
  expect(pressed).toHaveBeenCalledOnce()
})

test('look is kept in a cookie and on the page', () => {
  look.set('theme', 'dark')
  expect(document.documentElement.dataset.theme).toBe('dark')
  look.set('theme', 'system')
})
