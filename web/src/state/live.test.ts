// What is heard while the page is not looked at. The clock is the test's.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { signIn, status } from '../test/seed'
import { home } from './feeds'
import { live } from './live.svelte'

class Socket {
  static OPEN = 1
  static all: Socket[] = []
  readyState = 0
  onopen = () => {}
  onclose = () => {}
  onmessage = () => {}
  constructor() {
    Socket.all.push(this)
  }
  send() {}
  open() {
    this.readyState = 1
    this.onopen()
  }
  close() {
    this.readyState = 3
    this.onclose()
  }
}

let visible: DocumentVisibilityState = 'visible'
const look = (now: DocumentVisibilityState) => {
  visible = now
  document.dispatchEvent(new Event('visibilitychange'))
}
const asked: string[] = []
const homes = () => asked.filter((url) => url.includes('timelines/home'))

beforeEach(() => {
  vi.useFakeTimers()
  signIn()
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visible)
  vi.stubGlobal('WebSocket', Socket)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

test('the socket closes 30 s after the page was hidden, and whoever comes back is told once what came meanwhile', async () => {
  const missed = status()
  let news = [] as unknown[]
  vi.stubGlobal('fetch', vi.fn(async (url: string) => {
    asked.push(url)
    return new Response(JSON.stringify(url.includes('timelines/home') ? news : { count: 0 }))
  }))
  await home().start([status()], null)
  live.start()
  Socket.all[0]!.open()
  await vi.advanceTimersByTimeAsync(0)
  expect(homes()).toHaveLength(1) // what came since the page was made

  // Away for a moment: nothing is closed, and nothing asked.
  look('hidden')
  await vi.advanceTimersByTimeAsync(29_000)
  look('visible')
  await vi.advanceTimersByTimeAsync(60_000)
  expect([Socket.all.length, Socket.all[0]!.readyState, homes().length]).toEqual([1, 1, 1])

  // Away for long: the socket goes, none is opened, and no list is asked for however long it lasts.
  look('hidden')
  await vi.advanceTimersByTimeAsync(29_999)
  expect(Socket.all[0]!.readyState).toBe(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(Socket.all[0]!.readyState).toBe(3)
  await vi.advanceTimersByTimeAsync(8 * 3_600_000)
  expect([Socket.all.length, homes().length, vi.getTimerCount()]).toEqual([1, 1, 0])

  news = [missed]
  look('visible')
  Socket.all[1]!.open()
  await vi.advanceTimersByTimeAsync(60_000)
  expect([Socket.all.length, homes().length]).toEqual([2, 2])
  expect(home().waiting).toEqual([missed.id])
})
