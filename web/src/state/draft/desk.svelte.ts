// One draft on the desk: what is typed is saved at every pause, files go to the server meanwhile, nothing is ever lost.
import { ApiError } from '../../api/client'
import { readSource, readStatus } from '../../api/status'
import { t } from '../../text'
import { count } from '../../text/count'
import { guess } from '../../text/guess'
import { content, keep } from '../entities.svelte'
import type { Writing } from '../place.svelte'
import { session } from '../session.svelte'
import { habits } from '../habit.svelte'
import { again, begin, empty, fresh, handed, numbers, part, slotOf, type Draft, type FileOf, type Part } from './model'
import { ready, Refused } from './picture'
import * as store from './store'
import { bring, forget, passing, there } from './upload'

const pause = 400

/** Going is a file on its way: how much of it has gone, or why it does not. progress -1: it waits for the connection. */
export interface Going {
  progress: number
  problem: string
}

export class Desk {
  d = $state<Draft>()!
  /** saved: it lies on this device as it stands here */
  saved = $state(false)
  /** resumed: it was begun earlier */
  resumed = $state(false)
  /** guessed: the language was guessed from the text */
  guessed = $state(false)
  /** lost: the browser gives no room to keep drafts */
  lost = $state(false)
  going = $state<Record<string, Going>>({})
  shown = $state<Record<string, string>>({})
  start: Draft
  #timer: ReturnType<typeof setTimeout> | undefined
  #stops = new Map<string, AbortController>()
  #closed = false
  #release: () => void = () => {}

  constructor(draft: Draft, start: Draft, resumed: boolean) {
    this.d = draft
    this.start = start
    this.resumed = resumed
    this.saved = resumed
  }

  get media(): number {
    return this.d.parts.reduce((n, p) => n + p.files.length, 0)
  }
  /** dirty: something would be missed */
  get dirty(): boolean {
    return this.d.edit ? what(this.d) !== what(this.start) : !empty(this.d, this.start)
  }
  size(i: number): number {
    return count(this.d.parts[i]!.text + numbers(this.d, i), this.d.warned ? this.d.warning : '', session.perLink)
  }
  get over(): number {
    return Math.max(...this.d.parts.map((_, i) => this.size(i) - session.limit))
  }
  /** blank: a part that says nothing at all */
  blank = (p: Part): boolean => !p.text.trim() && !p.files.length
  get busy(): boolean {
    return Object.values(this.going).some((g) => !g.problem && g.progress >= 0)
  }

  /** claim holds the draft for this window, so that two windows never write over each other. */
  async claim(): Promise<boolean> {
    if (!navigator.locks) return true
    return new Promise((answer) => {
      void navigator.locks.request(`draft:${this.d.id}`, { ifAvailable: true }, (lock) => {
        answer(lock !== null)
        return lock ? new Promise<void>((done) => (this.#release = done)) : undefined
      })
    })
  }

  /** resume shows the files and sends those that the server does not have. */
  resume(): void {
    for (const p of this.d.parts)
      for (const f of p.files) {
        if (!f.url) void store.file(this.d.id, f.id).then((blob) => blob && (this.shown[f.id] = URL.createObjectURL(blob)))
        if (!there(f) && !f.url) this.#send(f)
      }
  }

  later = (): void => {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#guess()
      void this.save()
    }, pause)
  }

