// The live socket. It only carries frames; what they mean is decided in state/live.

import { caller } from './client'

export interface Frame {
  stream: string[]
  event: string
  payload?: string
}

export interface Subscription {
  stream: string
  tag?: string
  list?: string
}

/** Stream is one socket. It says once when it opened, and once when it closed, whatever the reason. */
export class Stream {
  #socket: WebSocket

  constructor(on: { open: () => void; frame: (f: Frame) => void; close: () => void }) {
    const url = new URL('/api/v1/streaming', location.href)
    url.searchParams.set('account', caller.account) // a socket takes no headers
    url.protocol = url.protocol.replace('http', 'ws')
    this.#socket = new WebSocket(url)
    this.#socket.onopen = on.open
    this.#socket.onclose = on.close
    this.#socket.onmessage = (message) => {
      const frame = JSON.parse(String(message.data)) as Partial<Frame>
      if (frame.event) on.frame({ stream: frame.stream ?? [], event: frame.event, ...(frame.payload && { payload: frame.payload }) })
    }
  }

  subscribe(to: Subscription, yes = true): void {
    if (this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify({ type: yes ? 'subscribe' : 'unsubscribe', ...to }))
    }
  }

  close(): void {
    this.#socket.close()
  }
}
