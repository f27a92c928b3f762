import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ApiError, nextOf, page, type Page } from '../api/client'
import type { Status } from '../api/entity'
import { continuation, tree } from '../post/tree'
import { refreshOf } from '../api/status'
import { later } from '../text/time'
import { begin, names, narrower, slotOf } from './draft/model'
import { person, signIn, status } from '../test/seed'
import { content, isGone, keep, post } from './entities.svelte'
import { drop, home } from './feeds'
import { live } from './live.svelte'
import { boostable, like, publish, remove } from './post'
import { session } from './session.svelte'
import { answered, thread } from './thread.svelte'
import { Timeline } from './timeline.svelte'
import { messages } from './toast.svelte'

beforeEach(() => signIn())
afterEach(() => vi.unstubAllGlobals())

const pages = (...all: Status[][]) => {
  let n = 0
  return vi.fn(async (): Promise<Page<Status>> => ({ items: all[n++] ?? [], next: n < all.length ? '/next' : null }))
}
const list = (...all: Status[][]) => new Timeline({ read: pages(...all), keep })
const reply = (body: unknown, code = 200) => vi.fn(async () => new Response(JSON.stringify(body), { status: code }))
const settled = () => new Promise((done) => setTimeout(done, 0))

describe('a timeline', () => {
  test('reads page after page and ends', async () => {
    const [a, b, c] = [status(), status(), status()]
    const it = list([c, b], [a])
    await it.start()
    expect([it.ids, it.state]).toEqual([[c.id, b.id], 'idle'])
    await it.more()
    expect([it.ids, it.state]).toEqual([[c.id, b.id, a.id], 'end'])
  })
  test('takes what the page brought and does not ask again', async () => {
    const it = list()
    await it.start([status()], null)
    expect(it.source.read).not.toHaveBeenCalled()
    expect(it.state).toBe('end')
  })
  test('lets new posts wait, newest first, each once', async () => {
    const [a, b, c] = [status(), status(), status()]
    const it = list([a])
    await it.start()
    for (const s of [c, b, c, a]) it.arrive(s)
    expect([it.ids, it.waiting]).toEqual([[a.id], [c.id, b.id]])
    expect(it.show()).toBe(2)
    expect([it.ids, it.waiting]).toEqual([[c.id, b.id, a.id], []])
  })
  test('keeps what came live while its first page was on the way', async () => {
    const [a, b, c] = [status(), status(), status()]
    let send: (page: Page<Status>) => void = () => {}
    const it = new Timeline({ read: () => new Promise<Page<Status>>((done) => (send = done)), keep })
    const started = it.start()
    it.arrive(b)
    it.arrive(c)
    send({ items: [b, a], next: null })
    await started
    expect([it.ids, it.waiting]).toEqual([[b.id, a.id], [c.id]])
  })
  test('shows what the reader wrote at once, and misses nothing below it', async () => {
    const [a, b, c, own, d] = [status(), status(), status(), status(), status()]
    let send: (page: Page<Status>) => void = () => {}
    const since = vi.fn((_: string) => new Promise<Page<Status>>((done) => (send = done)))
    const it = new Timeline({ read: pages([a]), since, keep })
    await it.start()
    it.arrive(b)
    const caught = it.catchUp() // while it is asked what was missed
    it.arrive(own)
    it.put(own)
    expect([it.ids, it.waiting]).toEqual([[own.id, a.id], [b.id]])
    send({ items: [own, c], next: null })
    await caught
    expect([it.ids, it.waiting]).toEqual([[own.id, a.id], [c.id, b.id]])
    it.show()
    it.put(d)
    void it.catchUp()
    expect(since.mock.calls.map(([id]) => id)).toEqual([b.id, c.id])
  })
  test('shows a post once, however many boost it', async () => {
    const a = status()
    const boosts = [status({ reblog: a }), status({ reblog: a })]
    const it = list([...boosts, a])
    await it.start()
    expect(it.ids).toEqual([boosts[0]!.id])
  })
  test('keeps its sheets when one entry goes', async () => {
    const all = Array.from({ length: 25 }, () => status())
    const it = list(all)
    await it.start()
    const [one, two] = it.sheets
    it.remove((id) => id === all[12]!.id)
    expect(it.sheets[0]).toBe(one)
    expect(it.sheets[1]!.key).toBe(two!.key)
    expect(it.ids).toHaveLength(24)
  })
  test('catches up, oldest first, until nothing is left', async () => {
    const a = status()
    const late = Array.from({ length: 25 }, () => status())
    const since = vi.fn<(id: string) => Promise<Page<Status>>>().mockResolvedValueOnce({ items: late.slice(0, 20).toReversed(), next: null }).mockResolvedValueOnce({ items: late.slice(20).toReversed(), next: null })
    const it = new Timeline({ read: pages([a]), since, keep })
    await it.start()
    await it.catchUp()
    expect(since.mock.calls.map(([id]) => id)).toEqual([a.id, late[19]!.id])
    expect(it.waiting).toEqual(late.map((s) => s.id).toReversed())
  })
  test('says why it failed and can be asked again', async () => {
    const read = vi.fn().mockRejectedValueOnce(new ApiError(503, 'tired')).mockResolvedValueOnce({ items: [status()], next: null })
    const it = new Timeline({ read, keep })
    await it.start()
    expect([it.state, it.error?.message]).toEqual(['failed', 'tired'])
    await it.more()
    expect([it.state, it.ids.length]).toEqual(['end', 1])
  })
})

