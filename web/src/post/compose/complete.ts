// What is offered while @, # or : is typed.
import { searchAccounts, searchTags } from '../../api/timeline'
import type { Account } from '../../api/entity'
import { siteEmoji } from '../../state/emoji'

export interface Asked {
  sign: '@' | '#' | ':'
  query: string
  from: number
  to: number
}

export interface Offer {
  id: string
  /** text is what it becomes */
  text: string
  label: string
  detail?: string
  account?: Account
  picture?: string
  sign?: string
}

/** asked reads what is being typed before the cursor. */
export function asked(text: string, cursor: number): Asked | null {
  const before = text.slice(Math.max(0, cursor - 80), cursor)
  const m = /(?:^|[\s(\[{"'“‘¿¡.,;!?])([@#])([\p{L}\p{M}\p{N}_·・@.-]{1,60})$/u.exec(before) ?? /(?:^|[\s(\[{"'“‘.,;!?])(:)([\p{L}\d_+-]{2,40})$/u.exec(before)
  if (!m) return null
  const [, sign, query] = m as unknown as [string, Asked['sign'], string]
  if (sign === '#' && /^[@.-]/.test(query)) return null
  // The word goes on behind the cursor: it is replaced whole.
  const rest = /^[\p{L}\p{M}\p{N}_]*/u.exec(text.slice(cursor))![0]
  return { sign, query, from: cursor - query.length - 1, to: cursor + (sign === ':' ? 0 : rest.length) }
}

export async function offers(a: Asked, lang: string, signal: AbortSignal): Promise<Offer[]> {
  if (a.sign === '@') {
    const list = await searchAccounts(a.query, signal)
    return list.map((x) => ({ id: x.id, text: `@${x.acct} `, label: x.display_name || x.username, detail: '@' + x.acct, account: x }))
  }
  if (a.sign === '#') {
    const list = await searchTags(a.query, signal)
    return list.map((x) => ({ id: x.name, text: `#${x.name} `, label: '#' + x.name, detail: x.history?.length ? String(x.history.reduce((n, h) => n + Number(h.accounts), 0)) : '' }))
  }
  const q = a.query.toLowerCase()
  const [own, { load, find }] = await Promise.all([siteEmoji(), import('./emojis')])
  const site = own.filter((e) => e.shortcode.toLowerCase().includes(q)).sort((x, y) => Number(y.shortcode.toLowerCase().startsWith(q)) - Number(x.shortcode.toLowerCase().startsWith(q)))
  const common = find(await load(lang), q, 8)
  return [
    ...site.slice(0, 5).map((e) => ({ id: 'own-' + e.shortcode, text: `:${e.shortcode}: `, label: `:${e.shortcode}:`, picture: e.static_url })),
    ...common.map((e) => ({ id: e.sign, text: e.sign + ' ', label: e.name, sign: e.sign })),
  ].slice(0, 8)
}
