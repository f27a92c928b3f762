// The length of a post as the server counts it: graphemes; a link is 23, a handle counts without its server.

const link = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]'’]/gi
const handle = /(?<![\w=/])@([\w.-]*\w)@[\w-]+(?:\.[\w-]+)*(?::\d+)?/g

let segments: Intl.Segmenter | undefined

function graphemes(text: string): number {
  // fast path: plain ASCII has one grapheme for each unit
  if (/^[\n\x20-\x7e]*$/.test(text)) return text.length
  segments ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  let n = 0
  for (const _ of segments.segment(text)) n++
  return n
}

/** count is the length of a post with its warning. */
export function count(text: string, warning = '', perLink = 23): number {
  const plain = text.replace(link, '·'.repeat(perLink)).replace(handle, '@$1')
  return graphemes(plain) + graphemes(warning)
}

/** named tells whether a text names anybody: a direct post without a name reaches no one. */
export const named = (text: string): boolean => /(?<![\w=/])@\w/.test(text)

/** surplus is where a text becomes too long: the index of the first sign over the limit; -1 when it fits. */
export function surplus(text: string, limit: number, perLink = 23): number {
  if (count(text, '', perLink) <= limit) return -1
  // What counts differently from what it looks like, with its place.
  const marks = [...text.matchAll(link)].map((m) => ({ at: m.index, size: m[0].length, n: perLink }))
  for (const m of text.matchAll(handle)) if (!marks.some((x) => m.index >= x.at && m.index < x.at + x.size)) marks.push({ at: m.index, size: m[0].length, n: graphemes('@' + m[1]) })
  marks.sort((a, b) => a.at - b.at)
  let n = 0
  let at = 0
  segments ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  const plain = (to: number): number => {
    for (const s of segments!.segment(text.slice(at, to))) if (++n > limit) return at + s.index
    return -1
  }
  for (const m of marks) {
    const hit = plain(m.at)
    if (hit >= 0) return hit
    n += m.n
    if (n > limit) return m.at
    at = m.at + m.size
  }
  return plain(text.length)
}
