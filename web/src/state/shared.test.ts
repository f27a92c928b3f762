import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { signIn } from '../test/seed'
import { Shared } from './shared'

/** Sockets that a test opens and closes by hand, a channel within one page, and locks that are given in turn. */
class Socket {
  static OPEN = 1
  static all: Socket[] = []
  readyState = 0
  sent: { type: string; stream: string; list?: string }[] = []
  onopen = () => {}
  onclose = () => {}
  onmessage = (_: { data: string }) => {}
  constructor() {
    Socket.all.push(this)
  }
  send(text: string) {
    this.sent.push(JSON.parse(text))
  }
  open() {
    this.readyState = 1
    this.onopen()
  }
  close() {
    this.readyState = 3
    this.onclose()
  }
}
class Channel {
  static all = new Set<Channel>()
  onmessage = (_: { data: unknown }) => {}
  constructor() {
    Channel.all.add(this)
  }
  postMessage(data: unknown) {
    for (const other of Channel.all) if (other !== this) queueMicrotask(() => Channel.all.has(other) && other.onmessage({ data: structuredClone(data) }))
  }
  close() {
    Channel.all.delete(this)
  }
}
const locks = () => {
  let last = Promise.resolve()
  return {
    request: (_: string, { signal }: { signal: AbortSignal }, run: () => Promise<void> | undefined) => (last = last.then(() => (signal.aborted ? undefined : run()))),
  }
}
const tab = () => {
  const on = { open: vi.fn(), frame: vi.fn(), close: vi.fn() }
  return { on, it: new Shared(on) }
}
const settled = () => new Promise((done) => setTimeout(done, 0))
const subscribed = (s: Socket) => s.sent.map((m) => `${m.type} ${m.stream}${m.list ?? ''}`)

let visible: DocumentVisibilityState = 'visible'
beforeEach(() => {
  signIn()
  Socket.all = []
  Channel.all.clear()
  visible = 'visible'
  vi.stubGlobal('WebSocket', Socket)
  vi.stubGlobal('BroadcastChannel', Channel)
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visible)
  Object.defineProperty(navigator, 'locks', { value: locks(), configurable: true })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  Reflect.deleteProperty(navigator, 'locks')
})

test('two tabs have one socket, which hears what either wants', async () => {
  const [a, b] = [tab(), tab()]
  await settled()
  expect(Socket.all).toHaveLength(1)
  const socket = Socket.all[0]!
  a.it.subscribe({ stream: 'user' })
  b.it.subscribe({ stream: 'user' })
  b.it.subscribe({ stream: 'list', list: '7' })
  socket.open()
  await settled()
  expect([a.on.open.mock.calls, b.on.open.mock.calls]).toEqual([[[false]], [[false]]])
  expect(subscribed(socket)).toEqual(['subscribe user', 'subscribe list7'])
  socket.onmessage({ data: JSON.stringify({ stream: ['user'], event: 'delete', payload: '1' }) })
  await settled()
  for (const { on } of [a, b]) expect(on.frame).toHaveBeenCalledWith({ stream: ['user'], event: 'delete', payload: '1' })
  b.it.subscribe({ stream: 'list', list: '7' }, false)
  await settled()
  expect(subscribed(socket).at(-1)).toBe('unsubscribe list7')
})

test('a tab that comes later hears from the one that has the socket', async () => {
  const a = tab()
  await settled()
  Socket.all[0]!.open()
  const b = tab()
  await settled()
  expect([b.on.open.mock.calls, Socket.all.length, a.on.open.mock.calls.length]).toEqual([[[false]], 1, 1])
})

test('when the tab with the socket goes to rest, another takes over and knows that something may be missing', async () => {
  const [a, b, c] = [tab(), tab(), tab()]
  await settled()
  Socket.all[0]!.open()
  await settled()
  visible = 'hidden'
  a.it.close()
  visible = 'visible'
  await settled()
  expect([a.on.close.mock.calls.length, b.on.close.mock.calls.length, Socket.all.length]).toEqual([1, 0, 2])
  Socket.all[1]!.open()
  await settled()
  expect([b.on.open.mock.calls.at(-1), c.on.open.mock.calls.at(-1)]).toEqual([[true], [true]])
})

test('a socket that breaks, breaks for all, once', async () => {
  const [a, b] = [tab(), tab()]
  await settled()
  Socket.all[0]!.open()
  await settled()
  Socket.all[0]!.close()
  await settled()
  expect([a.on.close.mock.calls.length, b.on.close.mock.calls.length, Socket.all.length]).toEqual([1, 1, 1])
})

test('without locks each tab has its own', async () => {
  Reflect.deleteProperty(navigator, 'locks')
  const [a, b] = [tab(), tab()]
  for (const socket of Socket.all) socket.open()
  expect([Socket.all.length, a.on.open.mock.calls.length, b.on.open.mock.calls.length]).toEqual([2, 1, 1])
})
