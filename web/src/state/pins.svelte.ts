// Lists that stand as tabs beside the home timeline, on this device, each with its name so that the tabs are there at once.
import { session } from './session.svelte'

export interface Pin {
  id: string
  title: string
}

class Pins {
  #all = $state.raw<Pin[] | null>(null)

  get all(): Pin[] {
    if (this.#all) return this.#all
    try {
      return JSON.parse(localStorage.getItem(`pins:${session.me.id}`) ?? '[]') as Pin[]
    } catch {
      return []
    }
  }

  has(id: string): boolean {
    return this.all.some((p) => p.id === id)
  }

  put(pin: Pin): void {
    this.#keep(this.has(pin.id) ? this.all.map((p) => (p.id === pin.id ? pin : p)) : [...this.all, pin])
  }

  drop(id: string): void {
    this.#keep(this.all.filter((p) => p.id !== id))
  }

  /** move puts a tab one place nearer to the start or to the end. */
  move(id: string, by: 1 | -1): void {
    const all = [...this.all]
    const at = all.findIndex((p) => p.id === id)
    const other = all[at + by]
    if (at < 0 || !other) return
    all[at + by] = all[at]!
    all[at] = other
    this.#keep(all)
  }

  #keep(all: Pin[]): void {
    this.#all = all
    localStorage.setItem(`pins:${session.me.id}`, JSON.stringify(all))
  }
}

export const pins = new Pins()
