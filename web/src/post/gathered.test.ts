import { beforeEach, expect, test } from 'vitest'
import { keep } from '../state/entities.svelte'
import { person, signIn, status } from '../test/seed'
import { gathered } from './gathered'

beforeEach(() => signIn())

const boost = (by = 'bo') => keep(status({ account: person(by), reblog: status() }))
const own = () => keep(status())

test('three boosts in a row are one line, two stay as they are', () => {
  const [a, b, c, d, e, f] = [boost(), boost('cleo'), boost(), own(), boost(), boost()]
  expect([...gathered([a, b, c, d, e, f], 'gather')]).toEqual([[a, [a, b, c]], [b, []], [c, []]])
})

test('hidden boosts leave no line; those of the reader stay', () => {
  const [a, b, c] = [boost(), own(), boost('me')]
  expect([...gathered([a, b, c], 'hide')]).toEqual([[a, []]])
  expect(gathered([a, b, c], 'inline').size).toBe(0)
})
