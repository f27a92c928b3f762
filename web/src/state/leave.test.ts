import { afterEach, expect, test, vi } from 'vitest'
import { ApiError, get, leave } from '../api/client'
import { unread } from './notifications.svelte'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const turns = async () => {
  for (let n = 0; n < 20; n++) await Promise.resolve()
}

test('marks that the server was not told of yet are told in one request when the page is left', async () => {
  vi.useFakeTimers()
  const fetch = vi.fn(async (_: string, __: RequestInit) => new Response('{}'))
  vi.stubGlobal('fetch', fetch)
  unread.mark('home', '9001')
  unread.mark('notifications', '9002')
  await unread.tell(true)
  expect(fetch.mock.calls.map(([url, o]) => [url, o.keepalive, o.body])).toEqual([['/api/v1/markers', true, '{"home":{"last_read_id":"9001"},"notifications":{"last_read_id":"9002"}}']])
  vi.runAllTimers()
  await unread.tell()
  expect(fetch).toHaveBeenCalledTimes(1)
})

test('a session ends after what was asked of it, and nothing is asked of it afterwards', async () => {
  const order: string[] = []
  let answer = (_: Response): void => {}
  let refuse = true
  vi.stubGlobal('fetch', vi.fn((url: string) => {
    order.push(url)
    if (url === '/slow') return new Promise<Response>((done) => (answer = done))
    return Promise.resolve(url === '/signout' && refuse ? new Response('{"error":"No"}', { status: 503 }) : new Response('{}'))
  }))
  const slow = get('/slow')
  const first = leave(false)
  const meanwhile = get('/meanwhile')
  await turns()
  expect(order).toEqual(['/slow'])
  answer(new Response('{}'))
  await slow
  await expect(first).rejects.toBeInstanceOf(ApiError)
  await meanwhile // the session stays: it goes on
  expect(order).toEqual(['/slow', '/signout', '/meanwhile'])

  refuse = false
  await leave(false)
  void get('/afterwards')
  await turns()
  expect(order).toEqual(['/slow', '/signout', '/meanwhile', '/signout'])
})
