// The common emoji with their names in the reader's language. The lists come from emojibase (MIT), served by us; each is
// a file of its own and is loaded when it is first wanted.

export interface Emoji {
  sign: string
  name: string
  words: string
  group: number
  /** skin: it comes in five skin tones */
  skin: boolean
}

type Row = [sign: string, name: string, words: string, group: number, skin?: 1]

const lists = import.meta.glob<{ default: Row[] }>('/node_modules/emojibase-data/{de,en,es,fr,ja,pt}/compact.json')
const path = (lang: string) => `/node_modules/emojibase-data/${lang}/compact.json`
let loaded: Promise<Emoji[]> | undefined

export function load(lang: string): Promise<Emoji[]> {
  const find = lists[path(lang.split('-')[0]!)] ?? lists[path('en')]!
  loaded ??= find().then(({ default: rows }) => rows.map(([sign, name, words, group, skin]) => ({ sign, name, words, group, skin: skin === 1 })))
  loaded.catch(() => (loaded = undefined))
  return loaded
}

/** find gives the emoji whose name or words begin with what was typed; those named so first. */
export function find(all: Emoji[], query: string, most: number): Emoji[] {
  const parts = query.toLowerCase().replace(/[_-]/g, ' ').split(/\s+/).filter(Boolean)
  if (!parts.length) return []
  const hits: [number, Emoji][] = []
  for (const e of all) {
    const name = e.name.toLowerCase()
    const words = [...name.split(/[\s-]+/), ...e.words.toLowerCase().split(' ')]
    if (!parts.every((p) => words.some((w) => w.startsWith(p)))) continue
    hits.push([name.startsWith(parts[0]!) ? 0 : name.split(/[\s-]+/).some((w) => w.startsWith(parts[0]!)) ? 1 : 2, e])
  }
  return hits.sort((a, b) => a[0] - b[0]).slice(0, most).map(([, e]) => e)
}

/** toned gives an emoji a skin tone, 1 to 5; 0: none. */
export function toned(e: Emoji, tone: number): string {
  if (!e.skin || !tone) return e.sign
  const [first, ...rest] = e.sign
  return first + String.fromCodePoint(0x1f3fa + tone) + rest.join('').replace(/^\ufe0f/, '')
}
