// How posts are shown to this reader, on this device.
import { SvelteSet } from 'svelte/reactivity'
import { session } from './session.svelte'

const usual = { numbers: true, askAlt: true, swipe: false }
type Switch = keyof typeof usual

function kept<T>(name: string, otherwise: T): T {
  try {
    return (JSON.parse(localStorage.getItem(name) ?? 'null') as T | null) ?? otherwise
  } catch {
    return otherwise
  }
}

class Reading {
  /** numbers: how many replied, boosted, liked */
  numbers = $state(usual.numbers)
  /** askAlt: asks before pictures without a description are boosted */
  askAlt = $state(usual.askAlt)
  /** swipe: to one side replies, to the other keeps */
  swipe = $state(usual.swipe)
  #warnings: SvelteSet<string> | undefined

  constructor() {
    Object.assign(this, kept<Partial<typeof usual>>('reading', {}))
    this.#tell()
  }

  set(name: Switch, on: boolean): void {
    this[name] = on
    localStorage.setItem('reading', JSON.stringify({ numbers: this.numbers, askAlt: this.askAlt, swipe: this.swipe }))
    this.#tell()
  }

  #tell(): void {
    document.documentElement.toggleAttribute('data-swipe', this.swipe)
  }

  // Warnings that open by themselves belong to the person, not to the device.
  get #open(): SvelteSet<string> {
    return (this.#warnings ??= new SvelteSet(kept<string[]>(`warnings:${session.me.id}`, [])))
  }

  opens(warning: string): boolean {
    return this.#open.has(same(warning))
  }

  always(warning: string, yes: boolean): void {
    if (yes) this.#open.add(same(warning))
    else this.#open.delete(same(warning))
    localStorage.setItem(`warnings:${session.me.id}`, JSON.stringify([...this.#open].slice(-200)))
  }
}

const same = (warning: string): string => warning.trim().toLowerCase().replace(/\s+/g, ' ')

export const reading = new Reading()

/** calm: nothing moves by itself for this reader. */
export const calm = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches || document.documentElement.dataset.motion === 'less'

/** thrifty: the reader pays for every byte. */
export const thrifty = (): boolean => (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true
