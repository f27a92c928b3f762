// How many posts wait to go out, for the thin line below the title. The outbox itself comes when there is something in it.
import { session } from './session.svelte'
import { withWords } from '../text'

const flag = () => `outbox:${session.me.id}`

async function wake(): Promise<void> {
  if (!localStorage.getItem(flag())) return
  const { outbox } = await withWords(import('./draft/outbox'))
  await outbox.start()
}

class Waiting {
  queued = $state(0)
  failed = $state(0)

  /** set notes what the outbox holds, also for the next visit. */
  set(queued: number, failed: number, held: number): void {
    this.queued = queued
    this.failed = failed
    if (queued + failed + held) localStorage.setItem(flag(), '1')
    else localStorage.removeItem(flag())
  }

  /** mark notes that something goes into the outbox, before it does. */
  mark(): void {
    localStorage.setItem(flag(), '1')
  }

  /** start wakes the outbox if something was left in it, now or by a window that closes before it has gone. */
  async start(): Promise<void> {
    if ('BroadcastChannel' in globalThis) new BroadcastChannel(`drafts:${session.me.id}`).onmessage = () => void wake().catch(() => {})
    await wake()
  }
}

export const waiting = new Waiting()