  #guess(): void {
    if (this.d.chosen || !habits.guess) return
    const code = guess(this.d.parts.map((p) => p.text).join('\n'))
    if (code && code !== this.d.language) this.d.language = code
    if (code) this.guessed = true
  }

  save = async (): Promise<void> => {
    clearTimeout(this.#timer)
    if (this.#closed) return
    try {
      if (this.dirty) {
        this.d.at = Date.now()
        await store.put($state.snapshot(this.d) as Draft)
        this.saved = true
      } else if (this.saved) {
        await store.remove(this.d.id)
        this.saved = false
      }
      this.lost = false
    } catch {
      this.lost = true
    }
  }

  /** leave is called when the page goes away: there may be no time for the database. */
  leave = (): void => {
    if (this.#closed || !this.dirty) return
    this.d.at = Date.now()
    store.rescue($state.snapshot(this.d) as Draft)
    void this.save()
  }

  /** add takes files into a part. The answer is a sentence for each that is not taken. */
  async add(p: Part, files: Iterable<File>): Promise<string[]> {
    const most = session.instance.configuration.statuses.max_media_attachments
    const problems: string[] = []
    for (const file of files) {
      if (p.files.length >= most) {
        problems.push(t('compose.file.many', { n: most }))
        break
      }
      try {
        const { kind, blob, found } = await ready(file)
        const f: FileOf = { id: fresh(), kind, name: file.name, size: blob.size, alt: '', focus: { x: 0, y: 0 }, ...(found && { found }) }
        try {
          await store.putFile(this.d.id, f.id, blob)
        } catch {
          throw new Refused(t('compose.file.room'))
        }
        this.shown[f.id] = URL.createObjectURL(blob)
        p.files.push(f)
        this.#send(p.files.at(-1)!)
        await this.save()
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        problems.push(error.message)
      }
    }
    return problems
  }

  retry(f: FileOf): void {
    this.#send(f)
  }

  #send(f: FileOf): void {
    this.#stops.get(f.id)?.abort()
    const stop = new AbortController()
    this.#stops.set(f.id, stop)
    this.going[f.id] = { progress: 0, problem: '' }
    bring(this.d.id, $state.snapshot(f) as FileOf, (progress) => this.going[f.id] && (this.going[f.id]!.progress = progress), stop.signal).then(
      (sent) => {
        delete this.going[f.id]
        Object.assign(f, sent)
        void this.save()
      },
      (error: unknown) => {
        if (stop.signal.aborted) return
        this.going[f.id] = { progress: 0, problem: error instanceof ApiError ? error.message : String(error) }
      },
    )
  }

  drop(p: Part, f: FileOf): void {
    this.#stops.get(f.id)?.abort()
    delete this.going[f.id]
    p.files = p.files.filter((x) => x.id !== f.id)
    if (!this.d.edit) forget($state.snapshot(f) as FileOf)
    void store.dropFile(this.d.id, f.id).catch(() => {})
    void this.save()
  }

  /** split puts a new part behind one. */
  split(after: Part, text = ''): Part {
    const at = this.d.parts.indexOf(after)
    this.d.parts.splice(at + 1, 0, part(text))
    this.later()
    return this.d.parts[at + 1]!
  }

  join(p: Part): void {
    for (const f of [...p.files]) this.drop(p, f)
    this.d.parts = this.d.parts.filter((x) => x !== p)
    this.later()
  }

  /** aside leaves the draft in the list and begins another. */
  async aside(): Promise<void> {
    this.d.slot = 'aside'
    this.d.at = Date.now()
    await store.put($state.snapshot(this.d) as Draft)
    this.close()
  }

  /** discard deletes the draft and its files. */
  async discard(): Promise<void> {
    this.close()
    if (!this.d.edit) for (const p of this.d.parts) for (const f of p.files) forget(f)
    await store.remove(this.d.id).catch(() => {})
  }

  /** pass gives the draft with its files to another account of this browser. */
  async pass(to: string): Promise<string> {
    const next = handed($state.snapshot(this.d) as Draft, to)
    await store.copyOut(next, to)
    await this.discard()
    return next.id
  }

  /** give hands the draft over to the outbox; this desk no longer saves it. */
  give(): Draft {
    this.#stops.clear() // what is on its way goes on: the outbox waits for it
    this.close()
    return $state.snapshot(this.d) as Draft
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#timer)
    for (const stop of this.#stops.values()) stop.abort()
    for (const url of Object.values(this.shown)) URL.revokeObjectURL(url)
    this.#release()
  }

  /** the end of a desk that was looked at only: what is on it is saved */
  async finish(): Promise<void> {
    if (this.#closed) return
    await this.save()
    this.close()
  }
}

/** what an edit can change */
const what = (d: Draft): string => JSON.stringify([d.parts, d.warned && d.warning, d.sensitive, d.language, d.quoters])

async function parentOf(id: string) {
  if (!content(id)) keep(await readStatus(id))
  return content(id)
}

/** seat opens the draft for what is to be written: the one that was begun, or a new one. */
export async function seat(w: Writing): Promise<Desk> {
  const kept = await stored(w)
  const like = kept ? { ...w, ...(kept.reply && !kept.edit && { reply: kept.reply }), ...(kept.edit && { edit: kept.edit }), ...(kept.quote && { quote: kept.quote }) } : w
  const [parent] = await Promise.all([
    like.reply ? parentOf(like.reply).catch(unlessPassing(kept)) : undefined,
    like.quote ? parentOf(like.quote).catch(unlessPassing(kept)) : undefined,
  ])
  let start = begin(like, parent)
  if (like.edit && !kept) {
    const s = await parentOf(like.edit)
    start = again(s!, await readSource(like.edit), true)
  } else if (like.edit && kept) {
    const s = await parentOf(like.edit).catch(() => undefined)
    if (s) start = again(s, await readSource(like.edit).catch(() => ({ text: '', spoiler_text: '' })), true)
  }
  let desk = new Desk(kept ?? structuredClone(start), start, kept !== undefined)
  if (!(await desk.claim())) {
    // It is open in another window: a second one, never the same twice.
    const copy: Draft = w.draft && kept ? { ...structuredClone(kept), id: fresh(), slot: 'aside' } : { ...structuredClone(start), id: fresh(), slot: 'aside' }
    if (w.draft && kept) await store.copyFiles(kept.id, copy.id)
    desk = new Desk(copy, start, false)
    await desk.claim()
  }
  desk.resume()
  return desk
}

const unlessPassing = (kept: Draft | undefined) => (error: unknown) => {
  if (kept || passing(error)) return undefined
  throw error
}

async function stored(w: Writing): Promise<Draft | undefined> {
  try {
    if (w.draft) return await store.get(w.draft)
    const slot = slotOf(w)
    return (await store.all()).find((d) => d.slot === slot && !d.out)
  } catch {
    return undefined // a browser that keeps nothing
  }
}

/** described: every file of a draft has its words */
export const described = (d: Draft): boolean => d.parts.every((p) => p.files.every((f) => f.alt.trim() !== ''))
