import { ApiError, type Page } from '../api/client'
import type { Status } from '../api/entity'
import { newer } from '../text/id'
import { content, keep } from './entities.svelte'

/** Sheet is a run of entries that came together; a feed draws or leaves out whole sheets. */
export interface Sheet {
  key: string
  ids: string[]
}

export interface Place {
  id: string
  offset: number
}

interface Source<T> {
  /** read fetches the first page, or the one that next names. */
  read: (next?: string) => Promise<Page<T>>
  /** since fetches what came directly above an id, for lists that live. */
  since?: (id: string) => Promise<Page<T>>
  keep: (item: T) => string
}

const sheetSize = 10
let sheets = 0

/** Timeline is one list: the pages read so far, and what came live since. T is what the API sends; it holds ids. */
export class Timeline<T extends { id: string } = Status> {
  sheets = $state.raw<Sheet[]>([])
  waiting = $state.raw<string[]>([])
  state = $state<'idle' | 'loading' | 'end' | 'failed'>('idle')
  loaded = $state(false)
  error = $state.raw<ApiError | null>(null)
  /** seen is the id up to which the reader had seen the list before this visit. */
  seen = $state<string>()

  next: string | null = null
  /** behind: newer items than those that wait are still on the server */
  behind = false
  /** heights of sheets that were on the screen once, so that left-out ones keep their space */
  heights = new Map<string, number>()
  place: Place | null = null
  used = Date.now()

  #known = new Set<string>()
  /** what came live while the first page was on its way: the page may have been made before it */
  #early: string[] = []

  constructor(readonly source: Source<T>) {}

  get ids(): string[] {
    return this.sheets.flatMap((s) => s.ids)
  }
  get newest(): string | undefined {
    return this.waiting[0] ?? this.sheets[0]?.ids[0]
  }
  get empty(): boolean {
    return this.loaded && this.sheets.length === 0
  }

  /** start takes the first page as the server brought it, or reads it. */
  async start(first?: T[], next?: string | null): Promise<void> {
    if (this.loaded || this.state === 'loading') return
    if (!first) return this.more()
    this.#append(first)
    this.next = next ?? null
    this.state = this.next ? 'idle' : 'end'
    this.loaded = true
  }

  /** adopt takes back sheets that were kept while the page was away, each with the height it had. */
  adopt(kept: { items: T[]; height: number | undefined }[], next: string | null): void {
    for (const { items, height } of kept) {
      this.#append(items, items.length)
      const key = this.sheets.at(-1)?.key
      if (key && height) this.heights.set(key, height)
    }
    this.next = next
    this.state = next ? 'idle' : 'end'
    this.loaded = true
  }

  async more(): Promise<void> {
    if (this.state === 'loading' || (this.loaded && !this.next && this.state !== 'failed')) return
    this.state = 'loading'
    this.error = null
    try {
      const page = await this.source.read(this.next ?? undefined)
      this.#append(page.items)
      this.next = page.items.length ? page.next : null
      this.state = this.next ? 'idle' : 'end'
      this.loaded = true
      this.#wait(this.#early)
    } catch (error) {
      this.error = error instanceof ApiError ? error : new ApiError(0, String(error))
      this.state = 'failed'
    } finally {
      this.#early = []
    }
  }

  /** again forgets all and reads the first page anew. */
  async again(): Promise<void> {
    if (this.state === 'loading') return
    this.loaded = false
    this.sheets = []
    this.waiting = []
    this.next = null
    this.place = null
    this.heights.clear()
    this.#known.clear()
    await this.more()
  }

  /** arrive notes a live item; it waits until the reader asks. */
  arrive(item: T): void {
    const id = this.source.keep(item)
    if (this.loaded) this.#wait([id])
    else if (this.state === 'loading') this.#early.push(id)
  }

  #wait(ids: string[]): void {
    const fresh = ids.filter((id) => this.#fresh(id))
    if (fresh.length) this.waiting = [...fresh, ...this.waiting].sort((a, b) => (newer(a, b) ? -1 : 1))
  }

  /** catchUp reads what came while nobody listened. */
  async catchUp(): Promise<void> {
    const { since } = this.source
    if (!since || !this.loaded) return
    this.behind = false
    for (let round = 0; round < 5; round++) {
      const top = this.newest
      const page = top ? await since(top) : await this.source.read()
      for (const item of page.items.toReversed()) this.arrive(item)
      if (!top || page.items.length < 20) return
    }
    this.behind = true
  }

  /** show puts what waits on top, and returns how many that were. */
  show(): number {
    const ids = this.waiting
    this.waiting = []
    if (ids.length) this.sheets = [...slices(ids), ...this.sheets]
    if (this.behind) void this.catchUp().catch(() => (this.behind = true))
    return ids.length
  }

  /** put shows an item of the reader's own at once. */
  put(item: T): void {
    this.arrive(item)
    if (this.waiting.length === 1) this.show()
  }

  remove(matches: (id: string) => boolean): void {
    const next = this.sheets.map((s) => (s.ids.some(matches) ? { ...s, ids: s.ids.filter((id) => !matches(id)) } : s))
    if (next.some((s, i) => s !== this.sheets[i])) this.sheets = next.filter((s) => s.ids.length)
    if (this.waiting.some(matches)) this.waiting = this.waiting.filter((id) => !matches(id))
  }

  #append(items: T[], size = sheetSize): void {
    const ids = items.map((item) => this.source.keep(item)).filter((id) => this.#fresh(id))
    this.sheets = [...this.sheets, ...slices(ids, size)]
  }

  /** fresh: neither this entry nor the post that it boosts stands here already. */
  #fresh(id: string): boolean {
    const origin = content(id)?.id ?? id
    if (this.#known.has(id) || this.#known.has(origin)) return false
    this.#known.add(id).add(origin)
    return true
  }
}

function slices(ids: string[], size = sheetSize): Sheet[] {
  const out: Sheet[] = []
  for (let i = 0; i < ids.length; i += size) out.push({ key: `s${sheets++}`, ids: ids.slice(i, i + size) })
  return out
}

export const postSource = (path: string, read: (path: string, query?: Record<string, string | number | boolean>) => Promise<Page<Status>>, query: Record<string, string | number | boolean> = {}): Source<Status> => ({
  read: (next) => (next ? read(next) : read(path, { ...query, limit: 20 })),
  since: (id) => read(path, { ...query, min_id: id, limit: 40 }),
  keep,
})
