// Fingers on posts: a long press opens the menu of a post; a swipe, for who wants it, replies or keeps. Both only press the
// buttons that stand below the post.
import { reading } from '../state/reading.svelte'
import { layers } from '../ui/layers.svelte'
import { start as pull } from './pull'

const patience = 520
const slack = 10
const enough = 88
const busy = 'a, button, input, textarea, select, video, audio, [role="menu"], dialog'

interface Touch {
  post: HTMLElement
  x: number
  y: number
  timer: ReturnType<typeof setTimeout>
  sideways: boolean
  long: boolean
}
let now: Touch | null = null
// A click follows the finger that was held: it must not open the post below the menu.
let held = 0

const press = (post: HTMLElement, act: string) => post.querySelector<HTMLElement>(`[data-act="${act}"]`)?.click()

function end(): void {
  if (!now) return
  clearTimeout(now.timer)
  const { post } = now
  now = null
  post.style.transform = ''
  delete post.dataset.swipe
}

function down(event: PointerEvent): void {
  end()
  if (event.pointerType === 'mouse' || !event.isPrimary || layers.any) return
  const target = event.target as Element
  const post = target.closest<HTMLElement>('.post-open[data-entry]')
  if (!post || target.closest('.media[data-count="many"]')) return
  const timer = setTimeout(() => {
    if (!now || now.sideways || getSelection()?.isCollapsed === false) return
    now.long = true
    post.dataset.swipe = 'held'
    navigator.vibrate?.(10)
  }, target.closest(busy) ? 1e9 : patience)
  now = { post, x: event.clientX, y: event.clientY, timer, sideways: false, long: false }
}

function move(event: PointerEvent): void {
  if (!now) return
  const [x, y] = [event.clientX - now.x, event.clientY - now.y]
  if (Math.hypot(x, y) > slack) clearTimeout(now.timer)
  if (!reading.swipe || now.long) return
  if (!now.sideways) {
    if (Math.abs(y) > slack) return end()
    if (Math.abs(x) <= slack * 1.5) return
    now.sideways = true
  }
  const far = Math.sign(x) * Math.min(Math.abs(x), enough + (Math.abs(x) - enough) / 4)
  now.post.style.transform = `translateX(${Math.round(Math.abs(x) < enough ? x : far)}px)`
  now.post.dataset.swipe = Math.abs(x) >= enough ? (act(x) === 'reply' ? 'reply' : 'keep') : 'begun'
}

/** act: towards the end of the line replies, back keeps; in right-to-left languages the other way round. */
const act = (x: number): 'reply' | 'bookmark' => (x > 0 === (document.documentElement.dir !== 'rtl') ? 'reply' : 'bookmark')

function up(event: PointerEvent): void {
  if (!now) return
  const { post, sideways, long } = now
  const x = event.clientX - now.x
  end()
  if (long) {
    // The menu opens when the finger has left: what leaves a menu closes it.
    held = Date.now()
    setTimeout(() => press(post, 'more'))
  }
  if (!sideways) return
  held = Date.now()
  if (event.type === 'pointerup' && Math.abs(x) >= enough) {
    held = 0
    press(post, act(x))
    held = Date.now()
  }
}

export function start(): void {
  pull()
  document.addEventListener('pointerdown', down, { passive: true })
  document.addEventListener('pointermove', move, { passive: true })
  document.addEventListener('pointerup', up)
  document.addEventListener('pointercancel', (event) => (now?.long ? up(event) : end()))
  document.addEventListener('contextmenu', (event) => {
    if (now && !(event.target as Element).closest(busy)) event.preventDefault()
    else if (Date.now() - held < 700) event.preventDefault()
  })
  document.addEventListener(
    'click',
    (event) => {
      if (!event.isTrusted || Date.now() - held > 700) return
      held = 0
      event.preventDefault()
      event.stopPropagation()
    },
    true,
  )
}
