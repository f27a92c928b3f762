// The words that were searched for, marked where they stand. The marks lie over the text (CSS Custom Highlight API): nothing in it changes.
import { flat } from '../../text/fuzzy'
import { parts } from './query'

const texts = '.person-name, .person-handle, .person-note, .post-text, .post-warning, .link-card-title, .link-card-about, .row-text strong, .post-tag'

/** folded is a text without case and accents in which every sign stands where it stood. */
const folded = (text: string): string => text.replace(/[^\x20-\x7e]/g, (sign) => (flat(sign).length === 1 ? flat(sign) : sign)).toLowerCase()

/** words are those of a query that its results are read for: neither operators nor what must not be there. */
export function words(q: string): string[] {
  const found = parts(q).words.match(/(?<!\S)-\S+|[\p{L}\p{N}\p{M}_]+/gu) ?? []
  return [...new Set(found.filter((w) => !w.startsWith('-')).map(folded))]
}

// Scripts that put no space between words have them anywhere; in others a word is found from its beginning.
const dense = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** places says where words stand in a text: from, to. */
export function places(text: string, all: string[]): [number, number][] {
  const it = folded(text)
  if (it.length !== text.length) return []
  return all.flatMap((word) => [...it.matchAll(new RegExp(dense.test(word) ? word : `(?<![\\p{L}\\p{N}])${word}`, 'gu'))].map((m): [number, number] => [m.index, m.index + word.length]))
}

/** marked keeps the marks right while what is below an element changes. */
export const marked = (q: string) => (root: HTMLElement): (() => void) | void => {
  const all = words(q)
  if (!all.length || !('highlights' in CSS)) return
  const draw = () => {
    const ranges = []
    for (const element of root.querySelectorAll(texts)) {
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        for (const [from, to] of places(node.nodeValue ?? '', all)) {
          const range = new Range()
          range.setStart(node, from)
          range.setEnd(node, to)
          ranges.push(range)
        }
      }
    }
    CSS.highlights.set('found', new Highlight(...ranges))
  }
  draw()
  const watch = new MutationObserver(draw)
  watch.observe(root, { subtree: true, childList: true })
  return () => {
    watch.disconnect()
    CSS.highlights.delete('found')
  }
}
