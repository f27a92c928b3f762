// The posts around the line where home was left, kept on this device: a tab that is opened anew shows them at once.
import type { Status } from '../api/entity'
import { statuses } from './entities.svelte'
import { open } from './kept'
import { left, lineOf } from './left'
import type { Mark } from './place.svelte'
import { session } from './session.svelte'
import type { Gap, Timeline } from './timeline.svelte'

interface Kept {
  width: number
  sheets: { items: Status[]; height: number | undefined; gap?: Gap | undefined }[]
}

const key = 'left'
/** around the line: one sheet above, three below */
const [above, below] = [1, 4]

/** keepAround writes down what stands around a line. */
export async function keepAround(list: Timeline, line: string): Promise<void> {
  const at = list.sheets.findIndex((s) => s.ids.includes(line))
  if (at < 0 || session.over) return
  const sheets = list.sheets.slice(Math.max(0, at - above), at + below).map((s) => ({ items: statuses(s.ids), height: list.heights.get(s.key), gap: s.gap }))
  const db = await open(session.me.id)
  await db.put('pages', JSON.stringify({ width: innerWidth, sheets } satisfies Kept), key)
  db.close()
}

/** resume starts home where it was left. It answers nothing if that is not known any more. */
export async function resume(list: Timeline): Promise<Mark | null> {
  const it = left()
  if (!it?.line) return null
  const db = await open(session.me.id)
  const text = (await db.get('pages', key)) as string | undefined
  db.close()
  const { width, sheets } = JSON.parse(text ?? '{"sheets":[]}') as Kept
  const items = sheets.flatMap((s) => s.items)
  const last = items.at(-1)
  if (!last || !items.some((s) => s.id === it.line)) {
    // Closed before it was written down: the server still has it.
    await list.from(it.line)
    const id = list.sheets[0]?.ids[0]
    return id ? lineOf({ ...it, line: id }) : null
  }
  list.adopt(width === innerWidth ? sheets : sheets.map((s) => ({ ...s, height: undefined })), `/api/v1/timelines/home?limit=20&max_id=${last.id}`)
  void list.catchUp().catch(() => {}) // the next frame, or the next visit, tries again
  return lineOf(it)
}
