import { beforeEach, expect, test } from 'vitest'
import { keep } from '../state/entities.svelte'
import { person, signIn, status } from '../test/seed'
import { gathered, threads } from './gathered'

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

test('a thread of one author stands in order, where its last post would stand', () => {
  const at = (minute: number) => `2026-11-22T09:${minute}:00.000Z`
  const [one, other] = [keep(status({ created_at: at(10) })), own()]
  const two = keep(status({ created_at: at(12), in_reply_to_id: one }))
  const three = keep(status({ created_at: at(14), in_reply_to_id: two }))
  expect([...threads([three, other, two, one])].filter(([, run]) => run.length)).toEqual([[three, [one, two, three]]])
  expect(threads([three, other, two, one]).get(one)).toEqual([])
  // The first is not read yet, somebody else answers, or it was written the next day.
  expect(threads([three, two]).get(three)).toEqual([two, three])
  expect(threads([three]).size).toBe(0)
  expect(threads([keep(status({ account: person('cleo'), in_reply_to_id: one })), one]).size).toBe(0)
  expect(threads([keep(status({ created_at: '2026-11-23T09:00:00.000Z', in_reply_to_id: one })), one]).size).toBe(0)
})

test('two that go on from the same post: the first of them belongs to the thread', () => {
  const one = own()
  const [two, also] = [keep(status({ in_reply_to_id: one })), keep(status({ in_reply_to_id: one }))]
  const all = threads([also, two, one])
  expect([all.get(two), all.has(also)]).toEqual([[one, two], false])
})
