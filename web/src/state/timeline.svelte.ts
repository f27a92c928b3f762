import { ApiError, type Page } from '../api/client'
import type { Status } from '../api/entity'
import { after, compare, newer } from '../text/id'
import { content, keep } from './entities.svelte'

/** Sheet is a run of entries that came together; a feed draws or leaves out whole sheets. */
export interface Sheet {
  key: string
  ids: string[]
  /** gap: between this sheet and the one above it entries are missing */
  gap?: Gap | undefined
  /** now: drawn at once, whether or not it is known to be near */
  now?: boolean
}

/** Gap has the last entry known above it and the first below. */
export interface Gap {
  above: string
  below: string
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
  /** below fetches what came directly below an id, for lists that may have gaps. */
  below?: (id: string) => Promise<Page<T>>
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
  behind = $state(false)
  /** heights of sheets that were on the screen once, so that left-out ones keep their space */
  heights = new Map<string, number>()
  place: Place | null = null
  used = Date.now()

  #known = new Set<string>()
  /** the reader's own, shown before what is older came: what was missed is not asked for above them */
  #put = new Set<string>()
  #catching: Promise<void> | undefined
  /** missed: a catch-up failed; what comes live now would hide what is missing below it */
  #missed = false
  /** what came live while the list caught up */
  #during: string[] = []
  /** over is the newest page, if a gap is between it and what waits */
  #over: string[] = []
  /** what came live while the first page was on its way: the page may have been made before it */
  #early: string[] = []

  constructor(readonly source: Source<T>) {}

