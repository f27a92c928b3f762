import type { Entry } from '../state/notifications.svelte'
import { layers } from '../ui/layers.svelte'
import Letter from './letter.svelte'
import { opened } from './opened.svelte'

/** open shows what moderation has to say, and remembers that it was read. */
export function open(e: Entry): void {
  opened.add(e.id)
  void layers.dialog(Letter, { e })
}
