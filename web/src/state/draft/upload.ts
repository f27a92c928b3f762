// Files go to the server while the post is still being written. What is lost on the way is tried again; what was cut off
// by closing the page begins anew when the draft is opened, since the bytes lie on the device.
import { ApiError } from '../../api/client'
import { deleteMedia, describeMedia, readMedia, upload } from '../../api/media'
import type { Media } from '../../api/entity'
import { told, type FileOf } from './model'
import * as store from './store'

const day = 20 * 3600_000
const wait = (ms: number, signal: AbortSignal) =>
  new Promise<void>((done, failed) => {
    const timer = setTimeout(done, ms)
    addEventListener('online', () => (clearTimeout(timer), done()), { once: true, signal })
    signal.addEventListener('abort', () => (clearTimeout(timer), failed(new DOMException('aborted', 'AbortError'))))
  })

/** passing: worth another try without anybody doing anything */
export const passing = (error: unknown): boolean => error instanceof ApiError && (error.offline || error.status === 429 || error.status >= 500 || error.status === 401 || error.status === 408)

/** there tells whether the server has the file, as far as we know. */
export const there = (f: FileOf, now = Date.now()): boolean => f.media !== undefined && now - (f.at ?? 0) < day

const focusOf = (f: FileOf): string => `${f.focus.x.toFixed(2)},${f.focus.y.toFixed(2)}`

// Four at a time is what the server takes; three leave one for another device.
let going = 0
const line: (() => void)[] = []
async function turn(): Promise<() => void> {
  if (going >= 3) await new Promise<void>((go) => line.push(go))
  going++
  return () => {
    going--
    line.shift()?.()
  }
}

/** settled waits until a film has been worked on. */
async function settled(m: Media, signal: AbortSignal): Promise<Media> {
  for (let tries = 0; !m.url && tries < 200; tries++) {
    await wait(Math.min(5000, 800 + tries * 200), signal)
    m = await readMedia(m.id)
  }
  return m
}

export interface Sent {
  media: string
  sent: string
  at: number
}

interface Run {
  arrives: Promise<Sent>
  stalled: boolean
  /** waiting hear when it stalls */
  waiting: Set<(error: ApiError) => void>
}
const running = new Map<string, Run>()
const stalled = () => new ApiError(0, 'The server could not be reached.')

/** joined waits for a file that is on its way already, as long as it moves. */
export function joined(id: string): Promise<Sent> | undefined {
  const run = running.get(id)
  if (!run) return undefined
  return new Promise((resolve, reject) => {
    if (run.stalled) reject(stalled())
    run.waiting.add(reject)
    run.arrives.then(resolve, reject)
  })
}

/** bring brings a file to the server and lets others wait for it too. */
export function bring(draft: string, f: FileOf, progress: (part: number) => void, signal: AbortSignal, patient = true): Promise<Sent> {
  const run: Run = { arrives: undefined!, stalled: false, waiting: new Set() }
  run.arrives = carry(
    draft,
    f,
    (part) => {
      progress(part)
      run.stalled = part < 0
      if (run.stalled) for (const reject of run.waiting) reject(stalled())
    },
    signal,
    patient,
  )
  running.set(f.id, run)
  const done = () => running.get(f.id) === run && running.delete(f.id)
  run.arrives.then(done, done)
  return run.arrives
}

/** carry sends a file, however often the connection fails. progress 1: it is there and is worked on. */
async function carry(draft: string, f: FileOf, progress: (part: number) => void, signal: AbortSignal, patient: boolean): Promise<Sent> {
  const blob = await store.file(draft, f.id)
  if (!blob) throw new ApiError(410, 'The file is no longer on this device.')
  const done = await turn()
  try {
    for (let tries = 0; ; tries++) {
      try {
        progress(0)
        const sent = told(f)
        const m = await settled(await upload(blob, nameless(f, blob), { description: f.alt.trim(), focus: focusOf(f) }, progress, signal), signal)
        return { media: m.id, sent, at: Date.now() }
      } catch (error) {
        if (!patient || !passing(error)) throw error
        progress(-1)
        await wait(Math.min(30_000, 1000 * 2 ** tries), signal)
      }
    }
  } finally {
    done()
  }
}

/** nameless: the name of a file tells things too. */
const nameless = (f: FileOf, blob: Blob): string => `${f.kind}.${blob.type.split('/')[1]?.replace(/\W.*/, '') ?? 'bin'}`

/** describe tells the server what was written beside a file since it was sent. It answers undefined when the file is gone there. */
export async function describe(f: FileOf): Promise<string | undefined> {
  const now = told(f)
  if (f.sent === now || !f.media) return f.sent
  try {
    await describeMedia(f.media, { description: f.alt.trim(), focus: focusOf(f) })
    return now
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined
    throw error
  }
}

/** forget lets the server delete a file that no post will have. */
export function forget(f: FileOf): void {
  if (f.media && f.at !== Number.MAX_SAFE_INTEGER) deleteMedia(f.media).catch(() => {}) // it goes by itself within a day
}