  get ids(): string[] {
    return this.sheets.flatMap((s) => s.ids)
  }
  get newest(): string | undefined {
    if (this.waiting[0]) return this.waiting[0]
    for (const { ids } of this.sheets) for (const id of ids) if (!this.#put.has(id)) return id
    return undefined
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
  adopt(kept: { items: T[]; height: number | undefined; gap?: Gap | undefined }[], next: string | null): void {
    for (const { items, height, gap } of kept) {
      const old = this.sheets.length
      this.#append(items, items.length)
      if (this.sheets.length === old) continue
      const last = this.sheets.at(-1)!
      if (gap && old) this.sheets = [...this.sheets.slice(0, -1), { ...last, gap }]
      if (height) this.heights.set(last.key, height)
    }
    this.next = next
    this.state = next ? 'idle' : 'end'
    this.loaded = true
  }

  /** refill puts other entries into the list, which has no more than these. */
  refill(items: T[]): void {
    this.#forget()
    this.adopt([{ items, height: undefined }], null)
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
    this.#forget()
    await this.more()
  }

  /** from reads the list anew from an entry downwards; what is newer waits. */
  async from(id: string): Promise<void> {
    const { below } = this.source
    if (!below || this.state === 'loading') return
    const page = await below(after(id))
    this.#forget()
    await this.start(page.items, page.items.length ? page.next : null)
    void this.catchUp().catch(() => {}) // the next frame, or the next visit, tries again
  }

  #forget(): void {
    this.loaded = false
    this.sheets = []
    this.waiting = []
    this.next = null
    this.place = null
    this.behind = this.#missed = false
    this.#during = []
    this.heights.clear()
    this.#known.clear()
    this.#put.clear()
  }

  /** arrive notes a live item; it waits until the reader asks. */
  arrive(item: T): void {
    const id = this.source.keep(item)
    if (this.behind && this.source.below) return // above a hole: it comes with the newest page
    if (this.#catching) this.#during.push(id)
    else if (this.#missed) void this.catchUp().catch(() => {}) // the next frame tries again
    else if (this.loaded) this.#wait([id])
    else if (this.state === 'loading') this.#early.push(id)
  }

  #wait(ids: string[]): void {
    const fresh = ids.filter((id) => this.#fresh(id))
    if (fresh.length) this.waiting = [...fresh, ...this.waiting].sort((a, b) => (newer(a, b) ? -1 : 1))
  }

  /** catchUp reads what came while nobody listened. What comes live meanwhile waits for its turn: no hole is left between. */
  catchUp(): Promise<void> {
    const { since, below } = this.source
    if (!since || !this.loaded || (this.behind && below && this.waiting.length)) return Promise.resolve()
    return (this.#catching ??= this.#catch(since).finally(() => (this.#catching = undefined)))
  }

  async #catch(since: (id: string) => Promise<Page<T>>): Promise<void> {
    this.behind = false
    this.#missed = true
    for (let round = 0, whole = true; whole && !this.behind; round++) {
      const top = this.newest
      const page = top ? await since(top) : await this.source.read()
      this.#wait(page.items.map((item) => this.source.keep(item)))
      whole = top !== undefined && page.items.length >= 20
      this.behind = whole && round === 4
    }
    this.#missed = false
    if (!this.behind) this.#wait(this.#during)
    this.#during = []
  }

  /** reach reads the newest page, if more came than waits: between the two there may be a gap then. */
  async reach(): Promise<void> {
    if (!this.behind || !this.source.below) return
    const { items } = await this.source.read()
    const top = this.newest
    this.behind = false
    const fresh = items.filter((item) => newer(item.id, top))
    this.#over = fresh.map((item) => this.source.keep(item)).filter((id) => this.#fresh(id))
    if (fresh.length === items.length) return
    this.waiting = [...this.#over, ...this.waiting] // no gap: the page reaches down to what waits
    this.#over = []
  }

  /** show puts what waits on top, and returns how many that were. */
  show(): number {
    const ids = this.waiting
    const over = this.#over
    this.waiting = this.#over = []
    const [first, ...rest] = ids.length ? [...slices(ids, sheetSize, over.length ? 0 : 2), ...this.sheets] : this.sheets
    if (first && over.length) this.sheets = [...slices(over, sheetSize, 2), { ...first, gap: { above: over.at(-1)!, below: first.ids[0]! } }, ...rest]
    else if (first && ids.length) this.sheets = [first, ...rest]
    if (this.next && this.state === 'end') this.state = 'idle'
    if (!this.behind) return ids.length + over.length
    this.behind = false
    void this.catchUp().catch(() => (this.behind = true))
    return ids.length + over.length
  }

  /** fill reads into the gap above a sheet: upwards from its lower edge, or downwards from its upper one. Before is
   *  called when the list is about to change. */
  async fill(key: string, way: 'up' | 'down', before: () => void = () => {}): Promise<void> {
    const { since, below } = this.source
    const gap = this.sheets.find((s) => s.key === key)?.gap
    if (!gap || !since || !below) return
    const { items } = await (way === 'up' ? since(gap.below) : below(gap.above))
    const inside = items.filter((item) => compare(item.id, gap.above) < 0 && newer(item.id, gap.below))
    const ids = inside.map((item) => this.source.keep(item)).filter((id) => this.#fresh(id))
    const at = this.sheets.findIndex((s) => s.key === key)
    if (at < 0) return
    const closed = items.length === 0 || inside.length < items.length
    const left: Gap | undefined = closed ? undefined : way === 'up' ? { ...gap, below: inside[0]!.id } : { ...gap, above: inside.at(-1)!.id }
    const [more, edge] = [slices(ids, sheetSize, ids.length), this.sheets[at]!]
    const lower = [...more, edge].map((s): Sheet => ({ ...s, gap: undefined }))
    if (way === 'up') lower[0] = { ...lower[0]!, gap: left }
    else lower[lower.length - 1] = { ...edge, gap: left }
    before()
    this.sheets = [...this.sheets.slice(0, at), ...lower, ...this.sheets.slice(at + 1)]
  }

  /** put shows an item of the reader's own at once, whatever waits. */
  put(item: T): void {
    if (!this.loaded) return this.arrive(item)
    const id = this.source.keep(item)
    if (this.waiting.includes(id)) this.waiting = this.waiting.filter((it) => it !== id)
    else if (!this.#fresh(id)) return
    this.#put.add(id)
    this.sheets = [...slices([id], sheetSize, 2), ...this.sheets]
  }

  /** merge puts entries where they belong, because more belongs into the list now; what is newer than all of it waits. */
  merge(items: T[]): void {
    const old = this.ids
    const here = new Set([...old, ...this.waiting].flatMap((id) => [id, content(id)?.id ?? id]))
    const fresh = items.map((item) => this.source.keep(item)).filter((id) => !here.has(id) && !here.has(content(id)?.id ?? id))
    const sheets = [...this.sheets]
    const late: string[] = []
    for (const id of fresh) {
      if (!old[0] || newer(id, old[0])) late.push(id)
      else {
        let at = sheets.findIndex((s) => newer(id, s.ids.at(-1)))
        if (at < 0 && !this.next) at = sheets.length - 1
        const s = sheets[at]
        // Below the last page, or in a gap: it comes when that is read.
        if (!s || (s.gap && newer(id, s.gap.below) && newer(s.gap.above, id))) continue
        sheets[at] = { ...s, ids: [...s.ids, id].sort((a, b) => compare(b, a)) }
        this.heights.delete(s.key)
      }
      this.#known.add(id).add(content(id)?.id ?? id)
    }
    this.sheets = sheets.flatMap((s) => (s.ids.length > 2 * sheetSize ? slices(s.ids, sheetSize, s.ids.length).map((it, i) => (i ? it : { ...s, ...it })) : [s]))
    if (late.length) this.waiting = [...late, ...this.waiting].sort((a, b) => compare(b, a))
  }

  remove(matches: (id: string) => boolean): void {
    const next = this.sheets.map((s) => (s.ids.some(matches) ? { ...s, ids: s.ids.filter((id) => !matches(id)) } : s))
    if (next.some((s, i) => s !== this.sheets[i])) {
      // A gap above a sheet that is gone is above the next one.
      for (const [i, s] of next.entries()) if (!s.ids.length && s.gap && next[i + 1]) next[i + 1] = { ...next[i + 1]!, gap: next[i + 1]!.gap ?? s.gap }
      this.sheets = next.filter((s) => s.ids.length)
    }
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

/** slices makes sheets, of which so many are drawn at once. */
function slices(ids: string[], size = sheetSize, now = 0): Sheet[] {
  const out: Sheet[] = []
  for (let i = 0; i < ids.length; i += size) out.push({ key: `s${sheets++}`, ids: ids.slice(i, i + size), ...(out.length < now && { now: true }) })
  return out
}

export const postSource = (path: string, read: (path: string, query?: Record<string, string | number | boolean>) => Promise<Page<Status>>, query: Record<string, string | number | boolean> = {}): Source<Status> => ({
  read: (next) => (next ? read(next) : read(path, { ...query, limit: 20 })),
  since: (id) => read(path, { ...query, min_id: id, limit: 40 }),
  below: (id) => read(path, { ...query, max_id: id, limit: 40 }),
  keep,
})
