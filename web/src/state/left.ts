// Where home was left on this device: the line that was being read, for a tab that is opened anew. What stood around the
// line lies in a database (state/resume); this is what has to be known before anything is drawn.
import type { Status } from '../api/entity'
import { newer } from '../text/id'
import type { Mark } from './place.svelte'
import { session } from './session.svelte'
import type { Timeline } from './timeline.svelte'

export interface Left {
  /** line is the entry that was being read; whoever is at the top reads what is new, and has none */
  line?: string | undefined
  offset: number
  /** top is the first entry that the list had: what is newer waits */
  top: string
  /** far is the newest entry that was read on this device */
  far: string
  at: number
}

const week = 7 * 86_400_000
/** near: closer to the top than this, the reader is at the top */
export const near = 80

const name = (id: string) => `left:${id}`

export function left(): Left | null {
  const it = JSON.parse(localStorage.getItem(name(session.me.id)) ?? 'null') as Left | null
  return it && Date.now() - it.at < week ? it : null
}

/** note writes down which line of home is being read. */
export function note(list: Timeline, mark: Mark): void {
  const top = list.sheets[0]?.ids[0]
  if (!top || session.over) return
  const line = mark.y > near ? mark.id?.replace('+', '') : undefined
  const read = line ?? top
  const far = left()?.far
  const it: Left = { line, offset: mark.offset, top, far: far && newer(far, read) ? far : read, at: Date.now() }
  try {
    localStorage.setItem(name(session.me.id), JSON.stringify(it))
  } catch {
    // A full store: the place is not kept.
  }
}

export const forgetLeft = (id: string): void => localStorage.removeItem(name(id))

/** lineOf is the mark of a line, for place. */
export const lineOf = ({ line, offset }: Left): Mark => ({ id: line, offset, y: near + 1 })

/** reach starts home where it was left, if the posts that the page brought go down to that line; what is newer waits. */
export function reach(list: Timeline, first: Status[] | undefined, next: string | null | undefined): Mark | null {
  const it = left()
  if (!it?.line || !first?.some((s) => s.id === it.line)) return null
  const at = first.findIndex((s) => !newer(s.id, it.top))
  void list.start(first.slice(at), next)
  for (const s of first.slice(0, at).toReversed()) list.arrive(s)
  return lineOf(it)
}
