// Which id a handle has: so that coming back to a profile needs no question.
const ids = new Map<string, string>()

export const idOf = (acct: string): string | undefined => ids.get(acct.toLowerCase())
export function remember(acct: string, id: string): void {
  ids.set(acct.toLowerCase(), id)
}

/** Filter is what of a profile the reader wants to see; it stands in the address. */
export interface Filter {
  tag?: string | undefined
  year?: number | undefined
  pictures?: boolean | undefined
}

export function filterOf(params: Record<string, string>, query: URLSearchParams): Filter {
  const year = Number(query.get('year'))
  return {
    tag: params.tag || undefined,
    year: Number.isInteger(year) && year > 1970 && year < 3000 ? year : undefined,
    pictures: query.has('pictures') || undefined,
  }
}

/** addressOf is where a filter leads. A hashtag has a page of its own, which the public pages know too. */
export function addressOf(base: string, tab: string, f: Filter): string {
  const query = new URLSearchParams()
  if (f.year) query.set('year', String(f.year))
  if (f.pictures) query.set('pictures', '')
  const text = query.toString().replace(/=$/, '')
  const path = f.tag ? `${base}/tagged/${encodeURIComponent(f.tag)}` : tab === 'posts' ? base : `${base}/${tab}`
  return path + (text ? '?' + text : '')
}
