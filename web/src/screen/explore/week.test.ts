import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Status } from '../../api/entity'
import { person, signIn, status } from '../../test/seed'
import { weekPosts, weekTags } from './week'

const ago = (days: number) => new Date(Date.now() - days * 24 * 3600_000).toISOString()
const tag = (name: string) => ({ id: name, name, url: `https://skein.example/tags/${name}` })
let there: Status[]

beforeEach(() => {
  signIn()
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify(there)))
})
afterEach(() => vi.unstubAllGlobals())

test('the most liked posts of the week stand out, of people who wish to be put forward', async () => {
  const [some, most] = [status({ created_at: ago(1), favourites_count: 1 }), status({ created_at: ago(6), favourites_count: 2, reblogs_count: 1 })]
  there = [
    some, status({ created_at: ago(1) }), most, status({ created_at: ago(1), favourites_count: 9, account: person('shy', { discoverable: false }) }),
    status({ created_at: ago(1), favourites_count: 9, sensitive: true }), status({ created_at: ago(8), favourites_count: 9 }),
  ]
  expect((await weekPosts()).map((s) => s.id)).toEqual([most.id, some.id])
})

test('tags of the week: those that most people used, with their days', async () => {
  there = [
    status({ created_at: ago(0), tags: [tag('moss')] }), status({ created_at: ago(0), tags: [tag('moss')] }),
    status({ created_at: ago(0), tags: [tag('Bees')], account: person('ada') }), status({ created_at: ago(2), tags: [tag('bees')] }),
  ]
  const tags = await weekTags()
  expect(tags.map((x) => x.name)).toEqual(['Bees', 'moss'])
  expect(tags.map((x) => x.history!.map((d) => Number(d.uses)))).toEqual([[1, 0, 1, 0, 0, 0, 0], [2, 0, 0, 0, 0, 0, 0]])
})
