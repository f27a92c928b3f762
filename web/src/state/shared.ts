// One socket for all tabs of an account. The tab that holds a lock has it and passes on what it hears; the others wait for
// the lock, so that one of them takes over when the tab goes. A browser without locks has a socket for each tab.
import { Stream, type Frame, type Subscription } from '../api/stream'
import { session } from './session.svelte'

interface On {
  /** open: frames come from now on. Missed: others heard them before, and some may be lost. */
  open: (missed: boolean) => void
  frame: (frame: Frame) => void
  close: () => void
}

type Said =
  | { say: 'here' } // somebody new listens
  | { say: 'open'; missed: boolean }
  | { say: 'closed' }
  | { say: 'frame'; frame: Frame }
  | { say: 'wants'; tab: string; wants: Subscription[] }
  | { say: 'gone'; tab: string }

const nameOf = (to: Subscription) => JSON.stringify([to.stream, to.tag, to.list])

/** Shared is what a tab has of the socket. Like the socket it says when it opens, and once when it closes. */
export class Shared {
  #tab = Math.random().toString(36).slice(2)
  #channel: BroadcastChannel | null = null
  #waiting = new AbortController()
  #stream: Stream | null = null
  #release: (() => void) | undefined
  /** open: the socket is, here or in another tab */
  #open = false
  #ended = false
  #wants = new Map<string, Subscription>()
  /** others are what the other tabs want */
  #others = new Map<string, Subscription[]>()
  #subscribed = new Set<string>()

  constructor(readonly on: On) {
    if (!('BroadcastChannel' in globalThis) || !navigator.locks) {
      this.#lead()
      return
    }
    const name = `live:${session.me.id}`
    this.#channel = new BroadcastChannel(name)
    this.#channel.onmessage = ({ data }) => this.#hear(data as Said)
    this.#say({ say: 'here' })
    navigator.locks
      .request(name, { signal: this.#waiting.signal }, () => {
        if (this.#ended) return
        this.#lead()
        return new Promise<void>((release) => (this.#release = release))
      })
      .catch(() => {}) // closed before it was this tab's turn
  }

  subscribe(to: Subscription, yes = true): void {
    if (yes) this.#wants.set(nameOf(to), to)
    else this.#wants.delete(nameOf(to))
    if (this.#stream) this.#settle()
    else this.#say({ say: 'wants', tab: this.#tab, wants: [...this.#wants.values()] })
  }

  close(): void {
    if (this.#stream) this.#stream.close()
    else {
      this.#say({ say: 'gone', tab: this.#tab })
      this.#end()
    }
  }

  #say(what: Said): void {
    this.#channel?.postMessage(what)
  }

  /** lead opens the socket, for all. */
  #lead(): void {
    const missed = this.#open
    this.#open = false
    this.#stream = new Stream({
      open: () => {
        this.#open = true
        this.#subscribed.clear()
        this.#say({ say: 'open', missed: true })
        this.on.open(missed)
        this.#settle()
      },
      frame: (frame) => {
        this.#say({ say: 'frame', frame })
        this.on.frame(frame)
      },
      close: () => {
        // Whoever closes it because nobody looks leaves it to the next tab; a socket that breaks, breaks for all.
        if (document.visibilityState !== 'hidden') this.#say({ say: 'closed' })
        this.#end()
      },
    })
  }

  #hear(said: Said): void {
    if (this.#stream) {
      if (said.say === 'here' && this.#open) this.#say({ say: 'open', missed: false })
      if (said.say === 'wants') this.#others.set(said.tab, said.wants)
      if (said.say === 'gone') this.#others.delete(said.tab)
      if (said.say === 'wants' || said.say === 'gone') this.#settle()
      return
    }
    if (said.say === 'open') {
      const known = this.#open
      this.#open = true
      if (!known || said.missed) this.on.open(known && said.missed)
      this.#say({ say: 'wants', tab: this.#tab, wants: [...this.#wants.values()] })
    }
    if (said.say === 'frame' && this.#open) this.on.frame(said.frame)
    if (said.say === 'closed') this.#end()
  }

  /** settle makes the socket hear what any tab wants, and no more. */
  #settle(): void {
    if (!this.#open) return
    const all = new Map([...this.#others.values()].flat().map((to) => [nameOf(to), to]))
    for (const [name, to] of this.#wants) all.set(name, to)
    for (const [name, to] of all) if (!this.#subscribed.has(name)) this.#stream?.subscribe(to)
    for (const name of this.#subscribed) {
      if (all.has(name)) continue
      const [stream, tag, list] = JSON.parse(name) as [string, string | null, string | null]
      this.#stream?.subscribe({ stream, ...(tag && { tag }), ...(list && { list }) }, false)
    }
    this.#subscribed = new Set(all.keys())
  }

  #end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#stream = null
    this.#waiting.abort()
    this.#release?.()
    this.#channel?.close()
    this.on.close()
  }
}
