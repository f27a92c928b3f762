// How well a few typed letters fit a name: for lists that are searched while one types.

/** flat is a text without case, accents and what else makes two spellings of one word. */
export const flat = (text: string): string => text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '')

/** fit is 0 when a word of the question is not in the text; a beginning counts most, scattered letters least. */
export function fit(question: string, text: string): number {
  const words = flat(question).split(/\s+/).filter(Boolean)
  const label = flat(text)
  let worst = words.length ? 4 : 1
  for (const word of words) worst = Math.min(worst, one(word, label))
  return worst
}

function one(word: string, label: string): number {
  const at = label.indexOf(word)
  if (at === 0) return 4
  const starts = [...label.matchAll(/[\p{L}\p{N}]+/gu)].map((m) => m.index)
  if (starts.some((i) => label.startsWith(word, i))) return 3
  if (at > 0) return 2
  // Scattered: from the beginning of a word on, in order.
  if (word.length > 1) for (const i of starts) if (label[i] === word[0] && scattered(word, label.slice(i))) return 1
  return 0
}

function scattered(word: string, label: string): boolean {
  let at = 0
  for (const sign of word) {
    at = label.indexOf(sign, at) + 1
    if (!at) return false
  }
  return true
}
