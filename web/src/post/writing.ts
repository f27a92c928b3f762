// How a post begins: whom a reply names, who may read it, in what language.
import type { Status, Visibility } from '../api/entity'
import type { Writing } from '../state/place.svelte'
import { session } from '../state/session.svelte'

const order: Visibility[] = ['public', 'unlisted', 'private', 'direct']

/** narrower: a reply is never seen by more people than what it answers. */
export const narrower = (a: Visibility, b: Visibility): Visibility => (order.indexOf(a) > order.indexOf(b) ? a : b)

/** names are the people whom a reply speaks to: the author, and those named, but not oneself. */
export function names(parent: Status, me: string): string {
  const all = [parent.account, ...parent.mentions].filter((p) => p.id !== me).map((p) => '@' + p.acct)
  const text = [...new Set(all)].join(' ')
  return text && text + ' '
}

export interface First {
  text: string
  warning: string
  visibility: Visibility
  language: string
}

export function first(w: Writing, parent?: Status, edited?: Status): First {
  const { source } = session.me
  const usual = session.preferences['posting:default:visibility'] ?? source.privacy ?? 'public'
  const mine = session.preferences['posting:default:language'] ?? source.language ?? navigator.language.split('-')[0] ?? 'en'
  return {
    text: w.text ?? (parent ? names(parent, session.me.id) : ''),
    warning: w.warning ?? parent?.spoiler_text ?? '',
    visibility: edited?.visibility ?? (w.visibility as Visibility | undefined) ?? (parent ? narrower(parent.visibility, usual) : usual),
    language: edited?.language ?? parent?.language ?? mine,
  }
}

const common = 'en de fr es pt it nl pl uk ru tr ar fa he hi bn ja ko zh vi th id sv da no fi cs el hu ro ca eu gl eo cy ga'.split(' ')

/** languages offers the reader's own first. */
export function languages(chosen: string): string[] {
  const own = navigator.languages.map((l) => l.split('-')[0]!)
  return [...new Set([chosen, ...own, ...session.instance.languages, ...common])]
}
