// What was searched for lately: on this device only.
import type { Tag } from '../../api/entity'

export interface Found {
  people: string[]
  posts: string[]
  tags: Tag[]
}

/** results of this visit, so that Back shows them at once */
export const results = new Map<string, Found>()

export function recent(): string[] {
  try {
    return JSON.parse(localStorage.getItem('searches') ?? '[]') as string[]
  } catch {
    return []
  }
}

export function remember(q: string, found: Found): void {
  results.set(q, found)
  localStorage.setItem('searches', JSON.stringify([q, ...recent().filter((x) => x !== q)].slice(0, 8)))
}

export const forget = (): void => localStorage.removeItem('searches')
