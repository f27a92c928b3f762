// The drafts of this person on this device, with their files. A database of its own for each account, erased at sign-out.
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import { session } from '../session.svelte'
import { keptFor, type Draft } from './model'

interface Shape extends DBSchema {
  drafts: { key: string; value: Draft }
  /** the key begins with the id of the draft */
  files: { key: string; value: Blob }
}

const name = () => `drafts:${session.me.id}`
const rescued = () => `rescue:${session.me.id}:`
let opened: Promise<IDBPDatabase<Shape>> | undefined

const upgrade = (db: IDBPDatabase<Shape>) => {
  db.createObjectStore('drafts')
  db.createObjectStore('files')
}

function open(): Promise<IDBPDatabase<Shape>> {
  opened ??= openDB<Shape>(name(), 1, {
    upgrade,
    terminated() {
      opened = undefined
    },
  })
  opened.catch(() => (opened = undefined))
  return opened
}

let opens: BroadcastChannel | undefined
const listeners = new Set<() => void>()

/** channel is how the tabs of one account tell each other. */
function channel(): BroadcastChannel | undefined {
  if (opens || typeof BroadcastChannel === 'undefined') return opens
  opens = new BroadcastChannel(name())
  opens.addEventListener('message', () => listeners.forEach((run) => run()))
  return opens
}

/** watch calls back whenever drafts change, in this tab or another. */
export function watch(run: () => void): () => void {
  channel()
  listeners.add(run)
  return () => void listeners.delete(run)
}

function tell(): void {
  listeners.forEach((run) => run())
  channel()?.postMessage(0)
}

/** rescue writes a draft down at once, without its files: for the moment in which the page goes away. */
export function rescue(draft: Draft): void {
  try {
    localStorage.setItem(rescued() + draft.id, JSON.stringify(draft))
  } catch {
    // No room: what was saved at the last pause stays.
  }
}

/** latest is the newer of what was stored and what was rescued. */
function latest(draft: Draft | undefined, id: string): Draft | undefined {
  const text = localStorage.getItem(rescued() + id)
  if (!text) return draft
  const other = JSON.parse(text) as Draft
  return draft && (draft.at >= other.at || draft.out) ? draft : other
}

const rescues = (): string[] => Object.keys(localStorage).filter((key) => key.startsWith(rescued()))

export async function get(id: string): Promise<Draft | undefined> {
  return latest(await (await open()).get('drafts', id), id)
}

/** all drafts, the newest first. */
export async function all(): Promise<Draft[]> {
  const stored = await (await open()).getAll('drafts')
  const ids = new Set([...stored.map((d) => d.id), ...rescues().map((key) => key.slice(rescued().length))])
  const byId = new Map(stored.map((d) => [d.id, d]))
  return [...ids].flatMap((id) => latest(byId.get(id), id) ?? []).sort((a, b) => b.at - a.at)
}

/** put keeps a draft, and makes it the newest. */
export async function put(draft: Draft): Promise<void> {
  await (await open()).put('drafts', draft, draft.id)
  localStorage.removeItem(rescued() + draft.id)
  tell()
}

/** alter changes a stored draft as one step, whoever else writes. Without a result nothing changes. */
export async function alter(id: string, by: (draft: Draft) => Draft | undefined): Promise<Draft | undefined> {
  const tx = (await open()).transaction('drafts', 'readwrite')
  const old = await tx.store.get(id)
  const next = old && by(old)
  if (next) await tx.store.put(next, id)
  await tx.done
  if (next) tell()
  return next
}

const within = (id: string) => IDBKeyRange.bound(`${id}/`, `${id}/\uffff`)

export async function remove(id: string): Promise<void> {
  const tx = (await open()).transaction(['drafts', 'files'], 'readwrite')
  await Promise.all([tx.objectStore('drafts').delete(id), tx.objectStore('files').delete(within(id)), tx.done])
  localStorage.removeItem(rescued() + id)
  tell()
}

export const putFile = async (draft: string, id: string, blob: Blob): Promise<void> => void (await (await open()).put('files', blob, `${draft}/${id}`))
export const file = async (draft: string, id: string): Promise<Blob | undefined> => (await open()).get('files', `${draft}/${id}`)
export const dropFile = async (draft: string, id: string): Promise<void> => (await open()).delete('files', `${draft}/${id}`)

/** copyFiles gives the files of one draft to another. */
export async function copyFiles(from: string, to: string): Promise<void> {
  const tx = (await open()).transaction('files', 'readwrite')
  for (const key of await tx.store.getAllKeys(within(from))) {
    const blob = await tx.store.get(key)
    if (blob) await tx.store.put(blob, to + key.slice(from.length))
  }
  await tx.done
}

/** copyOut puts a draft with its files into the store of another account of this browser. */
export async function copyOut(draft: Draft, account: string): Promise<void> {
  const db = await open()
  const tx = db.transaction('files')
  const files = await Promise.all((await tx.store.getAllKeys(within(draft.id))).map(async (key) => [key, await tx.store.get(key)] as const))
  await tx.done
  const there = await openDB<Shape>(`drafts:${account}`, 1, { upgrade })
  try {
    const out = there.transaction(['drafts', 'files'], 'readwrite')
    const writes = files.flatMap(([key, blob]) => (blob ? [out.objectStore('files').put(blob, key)] : []))
    await Promise.all([...writes, out.objectStore('drafts').put(draft, draft.id), out.done])
  } finally {
    there.close()
  }
}

/** prune forgets what lay untouched for 60 days. */
export async function prune(now = Date.now()): Promise<void> {
  for (const d of await all()) if (now - d.at > keptFor && !d.out) await remove(d.id)
}

/** wipe is for sign-out: the next person at this device shall find nothing. */
export async function wipe(): Promise<void> {
  const db = await open()
  const tx = db.transaction(['drafts', 'files'], 'readwrite')
  await Promise.all([tx.objectStore('drafts').clear(), tx.objectStore('files').clear(), tx.done])
  for (const key of [...rescues(), `outbox:${session.me.id}`]) localStorage.removeItem(key)
  tell()
}
