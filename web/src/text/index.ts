// Words of the interface. One language is loaded, a file of its own; English is the source and gives the keys their types.
import type en from './en.json'
import type guard from './part/guard.en.json'
import type imports from './part/import.en.json'
import type later from './part/later.en.json'
import type seldom from './part/seldom.en.json'
import type settings from './part/settings.en.json'
import type side from './part/side.en.json'
import type welcome from './part/welcome.en.json'

type Entry = string | Partial<Record<Intl.LDMLPluralRule, string>>
export type Key = keyof typeof en | keyof typeof guard | keyof typeof later | keyof typeof seldom | keyof typeof imports | keyof typeof settings | keyof typeof side | keyof typeof welcome
export type Slots = Record<string, string | number>

let words: Record<string, Entry> = {}
let more: Record<string, Entry> = {}
export let lang = document.documentElement.lang || 'en'
/** locale is the language as Intl is asked for it: Arabic with the digits of everywhere, which handles and addresses have too. */
export let locale = lang
let plural: Intl.PluralRules | undefined

/** speak takes the words of a language. */
export function speak(language: string, entries: Record<string, Entry>): void {
  lang = language
  // The region is the reader's: dates are written otherwise in London and in New York.
  locale = navigator.languages?.find((l) => l.split('-')[0] === language) ?? language
  if (language === 'ar') locale += '-u-nu-latn'
  words = { ...entries, ...more }
  plural = whole = short = names = lists = undefined
}

const files = import.meta.glob<Record<string, Entry>>('./*.json', { import: 'default' })

/** fetchWords fetches the words of the page's language. The server only names languages there is a file for. */
export async function fetchWords(language: string): Promise<void> {
  const file = files[`./${language}.json`] ? language : 'en'
  speak(file, await files[`./${file}.json`]!())
}

const extra = import.meta.glob<Record<string, Entry>>('./part/*.json', { import: 'default' })

type Part = 'guard' | 'import' | 'later' | 'seldom' | 'settings' | 'side' | 'welcome'
const asked = new Map<Part, Promise<void>>()

/** fetchPart fetches words beside those of home: later has those of all other screens and of what opens
 *  over them, seldom those of screens that few visit. */
export function fetchPart(name: Part): Promise<void> {
  let it = asked.get(name)
  if (!it) {
    it = (extra[`./part/${name}.${lang}.json`] ?? extra[`./part/${name}.en.json`])!().then((entries) => {
      more = { ...more, ...entries }
      words = { ...words, ...more }
    })
    it.catch(() => asked.delete(name))
    asked.set(name, it)
  }
  return it
}

/** withWords waits for code that is fetched later, and for the words that it uses. */
export const withWords = async <T>(code: Promise<T>): Promise<T> => (await Promise.all([code, fetchPart('later')]))[0]

function pattern(key: Key, slots?: Slots): string {
  const entry = words[key]
  if (typeof entry === 'string') return entry
  if (!entry) return key
  plural ??= new Intl.PluralRules(lang)
  const n = Number(slots?.n ?? 0)
  return entry[plural.select(n)] ?? entry.other ?? key
}

// In Arabic a Latin name would turn the words around it: it stands isolated.
const apart = (text: string) => (lang === 'ar' ? `\u2068${text}\u2069` : text)
const show = (value: string | number | undefined, name: string) =>
  value === undefined ? `{${name}}` : typeof value === 'number' ? full(value) : apart(value)

/** t gives the words of a key, with its slots filled. */
export function t(key: Key, slots?: Slots): string {
  return pattern(key, slots).replace(/\{(\w+)\}/g, (_, name: string) => show(slots?.[name], name))
}

/** parts splits the words at the slots that hold elements, such as the link with a name. */
export function parts(key: Key, slots: Slots, elements: string[]): (string | { slot: string })[] {
  return pattern(key, slots)
    .split(/(\{\w+\})/)
    .filter(Boolean)
    .map((piece) => {
      const name = /^\{(\w+)\}$/.exec(piece)?.[1]
      if (!name) return piece
      return elements.includes(name) ? { slot: name } : show(slots[name], name)
    })
}

let whole: Intl.NumberFormat | undefined
let short: Intl.NumberFormat | undefined

/** full writes a number out: 12,345. */
export function full(n: number): string {
  if (n >= 0 && n < 1000 && Number.isInteger(n)) return String(n)
  return (whole ??= new Intl.NumberFormat(locale)).format(n)
}

/** compact writes a number in three digits: 12.3K. */
export function compact(n: number): string {
  if (n < 1000) return String(n)
  return (short ??= new Intl.NumberFormat(locale, { notation: 'compact', maximumSignificantDigits: 3 })).format(n)
}

/** counted gives words around a number that is shown short: 1.28K likes. */
export const counted = (key: Key, n: number): string => t(key, { n }).replace(full(n), compact(n))

let names: Intl.DisplayNames | undefined

/** language names a language in the reader's own. */
export function language(code: string): string {
  try {
    return (names ??= new Intl.DisplayNames([lang], { type: 'language' })).of(code) ?? code
  } catch {
    return code
  }
}

let lists: Intl.ListFormat | undefined

/** listed names several things in a row: a, b and c. */
export const listed = (all: string[]): string => (lists ??= new Intl.ListFormat(locale, { type: 'conjunction' })).format(all.map(apart))
