// Boosts that come in a row, for readers who want fewer of them.
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
