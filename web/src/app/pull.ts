// A finger that pulls a list down at its top asks for what is new: an installed app has no other way.
import { onScreen } from '../state/feeds'
import { why } from '../state/post'
import { renew } from '../state/refresh'
import { messages } from '../state/toast.svelte'
import { layers } from '../ui/layers.svelte'

const enough = 72
const slack = 10
let at: { x: number; y: number } | null = null
let far = 0
let sign: HTMLElement | null = null

const free = (target: EventTarget | null) =>
  scrollY <= 0 && !sign?.dataset.busy && !layers.any && onScreen().length > 0 && target instanceof Element && target.closest('#content') !== null && !target.closest('dialog, input, textarea, video, [role="menu"]')

/** draw shows how far is pulled; at the end it asks. */
function draw(): void {
  if (!sign) {
    sign = document.createElement('div')
    sign.className = 'pull'
    sign.ariaHidden = 'true'
    document.body.append(sign)
  }
  sign.style.transform = `translateY(${Math.round(Math.min(far, enough * 1.5) / 1.5)}px)`
  sign.dataset.ready = String(far >= enough)
}

function leave(): void {
  sign?.remove()
  sign = null
}

function down(event: TouchEvent): void {
  const [finger] = event.touches
  at = finger && event.touches.length === 1 && free(event.target) ? { x: finger.clientX, y: finger.clientY } : null
  far = 0
}

function move(event: TouchEvent): void {
  const [finger] = event.touches
  if (!at || !finger) return
  far = finger.clientY - at.y
  // Sideways is another gesture, upwards is reading on.
  if (scrollY > 0 || event.touches.length > 1 || far < -slack || (!sign && Math.abs(finger.clientX - at.x) > slack)) {
    at = null
    return leave()
  }
  if (far > slack) draw()
}

async function up(event: TouchEvent): Promise<void> {
  const pulled = at && event.type === 'touchend' && far >= enough
  at = null
  if (!pulled || !sign) return leave()
  sign.dataset.busy = 'true'
  try {
    await renew()
  } catch (error) {
    messages.fail(why(error))
  } finally {
    leave()
  }
}

export function start(): void {
  document.documentElement.dataset.pull = 'own' // no second one by the browser
  document.addEventListener('touchstart', down, { passive: true })
  document.addEventListener('touchmove', move, { passive: true })
  document.addEventListener('touchend', (event) => void up(event))
  document.addEventListener('touchcancel', (event) => void up(event))
}
