// What is being written, kept on this device at every pause. Each reply and each edit has a draft of its own.
import type { Visibility } from '../api/entity'
import { session } from './session.svelte'
import type { Writing } from './place.svelte'

export interface Draft {
  text: string
  warning: string
  visibility: Visibility
  language: string
  at: number
}

const keptFor = 60 * 24 * 3600_000
const prefix = () => `draft:${session.me.id}:`

/** draftName tells drafts apart: never does one overwrite another. */
export function draftName(w: Writing): string {
  if (w.edit) return `edit:${w.edit}`
  if (w.reply) return `reply:${w.reply}`
  if (w.quote) return `quote:${w.quote}`
  return w.text ? `with:${w.text.trim().slice(0, 60)}` : 'new'
}

export function load(name: string): Draft | null {
  try {
    const draft = JSON.parse(localStorage.getItem(prefix() + name) ?? 'null') as Draft | null
    return draft && Date.now() - draft.at < keptFor ? draft : null
  } catch {
    return null
  }
}

export function save(name: string, draft: Omit<Draft, 'at'>): void {
  try {
    localStorage.setItem(prefix() + name, JSON.stringify({ ...draft, at: Date.now() }))
  } catch {
    // No room, or storage is forbidden: then the text lives as long as the page.
  }
}

export const discard = (name: string): void => localStorage.removeItem(prefix() + name)

const names = (): string[] => Object.keys(localStorage).filter((key) => key.startsWith(prefix()))
export const count = (): number => names().length

/** discardAll is for sign-out: the next person at this device shall not find them. */
export function discardAll(): void {
  for (const name of names()) localStorage.removeItem(name)
}
