import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Status } from '../api/entity'
import { signIn, status } from '../test/seed'
import { thread } from './thread.svelte'

beforeEach(() => {
  signIn()
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const json = (body: unknown, refresh?: string) => new Response(JSON.stringify(body), { headers: refresh ? { 'Mastodon-Async-Refresh': refresh } : {} })

/** server answers for one thread: running so many times, then with what came. */
function server(root: Status, first: Status[], then: Status[], running: number, refresh?: string) {
  let contexts = 0
  const calls: string[] = []
  vi.stubGlobal('fetch', async (path: string) => {
    calls.push(path)
    if (path.includes('async_refreshes')) return json({ async_refresh: { id: 'thread-1', status: running-- > 0 ? 'running' : 'finished', result_count: null } })
    if (path.endsWith('/context')) return json({ ancestors: [], descendants: contexts++ ? [...first, ...then] : first }, contexts === 1 ? refresh : undefined)
    return json(root)
  })
  return calls
}

test('replies of other servers come when the server has them, and are counted', async () => {
  const root = status()
  const [a, b] = [status({ in_reply_to_id: root.id }), status({ in_reply_to_id: root.id })]
  const calls = server(root, [a], [b], 2, 'id="thread-1", retry=3')
  const it = thread(root.id)
  const before = vi.fn()
  const done = it.start(undefined, undefined, undefined, before)
  await vi.advanceTimersByTimeAsync(2900)
  expect([it.descendants, it.asking, it.came]).toEqual([[a.id], true, null])
  await vi.advanceTimersByTimeAsync(6200)
  await done
  expect([it.descendants, it.asking, it.came]).toEqual([[a.id, b.id], false, 1])
  expect(before).toHaveBeenCalledTimes(2)
  expect(calls.filter((c) => c.includes('async_refreshes/thread-1'))).toHaveLength(3)
})

test('what the page brought is not asked for again; what it said of a refresh holds', async () => {
  const root = status()
  const calls = server(root, [], [], 0)
  const it = thread(root.id)
  const done = it.start(root, { ancestors: [], descendants: [] }, 'id="thread-1", retry=1', () => {})
  await vi.advanceTimersByTimeAsync(1100)
  await done
  expect(calls).toEqual(['/api/v1_alpha/async_refreshes/thread-1', `/api/v1/statuses/${root.id}/context`])
  expect([it.asking, it.came]).toEqual([false, 0])
})

test('a server that never ends is left alone after a while, and what came is shown', async () => {
  const root = status()
  const a = status({ in_reply_to_id: root.id })
  server(root, [], [a], 1000, 'id="thread-1", retry=3')
  const it = thread(root.id)
  const done = it.start(root, undefined, undefined, () => {})
  await vi.advanceTimersByTimeAsync(60_000)
  await done
  expect([it.descendants, it.asking, it.came]).toEqual([[a.id], false, 1])
})

test('who leaves is not followed', async () => {
  const root = status()
  const calls = server(root, [], [], 1000, 'id="thread-1", retry=3')
  const it = thread(root.id)
  const done = it.start(root, undefined, undefined, () => {})
  await vi.advanceTimersByTimeAsync(100)
  it.open = false
  await vi.advanceTimersByTimeAsync(20_000)
  await done
  expect(calls.filter((c) => c.includes('async_refreshes'))).toHaveLength(0)
})
