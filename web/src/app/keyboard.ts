// Single keys. They follow the sign that was typed, not the place of the key; they sleep in fields, under layers and
// with a modifier, and can be switched off (WCAG 2.1.4).
import { look } from '../state/look.svelte'
import { bars, place } from '../state/place.svelte'
import { link } from '../account/words'
import { help } from '../screen/settings/help'
import { menu } from '../post/menu'
import { session } from '../state/session.svelte'
import { layers } from '../ui/layers.svelte'

const entries = () => [...document.querySelectorAll<HTMLElement>('#content [data-entry]')].filter((e) => e.offsetHeight > 0)
const current = () => document.activeElement?.closest<HTMLElement>('#content [data-entry]') ?? null

/** step moves to the next or previous entry; without one, to the first that is in sight. */
function step(by: 1 | -1): void {
  const all = entries()
  const at = all.indexOf(current()!)
  const top = bars()
  const to = at < 0 ? all.find((e) => e.getBoundingClientRect().bottom > top + 40) : all[at + by]
  if (!to) return
  to.focus({ preventScroll: true })
  const box = to.getBoundingClientRect()
  const bottom = innerHeight - 64
  if (box.top < top + 8 || box.bottom > bottom) scrollBy({ top: box.top - top - 12, behavior: 'instant' })
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

const onEntry = (run: (m: typeof import('../post/later/menu'), id: string) => void) => {
  const id = current()?.dataset.entry
  if (id) menu((m) => run(m, id))
}

const keys: Record<string, () => void> = {
  j: () => step(1),
  k: () => step(-1),
  o: open,
  Enter: () => document.activeElement === current() && open(),
  p: () => {
    const to = current()?.dataset.author
    if (to) void place.go(to)
  },
  r: () => press('reply'),
  l: () => press('like'),
  f: () => press('like'),
  b: () => press('boost'),
  d: () => press('bookmark'),
  x: () => press('warning'),
  e: () => press('media'),
  q: () => onEntry((m, id) => m.quote(id)),
  t: () => onEntry((m, id) => m.translate(id)),
  n: () => place.write(),
  c: () => place.write(),
  C: () => place.apart(),
  '/': search,
  s: search,
  '.': fresh,
  u: () => place.back(),
  Backspace: () => place.back(),
  '?': () => void help(),
}

const going: Record<string, () => string> = {
  h: () => '/',
  n: () => '/notifications',
  e: () => '/explore',
  b: () => '/saved/bookmarks',
  l: () => '/saved/likes',
  p: () => link(session.me),
  s: () => '/settings',
  d: () => '/saved/drafts',
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

export function onkeydown(event: KeyboardEvent): void {
  if (!look.keys || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented || layers.any) return
  const target = event.target as HTMLElement
  if (target.closest('input, textarea, select, [contenteditable]')) {
    if (event.key === 'Escape') target.blur()
    return
  }
  if (event.key === 'Shift') return
  if (event.timeStamp - g < patience) {
    forget()
    const to = going[event.key]
    if (to) {
      event.preventDefault()
      void place.go(to())
      return
    }
  }
  if (event.key === 'g') {
    g = event.timeStamp
    return
  }
  const run = keys[event.key]
  if (!run) return
  // Enter belongs to the link or button that has the focus.
  if (event.key === 'Enter' && target !== current()) return
  event.preventDefault()
  run()
}
