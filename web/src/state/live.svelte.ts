// What happens while the app is open. When the socket fails, lists are asked again now and then; after a silence
// every open list catches up once.
import type { Notification, Status } from '../api/entity'
import type { Frame, Subscription } from '../api/stream'
import { bury, keep, post } from './entities.svelte'
import { drop, homeAll, notifications } from './feeds'
import { entryOf, unread } from './notifications.svelte'
import { session } from './session.svelte'
import { Shared } from './shared'
import { answered } from './thread.svelte'
import type { Timeline } from './timeline.svelte'

const hiddenFor = 30_000
const pollEvery = 45_000

const key = (stream = '', of = '') => (of ? `${stream}:${of.toLowerCase()}` : stream)
const name = (s: Subscription) => key(s.stream, s.tag ?? s.list)

class Live {
  state = $state<'off' | 'live' | 'polling'>('off')
  #stream: Shared | null = null
  #failures = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #hiding: ReturnType<typeof setTimeout> | undefined
  #wanted = new Map<string, { to: Subscription; feed: Timeline; users: number }>()
  /** lost: something may have come that no frame told; so it is before the first frame, for the page was made earlier */
  #lost = true

  start(): void {
    document.addEventListener('visibilitychange', () => this.#visible())
    addEventListener('online', () => this.wake())
    this.wake()
  }

  /** wake opens the socket, if there is none. */
  wake(): void {
    this.#open()
  }

  /** listen feeds a list from a stream, until the returned function is called. */
  listen(to: Subscription, feed: Timeline): () => void {
    const it = name(to)
    const entry = this.#wanted.get(it) ?? { to, feed, users: 0 }
    entry.users++
    entry.feed = feed
    this.#wanted.set(it, entry)
    if (entry.users === 1) this.#stream?.subscribe(to)
    return () => {
      if (--entry.users) return
      this.#wanted.delete(it)
      this.#stream?.subscribe(to, false)
    }
  }

  #open(): void {
    if (this.#stream || session.over || document.visibilityState === 'hidden') return
    clearTimeout(this.#timer)
    this.#stream = new Shared({
      open: (missed) => {
        this.#failures = 0
        this.state = 'live'
        this.#stream?.subscribe({ stream: 'user' })
        for (const { to } of this.#wanted.values()) this.#stream?.subscribe(to)
        if (this.#lost || missed) void this.catchUp()
        this.#lost = false
      },
      frame: (frame) => this.take(frame),
      close: () => {
        this.#stream = null
        this.#lost = true
        if (document.visibilityState === 'hidden') return
        this.#failures++
        if (this.#failures > 2 && this.state !== 'polling') this.state = 'polling'
        const delay = this.state === 'polling' ? pollEvery : 1000 * 2 ** this.#failures + Math.random() * 1000
        this.#timer = setTimeout(() => {
          if (this.state === 'polling') void this.catchUp()
          this.#open()
        }, delay)
      },
    })
  }

  #visible(): void {
    clearTimeout(this.#hiding)
    if (document.visibilityState === 'visible') {
      this.#open()
      return
    }
    this.#hiding = setTimeout(() => {
      clearTimeout(this.#timer)
      this.#stream?.close()
    }, hiddenFor)
  }

  /** catchUp asks every list that lives for what it missed. */
  async catchUp(): Promise<void> {
    const lists = [...homeAll(), notifications(), notifications('mention'), ...[...this.#wanted.values()].map((w) => w.feed)]
    await Promise.allSettled([...lists.map((list) => list.catchUp()), unread.count(), unread.look()])
  }

  /** take does what a frame says. */
  take({ stream, event, payload = '' }: Frame): void {
    switch (event) {
      case 'update': {
        const s = JSON.parse(payload) as Status
        answered(s)
        if (stream[0] === 'user') for (const list of homeAll()) list.arrive(s)
        else this.#wanted.get(key(...stream))?.feed.arrive(s)
        break
      }
      case 'status.update': {
        const s = JSON.parse(payload) as Status
        if (post(s.id)) keep(s)
        break
      }
      case 'delete':
        bury(payload)
        drop(payload)
        break
      case 'notification': {
        const n = JSON.parse(payload) as Notification
        const entry = entryOf(n)
        if (n.status) answered(n.status)
        notifications().arrive(entry)
        if (n.type === 'mention') notifications('mention').arrive(entry)
        unread.count(n)
        break
      }
    }
  }
}

export const live = new Live()
