// Changes to what is typed go through the browser, so that its own undo takes them back.

/** put replaces a range of a field. */
export function put(field: HTMLTextAreaElement, from: number, to: number, text: string): void {
  field.focus()
  field.setSelectionRange(from, to)
  // execCommand is old and has no successor that keeps the undo of the browser.
  if (document.execCommand?.('insertText', false, text)) return
  field.setRangeText(text, from, to, 'end')
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

/** at puts text where the cursor stands. */
export const insert = (field: HTMLTextAreaElement, text: string): void => put(field, field.selectionStart, field.selectionEnd, text)

/** linked is what a link becomes that is pasted over selected words: the words stay, the link follows them. */
export function linked(selected: string, pasted: string): string | null {
  const url = pasted.trim()
  if (!selected.trim() || !/^https?:\/\/\S+$/.test(url) || /^https?:\/\/\S+$/.test(selected.trim())) return null
  return `${selected.trimEnd()} ${url}`
}

/** cut finds a line of --- with an empty line before it: there the thread goes on in a new post. */
export function cut(text: string): [string, string] | null {
  const m = /(^|\n)[ \t]*\n---[ \t]*\n/.exec(text)
  if (!m) return null
  return [text.slice(0, m.index).trimEnd(), text.slice(m.index + m[0].length).trimStart()]
}
