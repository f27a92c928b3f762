// Which key does what. Single keys can be changed and switched off (WCAG 2.1.4); what they do is in app/keyboard.
import { SvelteMap } from 'svelte/reactivity'
import { session } from './session.svelte'

export const usual = {
  next: 'j', before: 'k', open: 'o Enter', author: 'p', media: 'e', warning: 'x', translate: 't', new: '.', back: 'u Backspace', left: '[', right: ']', help: '?',
  reply: 'r', mention: 'm', like: 'l f', boost: 'b', quote: 'q', bookmark: 'd', hide: 'h',
  compose: 'n c', apart: 'C', search: '/ s', go: 'g',
} as const

/** going is where the second key leads, after the first that is called go; an empty one is the profile of one's own. */
export const going: Record<string, string> = { h: '/', n: '/notifications', e: '/explore', l: '/lists', b: '/saved/bookmarks', d: '/saved/drafts', p: '', s: '/settings' }

export type KeyName = keyof typeof usual
export const names = Object.keys(usual) as KeyName[]

const of = (name: KeyName): string[] => usual[name].split(' ')

class Keys {
  // What somebody chose instead belongs to the account; "off" is there when single keys are off.
  #map: SvelteMap<string, string> | undefined

  get #own(): SvelteMap<string, string> {
    if (this.#map) return this.#map
    let kept: Record<string, unknown> = {}
    try {
      kept = JSON.parse(localStorage.getItem(this.#name) ?? '{}') as Record<string, unknown>
    } catch {
      // what cannot be read is as if it were not there
    }
    return (this.#map = new SvelteMap(Object.entries(kept).filter((e): e is [string, string] => (e[0] in usual || e[0] === 'off') && typeof e[1] === 'string')))
  }

  get #name(): string {
    return `keys:${session.me.id}`
  }

  get on(): boolean {
    return !this.#own.has('off')
  }

  turn(on: boolean): void {
    if (on) this.#own.delete('off')
    else this.#own.set('off', '')
    this.#keep()
  }

  /** of lists the keys of something. Enter and Backspace are no letters: they stay whatever is chosen. */
  of(name: KeyName): string[] {
    const own = this.#own.get(name)
    if (own !== undefined) return [...(own ? [own] : []), ...of(name).filter((k) => k.length > 1)]
    const taken = [...this.#own.values()]
    return of(name).filter((k) => !taken.includes(k))
  }

  named(key: string): KeyName | undefined {
    return names.find((name) => this.of(name).includes(key))
  }

  get changed(): boolean {
    return names.some((name) => this.#own.has(name))
  }

  /** set gives something a key, and takes it from what had it; '' is no key. What has lost its key is returned. */
  set(name: KeyName, key: string): KeyName | undefined {
    const loser = key ? names.find((other) => other !== name && this.of(other).includes(key)) : undefined
    if (loser && this.#own.has(loser)) this.#own.set(loser, '')
    if (of(name)[0] === key) this.#own.delete(name)
    else this.#own.set(name, key)
    this.#keep()
    return loser && !this.of(loser).length ? loser : undefined
  }

  /** all is what was chosen, to come back to with put. */
  get all(): [string, string][] {
    return [...this.#own]
  }

  put(all: [string, string][]): void {
    this.#own.clear()
    for (const [name, key] of all) this.#own.set(name, key)
    this.#keep()
  }

  /** reset brings the usual keys back; on or off stays. */
  reset(): void {
    this.put(this.all.filter(([name]) => name === 'off'))
  }

  #keep(): void {
    localStorage.setItem(this.#name, JSON.stringify(Object.fromEntries(this.#own)))
  }
}

export const keys = new Keys()
