import { beforeEach, expect, test, vi } from 'vitest'
import { signIn } from '../test/seed'

beforeEach(() => {
  localStorage.clear()
  signIn()
})

const anew = async () => {
  vi.resetModules()
  const { signIn } = await import('../test/seed')
  signIn()
  return (await import('./keys.svelte')).keys
}

test('a key that is given to something is taken from what had it', async () => {
  const keys = await anew()
  expect(keys.set('reply', 'v')).toBe(undefined)
  expect(keys.named('v')).toBe('reply')
  expect(keys.named('r')).toBe(undefined)
  expect(keys.set('boost', 'v')).toBe('reply')
  expect(keys.of('reply')).toEqual([])
  expect(keys.set('quote', 'l')).toBe(undefined) // f likes still
  expect(keys.of('like')).toEqual(['f'])
  expect(keys.set('reply', 'r')).toBe(undefined)
  expect(keys.named('r')).toBe('reply')
})

test('Enter opens whatever letter does', async () => {
  const keys = await anew()
  keys.set('open', '')
  expect(keys.of('open')).toEqual(['Enter'])
  keys.set('open', 'ö')
  expect(keys.of('open')).toEqual(['ö', 'Enter'])
})

test('keys are kept for the account on this device, and come back to the usual', async () => {
  let keys = await anew()
  keys.set('like', 'y')
  keys.turn(false)
  keys = await anew()
  expect(keys.of('like')).toEqual(['y'])
  expect(keys.on).toBe(false)
  const { session } = await import('./session.svelte')
  expect(Object.keys(localStorage)).toEqual([`keys:${session.me.id}`])
  keys.reset()
  expect(keys.of('like')).toEqual(['l', 'f'])
  expect(keys.changed).toBe(false)
  expect(keys.on).toBe(false)
})

test.each(['nonsense', '{"like":7,"else":"x"}'])('what was kept wrongly is as if it were not there: %s', async (text) => {
  const { session } = await import('./session.svelte')
  localStorage.setItem(`keys:${session.me.id}`, text)
  const keys = await anew()
  expect(keys.of('like')).toEqual(['l', 'f'])
  expect(keys.changed).toBe(false)
})
