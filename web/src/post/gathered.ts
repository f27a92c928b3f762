// Entries that stand together: boosts that come in a row, for readers who want fewer of them, and threads of one author.
import { post } from '../state/entities.svelte'
import type { Boosts } from '../state/reading.svelte'
import { isMe } from '../state/session.svelte'

/** gathered says of entries what becomes of them: an empty list is not shown, a longer one stands for all in it. */
export function gathered(ids: string[], how: Boosts): Map<string, string[]> {
  const out = new Map<string, string[]>()
  if (how === 'inline') return out
  let run: string[] = []
  const end = () => {
    if (run.length > 2) run.forEach((id, i) => out.set(id, i ? [] : run))
    run = []
  }
  for (const id of ids) {
    const entry = post(id)
    if (!entry?.reblog || isMe(entry.account.id)) end()
    else if (how === 'hide') out.set(id, [])
    else run.push(id)
  }
  end()
  return out
}

const soon = 3600_000

/** threads says of entries what becomes of them: what an author wrote on within the hour stands below its beginning, where
 *  the last of it would stand; there the list names all of it from the first on, and is empty for the others. */
export function threads(ids: string[]): Map<string, string[]> {
  const out = new Map<string, string[]>()
  const here = new Set(ids)
  const next = new Map<string, string>()
  const goesOn = new Set<string>()
  for (const id of ids.toReversed()) {
    const s = post(id)
    const before = s?.in_reply_to_id
    const above = before && here.has(before) && !next.has(before) ? post(before) : undefined
    if (!s || !before || s.reblog || above?.account.id !== s.account.id || Date.parse(s.created_at) - Date.parse(above.created_at) > soon) continue
    next.set(before, id)
    goesOn.add(id)
  }
  for (const first of next.keys()) {
    if (goesOn.has(first)) continue
    const run = [first]
    for (let id = next.get(first); id; id = next.get(id)) run.push(id)
    for (const id of run) out.set(id, [])
    out.set(run.at(-1)!, run)
  }
  return out
}
