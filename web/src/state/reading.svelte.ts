// How posts are shown to this reader, on this device.
import { SvelteSet } from 'svelte/reactivity'
import { session } from './session.svelte'

/** Boosts: as they come; three in a row and more behind one line; not at all. At home only, never on profiles. */
export type Boosts = 'inline' | 'gather' | 'hide'

interface Values {
  numbers: boolean
  askAlt: boolean
  swipe: boolean
  boosts: Boosts
  upwards: boolean
}

const usual: Values = { numbers: true, askAlt: true, swipe: false, boosts: 'inline', upwards: false }
const names = Object.keys(usual) as (keyof Values)[]

function kept<T>(name: string, otherwise: T): T {
  try {
    return (JSON.parse(localStorage.getItem(name) ?? 'null') as T | null) ?? otherwise
  } catch {
    return otherwise
  }
}

class Reading implements Values {
  /** numbers: how many replied, boosted, liked */
  numbers = $state(usual.numbers)
  /** askAlt: asks before pictures without a description are boosted */
  askAlt = $state(usual.askAlt)
  /** swipe: to one side replies, to the other keeps */
  swipe = $state(usual.swipe)
  boosts = $state(usual.boosts)
  /** upwards: home is read from the oldest to the newest */
  upwards = $state(usual.upwards)
  /** order of replies, below those of the author and of people the reader follows */
  order = $state<'likes' | 'time'>(localStorage.getItem('thread-order') === 'time' ? 'time' : 'likes')
  #warnings: SvelteSet<string> | undefined

  constructor() {
    Object.assign(this, kept<Partial<Values>>('reading', {}))
    this.#tell()
  }

  set<K extends keyof Values>(name: K, value: Values[K]): void {
    Object.assign(this, { [name]: value })
    localStorage.setItem('reading', JSON.stringify(Object.fromEntries(names.map((n) => [n, this[n]]))))
    this.#tell()
  }

  sort(order: 'likes' | 'time'): void {
    this.order = order
    localStorage.setItem('thread-order', order)
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
