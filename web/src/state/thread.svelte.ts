// Threads that are or were open. They stay for a while, so that Back shows them at once.
import { ApiError } from '../api/client'
import type { Context, Status } from '../api/entity'
import { readContext, readRefresh, readStatus, refreshOf, type Refresh } from '../api/status'
import { keep, post } from './entities.svelte'

const rounds = 12

export class Thread {
  ancestors = $state.raw<string[]>([])
  descendants = $state.raw<string[]>([])
  state = $state<'loading' | 'ready' | 'failed' | 'gone'>('loading')
  error = $state.raw<ApiError | null>(null)
  /** asking: our server fetches replies from others */
  asking = $state(false)
  /** came is how many it brought; null before it has asked */
  came = $state<number | null>(null)
  /** weights are the likes at the time of reading: an order does not change under the reader */
  weights = new Map<string, number>()
  open = false

  constructor(readonly id: string) {}

  /** start shows what is known and reads the rest. Before is called when the list is about to change. */
  async start(status: Status | undefined, context: Context | undefined, fetching: string | undefined, before: () => void): Promise<void> {
    this.open = true
    if (status) keep(status)
    if (context) this.#take(context)
    try {
      if (!post(this.id)) keep(await readStatus(this.id))
      let refresh = refreshOf(fetching ?? null)
      if (!context) {
        const read = await readContext(this.id)
        before()
        this.#take(read.context)
        refresh = read.refresh
      }
      if (refresh) await this.#follow(refresh, before)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.asking = false
      if (this.state === 'ready') return
      this.error = error
      this.state = error.status === 404 || error.status === 410 ? 'gone' : 'failed'
    }
  }

  /** follow waits for what our server fetches, and shows it; after a while it shows what came so far. */
  async #follow(refresh: Refresh, before: () => void): Promise<void> {
    if (this.asking) return
    this.asking = true
    for (let round = 1; this.open; round++) {
      await new Promise((done) => setTimeout(done, refresh.retry * 1000))
      if (!this.open || ((await readRefresh(refresh.id)) === 'running' && round < rounds)) continue
      const { context } = await readContext(this.id)
      const known = new Set([...this.ancestors, ...this.descendants])
      before()
      this.#take(context)
      this.came = [...context.ancestors, ...context.descendants].filter((s) => !known.has(s.id)).length
      break
    }
    this.asking = false
  }

  #take(context: Context): void {
    for (const s of context.descendants) this.weights.set(s.id, s.favourites_count + s.reblogs_count)
    this.ancestors = context.ancestors.map(keep)
    this.descendants = context.descendants.map(keep)
    this.state = 'ready'
  }

  add(s: Status): void {
    const to = s.in_reply_to_id
    if (!to || this.descendants.includes(s.id)) return
    if (to === this.id || this.descendants.includes(to)) this.descendants = [...this.descendants, s.id]
  }
}

const most = 20
const threads = new Map<string, Thread>()

export function thread(id: string): Thread {
  let it = threads.get(id)
  if (!it) it = new Thread(id)
  threads.delete(id)
  threads.set(id, it) // newest last
  if (threads.size > most) threads.delete([...threads.keys()][0]!)
  return it
}

/** answered puts a reply into the threads that are open on its parent. */
export function answered(s: Status): void {
  for (const it of threads.values()) it.add(s)
}

export const heldByThreads = (): string[] => [...threads.values()].flatMap((it) => [it.id, ...it.ancestors, ...it.descendants])
