// How many posts wait to go out, for the thin line below the title. The outbox itself comes when there is something in it.
import { session } from './session.svelte'

const flag = () => `outbox:${session.me.id}`

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

  /** start wakes the outbox if something was left in it. */
  async start(): Promise<void> {
    if (!localStorage.getItem(flag())) return
    const { outbox } = await import('./draft/outbox')
    await outbox.start()
  }
}

export const waiting = new Waiting()