describe('entities', () => {
  test('a live copy does not forget what the reader did', () => {
    const s = status({ favourited: true })
    keep(s)
    const { favourited: _, reblogged: __, bookmarked: ___, ...bare } = s
    keep({ ...bare, content: '<p>new</p>' })
    expect(post(s.id)).toMatchObject({ favourited: true, content: '<p>new</p>' })
  })
  test('a boost shows the one copy of the original', () => {
    const s = status()
    const boost = status({ reblog: s })
    keep(boost)
    keep({ ...s, favourites_count: 9 })
    expect(content(boost.id)?.favourites_count).toBe(9)
  })
})

describe('what a reader does', () => {
  test('shows at once and is taken back if refused', async () => {
    const s = status({ favourites_count: 3 })
    keep(s)
    vi.stubGlobal('fetch', reply({ error: 'No' }, 422))
    like(s.id)
    expect(post(s.id)).toMatchObject({ favourited: true, favourites_count: 4 })
    await settled()
    expect(post(s.id)).toMatchObject({ favourited: false, favourites_count: 3 })
    expect(messages.toasts.at(-1)?.text).toContain('No')
  })
  test('only the last answer counts', async () => {
    const s = status()
    keep(s)
    const answers = [{ ...s, favourited: true, favourites_count: 1 }, { ...s, favourited: false, favourites_count: 0 }]
    const waits = [20, 0]
    vi.stubGlobal('fetch', vi.fn(async () => {
      const body = answers.shift()
      await new Promise((done) => setTimeout(done, waits.shift()))
      return new Response(JSON.stringify(body))
    }))
    like(s.id)
    like(s.id)
    await new Promise((done) => setTimeout(done, 40))
    expect(post(s.id)).toMatchObject({ favourited: false, favourites_count: 0 })
  })
  test('a deleted post leaves all lists; a refused deletion brings it back', async () => {
    const s = status({ account: session.me })
    await home().start([s], null)
    vi.stubGlobal('fetch', reply({ error: 'No' }, 500))
    const asked = remove(s.id)
    expect(isGone(s.id)).toBe(true)
    await asked
    expect(isGone(s.id)).toBe(false)
    vi.stubGlobal('fetch', reply({ ...s, text: 'source' }))
    expect((await remove(s.id))?.text).toBe('source')
    expect(home().ids).not.toContain(s.id)
  })
  test('an own post stands in its places at once', async () => {
    const parent = status()
    keep(parent)
    const it = thread(parent.id)
    const s = status({ account: session.me, in_reply_to_id: parent.id })
    publish(s)
    expect(it.descendants).toEqual([s.id])
    expect(post(parent.id)?.replies_count).toBe(1)
    expect(home().ids[0]).toBe(s.id)
    answered(s)
    expect(it.descendants).toEqual([s.id])
  })
  test('private posts are boosted by their author only', () => {
    expect([status(), status({ visibility: 'private' }), status({ visibility: 'private', account: session.me }), status({ visibility: 'direct' })].map(boostable)).toEqual([true, false, true, false])
  })
})

test('what came between the page and its first frame is asked for once', async () => {
  const sockets: { onopen?: () => void; readyState: number; send: () => void }[] = []
  vi.stubGlobal('WebSocket', Object.assign(function (this: (typeof sockets)[0]) {
    Object.assign(this, { readyState: 1, send: () => {} })
    sockets.push(this)
  }, { OPEN: 1 }))
  const missed = status()
  const asked: string[] = []
  vi.stubGlobal('fetch', vi.fn(async (url: string) => {
    asked.push(url)
    return new Response(JSON.stringify(url.includes('timelines/home') ? [missed] : { count: 0 }))
  }))
  await home().start([status()], null)
  live.start()
  sockets[0]!.onopen!()
  await vi.waitFor(() => expect(home().waiting).toContain(missed.id))
  expect(asked.filter((url) => url.includes('timelines/home'))).toHaveLength(1)
})

