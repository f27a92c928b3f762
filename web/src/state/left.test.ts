import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Page } from '../api/client'
import type { Status } from '../api/entity'
import { signIn, status } from '../test/seed'
import { compare } from '../text/id'
import { left, note, reach } from './left'
import { postSource, Timeline } from './timeline.svelte'

/** home is a server with so many posts, and the list that reads them, newest first. */
function home(count: number) {
  const all = Array.from({ length: count }, () => status()).reverse()
  const read = vi.fn(async (_: string, q: Record<string, string | number | boolean> = {}): Promise<Page<Status>> => {
    let found = all
    if (q.max_id) found = found.filter((s) => compare(s.id, String(q.max_id)) < 0)
    if (q.min_id) found = found.filter((s) => compare(s.id, String(q.min_id)) > 0)
    const limit = Number(q.limit ?? 20)
    return { items: q.min_id ? found.slice(-limit) : found.slice(0, limit), next: null }
  })
  return { all, read, list: new Timeline(postSource('/home', read)), ids: (from: number, to: number) => all.slice(from, to).map((s) => s.id) }
}

beforeEach(() => {
  signIn()
  localStorage.clear()
})

describe('a gap', () => {
  /** torn: the reader came back to post 300, two hundred above it wait, and showed what is new. */
  async function torn() {
    const it = home(320)
    await it.list.from(it.all[300]!.id)
    await vi.waitFor(() => expect(it.list.behind).toBe(true))
    expect(it.list.waiting).toEqual(it.ids(100, 300))
    await it.list.reach()
    it.list.show()
    return it
  }
  const gapOf = (list: Timeline) => list.sheets.find((s) => s.gap)!

  test('is between the newest page and what was read up to', async () => {
    const { list, ids } = await torn()
    expect(list.ids).toEqual([...ids(0, 20), ...ids(100, 320)])
    expect(gapOf(list).gap).toEqual({ above: ids(19, 20)[0], below: ids(100, 101)[0] })
    expect([list.behind, list.waiting]).toEqual([false, []])
  })

  test('is filled from below and from above, until the two meet', async () => {
    const { list, ids } = await torn()
    await list.fill(gapOf(list).key, 'up')
    expect(list.ids).toEqual([...ids(0, 20), ...ids(60, 320)])
    await list.fill(gapOf(list).key, 'down')
    expect(list.ids).toEqual([...ids(0, 320)])
    expect(gapOf(list)).toBeTruthy() // nobody knows yet that nothing lies between
    await list.fill(gapOf(list).key, 'up')
    expect([list.ids, gapOf(list)]).toEqual([ids(0, 320), undefined])
  })

  test('stays when the post below it is deleted', async () => {
    const { list, ids } = await torn()
    const below = new Set(gapOf(list).ids)
    list.remove((id) => below.has(id))
    expect(gapOf(list).ids[0]).toBe(ids(110, 111)[0])
  })

  test('is none if the newest page reaches down to what waits', async () => {
    const it = home(215)
    await it.list.from(it.all[210]!.id)
    await vi.waitFor(() => expect(it.list.behind).toBe(true))
    await it.list.reach()
    expect(it.list.show()).toBe(210)
    expect([it.list.ids, it.list.sheets.some((s) => s.gap)]).toEqual([it.ids(0, 215), false])
  })

  test('nothing that comes live above a hole is shown as if it were next', async () => {
    const it = home(320)
    await it.list.from(it.all[300]!.id)
    await vi.waitFor(() => expect(it.list.behind).toBe(true))
    it.list.arrive(it.all[0]!)
    expect(it.list.waiting[0]).toBe(it.all[100]!.id)
    await it.list.reach()
    it.list.show()
    expect(it.list.ids[0]).toBe(it.all[0]!.id)
  })
})

describe('the place where home was left', () => {
  test('is the line that was read; newer posts wait', async () => {
    const it = home(20)
    await it.list.start(it.all.slice(5), null)
    note(it.list, { id: it.all[8]!.id, offset: 140, y: 900 })
    const again = new Timeline(postSource('/home', it.read))
    expect(reach(again, it.all, null)).toMatchObject({ id: it.all[8]!.id, offset: 140 })
    expect([again.ids, again.waiting]).toEqual([it.ids(5, 20), it.ids(0, 5)])
  })
  test('is nowhere for whoever was at the top, and for a line that is not on the page', async () => {
    const it = home(60)
    await it.list.start(it.all.slice(0, 20), null)
    note(it.list, { id: it.all[1]!.id, offset: 140, y: 10 })
    expect(left()).toEqual(expect.objectContaining({ far: it.all[0]!.id }))
    expect(left()?.line).toBe(undefined)
    expect(reach(it.list, it.all.slice(0, 20), null)).toBe(null)
    note(it.list, { id: it.all[15]!.id, offset: 140, y: 2000 })
    expect(reach(it.list, [status()], null)).toBe(null)
  })
  test('far never goes back, and all is forgotten after a week', async () => {
    const it = home(20)
    await it.list.start(it.all, null)
    note(it.list, { id: it.all[2]!.id, offset: 0, y: 400 })
    note(it.list, { id: it.all[12]!.id, offset: 0, y: 4000 })
    expect(left()).toMatchObject({ line: it.all[12]!.id, far: it.all[2]!.id })
    vi.setSystemTime(Date.now() + 8 * 86_400_000)
    expect(left()).toBe(null)
    vi.useRealTimers()
  })
})
