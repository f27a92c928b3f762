// What came into home in a span of time, read at once and kept on this device for a week: what was gone through is marked.
import { SvelteSet } from 'svelte/reactivity'
import { ApiError } from '../api/client'
import type { Status } from '../api/entity'
import { readTimeline } from '../api/timeline'
import { statuses } from './entities.svelte'
import { caught } from './feeds'
import { open } from './kept'
import { session } from './session.svelte'

const week = 7 * 86_400_000
const pageSize = 40
/** most posts that are read */
export const most = 800

interface Kept {
  from: number
  at: number
  whole: boolean
  items: Status[]
}

class Catchup {
  state = $state<'new' | 'choose' | 'reading' | 'ready'>('new')
  error = $state.raw<ApiError | null>(null)
  /** from is where the span begins, at when it was read */
  from = $state(0)
  at = $state(0)
  /** whole: all of the span was read; else it was too much */
  whole = $state(true)
  /** n posts were read so far */
  n = $state(0)
  done = new SvelteSet<string>()
  #stop: AbortController | undefined
  #me = ''

  get list() {
    return caught()
  }

  /** start takes back what was kept. */
  async start(): Promise<void> {
    if (this.state === 'reading' || (this.#me === session.me.id && this.state === 'ready' && this.list.loaded)) return
    this.#me = session.me.id
    try {
      const db = await open(this.#me)
      const [text, done] = [await db.get('pages', 'catchup'), await db.get('pages', 'catchup:done')]
      db.close()
      const it = text ? (JSON.parse(text as string) as Kept) : undefined
      if (it && Date.now() - it.at < week) {
        this.#take(it)
        for (const id of JSON.parse((done as string | undefined) ?? '[]') as string[]) this.done.add(id)
        return
      }
    } catch {
      // A browser that keeps nothing.
    }
    this.state = 'choose'
  }

  /** read asks for all that came since a moment. */
  async read(from: number): Promise<void> {
    const stop = (this.#stop = new AbortController())
    this.state = 'reading'
    this.error = null
    this.n = 0
    const items: Status[] = []
    try {
      let whole = false
      for (let next: string | null = '/api/v1/timelines/home'; next && items.length < most && !whole; ) {
        const page: Awaited<ReturnType<typeof readTimeline>> = await readTimeline(next, items.length ? undefined : { limit: pageSize }, stop.signal)
        const inside = page.items.filter((s) => Date.parse(s.created_at) >= from)
        items.push(...inside)
        this.n = items.length
        whole = inside.length < page.items.length || !page.next || page.items.length === 0
        next = page.next
      }
      this.#take({ from, at: Date.now(), whole, items: items.slice(0, most) })
      this.#keep()
    } catch (error) {
      if (stop.signal.aborted) return
      this.error = error instanceof ApiError ? error : new ApiError(0, String(error))
      this.state = 'choose'
    }
  }

  /** again chooses a span anew. */
  again(): void {
    this.#stop?.abort()
    this.state = 'choose'
  }

  mark(id: string): void {
    if (!this.done.delete(id)) this.done.add(id)
    void this.#write('catchup:done', [...this.done]).catch(() => {})
  }

  #take({ from, at, whole, items }: Kept): void {
    this.done.clear()
    this.list.refill(items)
    Object.assign(this, { from, at, whole, n: items.length })
    this.state = 'ready'
  }

  #keep(): void {
    const it: Kept = { from: this.from, at: this.at, whole: this.whole, items: statuses(this.list.ids) }
    void this.#write('catchup', it)
      .then(() => this.#write('catchup:done', []))
      .catch(() => {}) // it is read again next time
  }

  async #write(key: string, value: unknown): Promise<void> {
    const db = await open(session.me.id)
    await db.put('pages', JSON.stringify(value), key)
    db.close()
  }
}

export const catchup = new Catchup()