test('live frames reach their lists', () => {
  const s = status()
  live.take({ stream: ['user'], event: 'update', payload: JSON.stringify(s) })
  expect(home().waiting[0]).toBe(s.id)
  live.take({ stream: ['user'], event: 'status.update', payload: JSON.stringify({ ...s, content: 'new' }) })
  expect(post(s.id)?.content).toBe('new')
  live.take({ stream: ['user'], event: 'delete', payload: s.id })
  expect(home().waiting).not.toContain(s.id)
  drop('nothing')
})

describe('the client', () => {
  test('finds the next page', () => {
    expect(nextOf('<https://elm.example/api/v1/x?max_id=1&a=2>; rel="next", <https://elm.example/api/v1/x?min_id=9>; rel="prev"')).toBe('/api/v1/x?max_id=1&a=2')
    expect(nextOf(null)).toBe(null)
  })
  test('asks again for a page, never for a change', async () => {
    const fetch = vi.fn().mockRejectedValueOnce(new TypeError('net')).mockResolvedValueOnce(new Response('[]'))
    vi.stubGlobal('fetch', fetch)
    expect((await page('/api/v1/x', { id: ['1', '2'], a: undefined })).items).toEqual([])
    expect(fetch.mock.calls[1]![0]).toBe('/api/v1/x?id%5B%5D=1&id%5B%5D=2')
  })
})

describe('writing', () => {
  test('a reply names author and others, never oneself, and does not widen', () => {
    const ada = person('ada')
    const parent = status({ account: ada, visibility: 'private', mentions: [{ id: session.me.id, username: 'me', url: '', acct: 'me' }, { id: '7', username: 'cleo', url: '', acct: 'cleo@oak.example' }] })
    expect(names(parent, session.me.id)).toBe('@ada @cleo@oak.example ')
    expect(begin({ reply: parent.id }, parent)).toMatchObject({ visibility: 'private', language: 'en' })
    expect(narrower('unlisted', 'public')).toBe('unlisted')
  })
  test('each thing that is written has a draft of its own', () => {
    expect([slotOf({}), slotOf({ reply: '1' }), slotOf({ edit: '1', text: 'a' }), slotOf({ quote: '1' }), slotOf({ text: '@ada ' })]).toEqual(['new', 'reply:1', 'edit:1', 'quote:1', 'with:@ada'])
  })
})

test('a thread is a tree, the author first, the lost on the root', () => {
  const shape = (branches: ReturnType<typeof tree>): unknown => branches.map((b) => [b.id, b.size, shape(b.branches)])
  const known = (id: string, parent: string, author = 'x') => ({ id, parent, author })
  expect(shape(tree('1', 'a', [known('2', '1'), known('3', '1', 'a'), known('4', '2'), known('5', '99'), known('10', '4')]))).toEqual([
    ['3', 0, []],
    ['2', 2, [['4', 1, [['10', 0, []]]]]],
    ['99', 1, [['5', 0, []]]],
  ])
})

test('replies of people whom the reader follows come before liked ones, the author before all', () => {
  const known = (id: string, author: string, weight: number) => ({ id, parent: '1', author, weight })
  const all = [known('2', 'x', 1), known('3', 'y', 90), known('4', 'near', 0), known('5', 'a', 0)]
  const order = (by: 'likes' | 'time') => tree('1', 'a', all, by, (author) => author === 'near').map((b) => b.id)
  expect(order('likes')).toEqual(['5', '4', '3', '2'])
  expect(order('time')).toEqual(['5', '4', '2', '3'])
})

test('a continuation is what one author wrote without a break', () => {
  const known = (id: string, parent: string | null, author: string) => ({ id, parent, author })
  const above = [known('1', null, 'x'), known('2', '1', 'a'), known('3', '2', 'a')]
  const below = [known('5', '4', 'x'), known('6', '4', 'a'), known('7', '6', 'a'), known('8', '5', 'a')]
  expect(continuation(known('4', '3', 'a'), above, below)).toEqual(['2', '3', '4', '6', '7'])
})

test('what the server still fetches is read from its header', () => {
  expect(refreshOf('id="thread-12", retry=5, result_count=2')).toEqual({ id: 'thread-12', retry: 5 })
  expect(refreshOf('id="x", retry=0')).toEqual({ id: 'x', retry: 1 })
  expect(refreshOf(null)).toBe(null)
})

test('a reply that came much later says so', () => {
  expect([later('2024-01-01', '2024-02-01'), later('2024-01-01', '2024-04-05'), later('2024-01-01', '2026-06-01')]).toEqual(['', '3 months', '2 years'])
})
