// Hashtags at the end of a text are no sentence: they stand in a row below it.

export interface TagLink {
  name: string
  href: string
}

const link = (node: Node): TagLink | null => {
  const a = node.nodeType === Node.ELEMENT_NODE && (node as Element).tagName === 'A' ? (node as Element) : null
  const href = a?.getAttribute('href') ?? ''
  return href.startsWith('/tags/') ? { name: (a?.textContent ?? '').trim().replace(/^#/, ''), href } : null
}
const blank = (node: Node) => node.nodeType === Node.TEXT_NODE && !node.nodeValue?.trim()

/** lastLines takes lines that are nothing but tags off the end of a paragraph. */
function lastLines(p: Element): TagLink[] {
  const tags: TagLink[] = []
  let line: { node: ChildNode; tag: TagLink | null }[] = []
  const take = () => {
    const here = line.flatMap((x) => x.tag ?? [])
    if (!here.length) return false
    for (const { node } of line) node.remove()
    tags.unshift(...here)
    line = []
    return true
  }
  for (let node = p.lastChild; node; ) {
    const before = node.previousSibling
    const tag = link(node)
    if ((node as Element).tagName === 'BR') {
      if (!take()) return tags
      node.remove()
    } else if (tag || blank(node)) line.unshift({ node, tag })
    else return tags
    node = before
  }
  take()
  return tags
}

/** tail takes the hashtags at the end out of a text. A text of nothing but tags keeps them. */
export function tail(text: DocumentFragment): TagLink[] {
  const tags: TagLink[] = []
  for (;;) {
    const last = text.lastElementChild
    if (last?.tagName !== 'P') return tags
    if (text.childElementCount === 1 && [...last.childNodes].every((n) => link(n) || blank(n) || (n as Element).tagName === 'BR')) return tags
    const here = lastLines(last)
    tags.unshift(...here)
    if (!here.length || last.childNodes.length) return tags
    last.remove()
  }
}

/** missing are tags of a post that its text does not name: some servers send them beside it. */
export function missing(text: DocumentFragment, tags: { name: string }[]): TagLink[] {
  if (!tags.length) return []
  const named = new Set([...text.querySelectorAll('a[href^="/tags/"]')].map((a) => decodeURIComponent(a.getAttribute('href')!.slice(6)).toLowerCase()))
  return tags.filter((x) => !named.has(x.name.toLowerCase())).map((x) => ({ name: x.name, href: `/tags/${encodeURIComponent(x.name)}` }))
}

const sign = /[\p{Extended_Pictographic}\p{Regional_Indicator}]/u
const only = /^[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}\u200d\ufe0f\s]+$/u

/** emojiOnly: a few emoji and nothing else, of Unicode or of a site. */
export function emojiOnly(html: string, emojis: { shortcode: string }[]): boolean {
  if (html.length > 400) return false
  const known = new Set(emojis.map((e) => e.shortcode))
  const text = html.replace(/<[^>]+>/g, ' ').replace(/:(\w+):/g, (all, name: string) => (known.has(name) ? '🙂' : all)).trim()
  return text.length <= 24 && sign.test(text) && only.test(text)
}

/** lines is about how many lines a text takes in a column of a screen of this width. */
export function lines(text: DocumentFragment, width: number): number {
  const perLine = Math.max(20, Math.min(64, (width - 104) / 8))
  let n = 0
  for (const block of text.children) {
    for (const part of block.querySelectorAll('li, p').length ? block.querySelectorAll('li, p') : [block]) {
      n += Math.max(1, Math.ceil((part.textContent?.length ?? 0) / perLine)) + part.querySelectorAll('br').length + 0.6
    }
  }
  return n
}

/** lead takes the name of whom a post answers off its beginning: it stands above already. A text of nothing else keeps it. */
export function lead(text: DocumentFragment, acct: string): void {
  const first = text.firstElementChild
  let node = first?.tagName === 'P' ? first.firstChild : text.firstChild
  while (node && blank(node)) node = node.nextSibling
  const a = node instanceof Element ? (node.tagName === 'A' ? node : node.childElementCount === 1 && node.textContent === node.firstElementChild!.textContent ? node.firstElementChild : null) : null
  if (a?.getAttribute('href') !== `/@${acct}`) return
  const rest = node!.nextSibling
  if (!rest || !/^\s|BR$/.test(rest.nodeType === Node.TEXT_NODE ? rest.nodeValue! : rest.nodeName) || !(text.textContent ?? '').replace(a.textContent ?? '', '').trim()) return
  node!.remove()
  if (rest.nodeType === Node.TEXT_NODE) rest.nodeValue = rest.nodeValue!.trimStart()
  else rest.remove()
}
