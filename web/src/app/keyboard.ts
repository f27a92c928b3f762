// Single keys. They follow the sign that was typed, not the place of the key; they sleep in fields, under layers and
// with a modifier. Which they are, and whether they are on, is in state/keys.
import { going, keys, type KeyName } from '../state/keys.svelte'
import { bars, place } from '../state/place.svelte'
import { link } from '../account/words'
import { help } from '../screen/settings/help'
import { menu } from '../post/menu'
import { session } from '../state/session.svelte'
import { messages } from '../state/toast.svelte'
import { fetchPart, t, withWords } from '../text'
import { layers } from '../ui/layers.svelte'

const entries = () => [...document.querySelectorAll<HTMLElement>('#content [data-entry]')].filter((e) => e.offsetHeight > 0)
const current = () => document.activeElement?.closest<HTMLElement>('#content [data-entry]') ?? null

/** step moves to the next or previous entry; without one, to the first that is in sight. False when there is none. */
function step(by: 1 | -1): boolean {
  const all = entries()
  const at = all.indexOf(current()!)
  const top = bars()
  const to = at < 0 ? all.find((e) => e.getBoundingClientRect().bottom > top + 40) : all[at + by]
  if (!to) return false
  to.focus({ preventScroll: true })
  const box = to.getBoundingClientRect()
  const bottom = innerHeight - 64
  if (box.top < top + 8 || box.bottom > bottom) scrollBy({ top: box.top - top - 12, behavior: 'instant' })
  return true
}

function press(act: string): boolean {
  const button = current()?.querySelector<HTMLElement>(`[data-act="${act}"]`)
  button?.click()
  return button !== undefined && button !== null
}

function fresh(): void {
  const button = document.querySelector<HTMLElement>('#content [data-act="new"]')
  if (button) button.click()
  else scrollTo({ top: 0, behavior: 'instant' })
}

function search(): void {
  const field = document.querySelector<HTMLInputElement>('.column input[type=search], .side input[type=search]')
  if (field?.offsetHeight) {
    field.focus()
    field.select()
  } else void place.go('/search')
}

const open = () => {
  const to = current()?.dataset.open
  if (to) void place.go(to)
}

/** onPost does what comes with the menus to the post that has the focus. */
const onPost = (run: (m: typeof import('../post/later/menu'), id: string) => void, which = '.post') => {
  const it = current()
  if (it?.matches(which)) menu((m) => run(m, it.id.replace('p-', '')))
}

/** turn goes to another tab of the screen. */
function turn(to: (now: number) => number): void {
  const tabs = [...document.querySelectorAll<HTMLElement>('#content .tabs .tab')]
  tabs[to(tabs.findIndex((tab) => tab.matches('[aria-current=page], [aria-selected=true]')))]?.click()
}

const acts: Record<KeyName, () => void> = {
  next: () => void step(1),
  before: () => void step(-1),
  open,
  author: () => {
    const to = current()?.dataset.author
    if (to) void place.go(to)
  },
  reply: () => press('reply'),
  like: () => press('like'),
  boost: () => press('boost'),
  bookmark: () => press('bookmark'),
  warning: () => press('warning'),
  media: () => press('media'),
  quote: () => onPost((m, id) => m.quote(id)),
  translate: () => onPost((m, id) => m.translate(id)),
  hide: () => onPost((m, id) => m.hide(id), '[data-sheet] > .post'),
  mention: () => {
    const to = current()?.dataset.author
    if (to) place.write({ text: to.slice(1) + ' ' })
  },
  compose: () => place.write(),
  apart: () => place.apart(),
  search,
  new: fresh,
  back: () => place.back(),
  left: () => turn((now) => now - 1),
  right: () => turn((now) => now + 1),
  help: () => void help(),
  go: () => {},
}

/** act does what a key does. */
export const act = (name: KeyName): void => acts[name]()

/** palette goes anywhere by its name; its code comes when it is first wanted. */
export async function palette(): Promise<void> {
  const [{ default: Palette }] = await Promise.all([withWords(import('./later/palette.svelte')), fetchPart('settings')])
  if (!layers.any) void layers.dialog(Palette, { on: current() ?? document.querySelector<HTMLElement>('#content .post-focus') })
}

// A g waits for its letter: until another key or the pointer comes between, or it is forgotten. On a machine that is busy seconds
// pass between two keys that were pressed as one.
const patience = 5000
let g = -Infinity

/** forget lets go of a g: the hand was elsewhere since. */
export const forget = () => void (g = -Infinity)

/** awake acts on the keys that were pressed before the app was there (public/early.js). */
export function awake(): void {
  const keys = (globalThis as { earlyKeys?: () => KeyboardEvent[] }).earlyKeys?.() ?? []
  for (const event of keys) onkeydown(event)
}

/** letter is what was typed; where that is not Latin, what the key has on it beside. */
function letter(event: KeyboardEvent): KeyName | undefined {
  const name = keys.named(event.key)
  if (name || event.key.length > 1 || event.key < '\x80') return name
  const latin = /^Key(.)$/.exec(event.code)?.[1]
  return latin ? keys.named(event.shiftKey ? latin : latin.toLowerCase()) : undefined
}

export function onkeydown(event: KeyboardEvent): void {
  if (event.isComposing || event.defaultPrevented || layers.any) return
  const third = event.getModifierState('AltGraph') // signs that need a third level are no less typed
  if (!third && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k') {
    event.preventDefault()
    palette().catch(() => messages.fail(t('error.offline')))
    return
  }
  if (!third && (event.ctrlKey || event.metaKey || event.altKey)) return
  const target = event.target as HTMLElement
  if (target.closest('input, textarea, select, [contenteditable]')) {
    if (event.key === 'Escape') target.blur()
    return
  }
  // A reader of screens knows these two from every feed (ARIA APG).
  if ((event.key === 'PageDown' || event.key === 'PageUp') && target.closest('[role=feed]') && current()) {
    if (step(event.key === 'PageDown' ? 1 : -1)) event.preventDefault()
    return
  }
  if (!keys.on || event.key === 'Shift') return
  if (event.timeStamp - g < patience) {
    forget()
    const to = going[event.key]
    if (to !== undefined) {
      event.preventDefault()
      void place.go(to || link(session.me))
      return
    }
  }
  if (/^[1-4]$/.test(event.key) && document.querySelector('#content .tabs')) {
    event.preventDefault()
    turn(() => Number(event.key) - 1)
    return
  }
  const name = letter(event)
  if (!name) return
  if (name === 'go') {
    g = event.timeStamp
    return
  }
  // Enter belongs to the link or button that has the focus.
  if (event.key === 'Enter' && target !== current()) return
  event.preventDefault()
  act(name)
}
