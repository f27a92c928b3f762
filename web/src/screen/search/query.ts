// What somebody typed into the search field, in parts. The text is the truth; chips are read from it and written into it.

export const operators = ['from', 'has', 'is', 'language', 'in', 'before', 'after', 'during'] as const
export type Operator = (typeof operators)[number]

/** known is what stands behind operators that have a few values only. */
export const known = {
  has: ['image', 'video', 'audio', 'poll', 'link'],
  is: ['reply', 'quote', 'sensitive'],
  in: ['library', 'public'],
} as const

export interface Chip {
  key: Operator
  value: string
  not: boolean
  /** text is the chip as it stands in the query */
  text: string
}

const pattern = new RegExp(`(?<!\\S)([-+]?)(${operators.join('|')}):("[^"]*"|\\S+)`, 'gi')

/** parts takes a query apart: operators, and the words that are left. */
export function parts(q: string): { chips: Chip[]; words: string } {
  const chips = [...q.matchAll(pattern)].map((m) => ({ key: m[2]!.toLowerCase() as Operator, value: m[3]!.replace(/^"|"$/g, ''), not: m[1] === '-', text: m[0] }))
  return { chips, words: q.replace(pattern, ' ').replace(/\s+/g, ' ').trim() }
}

/** put adds an operator, instead of one that can only be there once. */
export function put(q: string, key: Operator, value: string): string {
  const text = `${key}:${/\s/.test(value) ? `"${value}"` : value}`
  const once = key === 'before' || key === 'after' || key === 'in' || key === 'language' || key === 'during'
  let rest = q
  for (const chip of parts(q).chips) if (chip.text.toLowerCase() === text.toLowerCase() || (once && chip.key === key)) rest = drop(rest, chip)
  return `${rest} ${text}`.trim()
}

/** drop takes one chip out. */
export function drop(q: string, chip: Chip): string {
  return ` ${q} `.replace(` ${chip.text} `, ' ').replace(/\s+/g, ' ').trim()
}

/** named is the server that a query names, if the whole of it is a handle or an address. */
export function named(q: string): string | null {
  const handle = /^@?[\w.-]+@([\w-]+(?:\.[\w-]+)+(?::\d+)?)$/.exec(q)
  if (handle) return handle[1]!
  if (!/^https?:\/\/\S+$/i.test(q)) return null
  try {
    return new URL(q).host
  } catch {
    return null
  }
}
