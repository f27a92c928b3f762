// A reload returns to the same line: what stood around it is kept in the tab while the page is away.
import type { Status } from '../api/entity'
import { statuses } from './entities.svelte'
import type { Gap, Timeline } from './timeline.svelte'
import { session } from './session.svelte'

const most = 600
const fresh = 3600_000

const key = (name: string) => `list:${session.me.id}:${name}`

interface Snapshot {
  at: number
  next: string | null
  width: number
  sheets: { items: Status[]; height: number | undefined; gap?: Gap | undefined }[]
}

/** keepSnapshot writes a list down when the page goes away. */
export function keepSnapshot(list: Timeline, name: string): void {
  if (session.over) return
  const ids = list.ids
  if (ids.length === 0 || ids.length > most) return sessionStorage.removeItem(key(name))
  const sheets = list.sheets.map((s) => ({ items: statuses(s.ids), height: list.heights.get(s.key), gap: s.gap }))
  const snapshot: Snapshot = { at: Date.now(), next: list.next, width: innerWidth, sheets }
  try {
    sessionStorage.setItem(key(name), JSON.stringify(snapshot))
  } catch {
    sessionStorage.removeItem(key(name))
  }
}

/** restore fills a list from its snapshot if the line that was read is in it; what the server sent since waits above. */
export function restore(list: Timeline, name: string, first: Status[] | undefined, line: string | undefined): boolean {
  const text = line && sessionStorage.getItem(key(name))
  if (!text) return false
  const { at, next, width, sheets } = JSON.parse(text) as Snapshot
  const items = sheets.flatMap((s) => s.items)
  if (Date.now() - at > fresh || !items.some((s) => s.id === line)) return false
  list.adopt(width === innerWidth ? sheets : sheets.map(({ items, gap }) => ({ items, gap, height: undefined })), next)
  // No gap: if what the server sent does not reach down to the kept list, all between is fetched from the old end upwards.
  if (first?.some((s) => s.id === items[0]?.id)) for (const s of first.toReversed()) list.arrive(s)
  else void list.catchUp().catch(() => {}) // the next frame, or the next visit, tries again
  return true
}
