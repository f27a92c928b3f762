// Messages of moderation stay until they were opened; which ones were is kept on this device.
import { session } from '../state/session.svelte'
import type { Entry } from '../state/notifications.svelte'
import { lasting } from './kinds'

const most = 50
/** older ones count as opened: this device may be new. */
const lasts = 60 * 86_400_000

class Opened {
  #ids = $state.raw<string[]>()
  get #all(): string[] {
    return this.#ids ?? (JSON.parse(localStorage.getItem(this.#key) ?? '[]') as string[])
  }
  get #key(): string {
    return `opened:${session.me.id}`
  }
  lasts = (e: Entry): boolean => lasting.includes(e.type)
  has = (id: string): boolean => this.#all.includes(id)
  /** waits: it is young, and nobody opened it. */
  waits = (e: Entry): boolean => this.lasts(e) && !this.has(e.id) && Date.now() - Date.parse(e.at) < lasts

  add(id: string): void {
    this.#ids = [id, ...this.#all.filter((x) => x !== id)].slice(0, most)
    localStorage.setItem(this.#key, JSON.stringify(this.#ids))
  }
}

export const opened = new Opened()
