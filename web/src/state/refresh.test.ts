import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Relationship, Status } from '../api/entity'
import { person, signIn, status } from '../test/seed'
import { account, keepAccount, keepRelation } from './entities.svelte'
import { home, showing } from './feeds'
import { place } from './place.svelte'
import { publish, remove } from './post'
import { renew } from './refresh'
import { follow, unfollow } from './relation'

const ada = person('ada')
const bo = person('bo')
let there: Status[]

/** answers as the site does: home has what is there, newest first, in pages of 40 */
const site = vi.fn(async (url: string, _?: RequestInit) => {
  const { pathname, searchParams } = new URL(url, location.href)
  const json = (body: unknown) => new Response(JSON.stringify(body))
  if (pathname.endsWith('/follow')) return json({ id: ada.id, following: true } as Relationship)
  if (pathname.endsWith('/unfollow')) return json({ id: ada.id, following: false } as Relationship)
  if (pathname === '/api/v1/timelines/home') return json(searchParams.has('min_id') ? [] : there)
  return json({})
})

beforeEach(() => {
  signIn()
  place.here = { name: 'profile', params: {}, key: '', url: new URL(location.href), entry: '', mark: null }
  home().refill([])
  there = []
  site.mockClear()
  vi.stubGlobal('fetch', site)
  keepAccount(ada)
  keepRelation({ id: ada.id, following: false } as Relationship)
})
afterEach(() => vi.unstubAllGlobals())

test('a home that was empty has the posts of whom one has just followed', async () => {
  const post = status({ account: ada })
  there = [post]
  await follow(ada)
  await vi.waitFor(() => expect(home().ids).toEqual([post.id]))
})

test('an empty home that is looked at stays, and what came waits above it', async () => {
  place.here = { ...place.here, name: 'home' }
  there = [status({ account: ada })]
  await follow(ada)
  await vi.waitFor(() => expect(home().waiting).toEqual([there[0]!.id]))
  expect(home().empty).toBe(true)
  home().show()
  expect(home().ids).toEqual([there[0]!.id])
})

test('what comes with a person stands between the others where it belongs, and waits above the newest', async () => {
  const [one, two, three, four, five] = [status({ account: ada }), status({ account: bo }), status({ account: ada }), status({ account: bo }), status({ account: ada })]
  home().refill([four, two])
  there = [five, four, three, two, one]
  await follow(ada)
  await vi.waitFor(() => expect(home().waiting).toEqual([five.id]))
  expect(home().ids).toEqual([four.id, three.id, two.id, one.id])
})

test('who is left leaves home with all boosts, and comes back whole', async () => {
  const [one, two, boost] = [status({ account: ada }), status({ account: bo }), status({ account: ada, reblog: status({ account: person('cleo') }) })]
  home().refill([boost, two, one])
  keepRelation({ id: ada.id, following: true } as Relationship)
  there = [two]
  await unfollow(ada)
  await vi.waitFor(() => expect(home().ids).toEqual([two.id]))
  there = [boost, two, one]
  await follow(ada)
  await vi.waitFor(() => expect(home().waiting).toEqual([boost.id]))
  expect(home().ids).toEqual([two.id, one.id])
})

test('a long run that comes with a person is cut into sheets', async () => {
  const more = Array.from({ length: 30 }, () => status({ account: ada }))
  const [low, top] = [more[0]!, status({ account: bo })]
  home().refill([top, { ...low, account: bo }])
  there = [top, ...more.slice(1).reverse(), low]
  await follow(ada)
  await vi.waitFor(() => expect(home().ids).toEqual(there.map((s) => s.id)))
  expect(Math.max(...home().sheets.map((s) => s.ids.length))).toBeLessThan(20)
})

test('what is asked for anew comes to the top at once', async () => {
  const [old, fresh] = [status(), status()]
  home().refill([old])
  const gone = showing('home')
  there = [fresh, old]
  await renew()
  gone()
  expect([home().ids, home().waiting]).toEqual([[fresh.id, old.id], []])
})

test('a deleted post is counted no longer', async () => {
  const me = keepAccount({ ...person('me'), statuses_count: 3 })
  const s = status({ account: account(me)! })
  publish(s)
  await remove(s.id)
  expect(account(me)?.statuses_count).toBe(2)
})
