// What was searched for lately: on this device only.
import type { Tag } from '../../api/entity'
import { session } from '../../state/session.svelte'

export interface Found {
  people: string[]
  posts: string[]
  tags: Tag[]
  /** more: there may be further posts */
  more: boolean
  /** failed: the server that the query names gave no answer, or knows nothing of it */
  failed?: boolean
}

/** results of this visit, so that Back shows them at once */
export const results = new Map<string, Found>()

const key = () => `searches:${session.me.id}`

export function recent(): string[] {
  try {
    return JSON.parse(localStorage.getItem(key()) ?? '[]') as string[]
  } catch {
    return []
  }
}

export const remember = (q: string): void => localStorage.setItem(key(), JSON.stringify([q, ...recent().filter((x) => x !== q)].slice(0, 8)))

export const forgetOne = (q: string): void => localStorage.setItem(key(), JSON.stringify(recent().filter((x) => x !== q)))
export const forget = (): void => localStorage.removeItem(key())
