// HTML of posts and bios. The server has cleaned it; here it passes an allow-list once more, its mentions and tags
// become addresses of this app, and emoji of sites become pictures.
import type { CustomEmoji } from '../api/entity'

interface Policy {
  createHTML(html: string): string
  createScriptURL(url: string): string
}
declare const trustedTypes: { createPolicy(name: string, rules: Policy): Policy } | undefined

const worker = '/sw.js'
const rules: Policy = {
  createHTML: (html) => html,
  createScriptURL: (url) => (url === worker ? url : ''),
}

// What the policy lets through is parsed into a template only: its document is inert, nothing runs or loads there.
const policy: Policy =
  typeof trustedTypes === 'undefined' ? rules : trustedTypes.createPolicy('skein', rules)

/** workerURL is the address of the service worker, as the browser's policy wants it. */
export const workerURL = (): string => policy.createScriptURL(worker)

const allowed = new Set(
  'P BR SPAN A EM STRONG B I U S DEL CODE PRE BLOCKQUOTE UL OL LI RUBY RT RP H1 H2 H3 H4 H5 H6 SUP SUB'.split(' '),
)
const dropped = new Set('SCRIPT STYLE TEMPLATE IFRAME OBJECT EMBED NOSCRIPT TITLE TEXTAREA SELECT BUTTON FORM INPUT MATH SVG'.split(' '))
const classes = new Set(['h-card', 'mention', 'hashtag', 'invisible', 'ellipsis', 'quote-inline', 'u-url'])

export interface Around {
  mentions?: { url: string; acct: string }[]
  tags?: { name: string; url: string }[]
  emojis?: CustomEmoji[]
}

/** ours tells whether an address lies on this origin: others cannot be shown as pictures. */
export function ours(url: string | null | undefined): url is string {
  if (!url) return false
  try {
    return new URL(url, location.origin).origin === location.origin
  } catch {
    return false
  }
}

/** pictured: an address of ours, and not that of the picture that stands for none. */
export const pictured = (url: string | null | undefined): url is string => ours(url) && !/\/missing\.\w+$/.test(url)

function clean(from: Node, to: Node, around: Around): void {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) {
      emojify(node.nodeValue ?? '', to, around.emojis)
    } else if (node instanceof Element || node.nodeType === Node.ELEMENT_NODE) {
      const element = node as Element
      const name = element.tagName.toUpperCase()
      if (dropped.has(name)) continue
      if (!allowed.has(name)) {
        clean(element, to, around)
        continue
      }
      // Headings of people are no headings of this page.
      const tag = /^H[1-6]$/.test(name) ? 'p' : name
      const copy = document.createElement(tag)
      const kept = [...element.classList].filter((c) => classes.has(c))
      if (kept.length) copy.className = kept.join(' ')
      if (element.getAttribute('translate') === 'no') copy.translate = false
      if (name === 'A') anchor(element, copy as HTMLAnchorElement, around)
      clean(element, tag === 'p' && name !== 'P' ? copy.appendChild(document.createElement('strong')) : copy, around)
      to.appendChild(copy)
    }
  }
}

function anchor(from: Element, to: HTMLAnchorElement, around: Around): void {
  const href = from.getAttribute('href') ?? ''
  const mention = around.mentions?.find((m) => m.url === href)
  if (mention) {
    to.setAttribute('href', `/@${mention.acct}`)
    return
  }
  const text = (from.textContent ?? '').replace(/^#/, '').toLowerCase()
  const tag = around.tags?.find((x) => x.url === href || (from.classList.contains('hashtag') && x.name.toLowerCase() === text))
  if (tag || (from.classList.contains('hashtag') && text)) {
    to.setAttribute('href', `/tags/${encodeURIComponent(tag?.name ?? text)}`)
    return
  }
  if (!/^(https?|gemini|gopher|mailto|xmpp|magnet|ipfs|ipns|dat|matrix):/i.test(href)) return
  to.setAttribute('href', href)
  to.rel = 'nofollow noopener noreferrer'
  if (!ours(href)) to.target = '_blank'
}

function emojify(text: string, to: Node, emojis: CustomEmoji[] | undefined): void {
  if (!emojis?.length || !text.includes(':')) {
    to.appendChild(document.createTextNode(text))
    return
  }
  for (const piece of text.split(/(:\w+:)/)) {
    const emoji = emojis.find((e) => `:${e.shortcode}:` === piece)
    if (emoji && ours(emoji.static_url)) {
      const img = document.createElement('img')
      img.className = 'emoji'
      img.src = emoji.static_url
      img.alt = img.title = piece
      img.loading = 'lazy'
      to.appendChild(img)
    } else if (piece) {
      to.appendChild(document.createTextNode(piece))
    }
  }
}

/** fragment is the cleaned HTML, ready to be put into the page. */
export function fragment(html: string, around: Around = {}): DocumentFragment {
  const template = document.createElement('template')
  template.innerHTML = policy.createHTML(html)
  const out = document.createDocumentFragment()
  clean(template.content, out, around)
  return out
}

/** plain is the text of HTML, for titles and previews. */
export function plain(html: string): string {
  const template = document.createElement('template')
  template.innerHTML = policy.createHTML(html.replace(/<br\s*\/?>|<\/p>\s*<p/gi, (x) => ' ' + x))
  for (const hidden of template.content.querySelectorAll('.invisible, .quote-inline')) hidden.remove()
  return (template.content.textContent ?? '').replace(/\s+/g, ' ').trim()
}

/** names is a display name as nodes: text and emoji. */
export function named(text: string, emojis: CustomEmoji[]): DocumentFragment {
  const out = document.createDocumentFragment()
  emojify(text, out, emojis)
  return out
}
