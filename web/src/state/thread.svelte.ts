// Threads that are or were open. They stay for a while, so that Back shows them at once.
import { ApiError } from '../api/client'
import type { Context, Status } from '../api/entity'
import { readContext, readStatus } from '../api/status'
import { keep, post } from './entities.svelte'

export class Thread {
  ancestors = $state.raw<string[]>([])
  descendants = $state.raw<string[]>([])
  state = $state<'loading' | 'ready' | 'failed' | 'gone'>('loading')
  error = $state.raw<ApiError | null>(null)

  constructor(readonly id: string) {}

  /** start shows what is known and reads the rest. Before is called when the list is about to change. */
  async start(status: Status | undefined, context: Context | undefined, before: () => void): Promise<void> {
    if (status) keep(status)
    if (context) {
      this.#take(context)
      return
    }
    try {
      if (!post(this.id)) keep(await readStatus(this.id))
      const read = await readContext(this.id)
      before()
      this.#take(read)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.error = error
      if (this.state !== 'ready') this.state = error.status === 404 || error.status === 410 ? 'gone' : 'failed'
    }
  }

  #take(context: Context): void {
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
