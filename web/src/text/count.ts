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
