// Short messages: a toast for the eye, a live region for the ear. Whoever speaks from an effect does not listen by that.
import { untrack } from 'svelte'

export interface Toast {
  id: number
  text: string
  action?: { label: string; run: () => void }
}

let last = 0

/** again: the same words twice are only read if the region changes in between. */
const again = (old: string, text: string) => (old === text ? text + '\u00a0' : text)

class Messages {
  toasts = $state.raw<Toast[]>([])
  polite = $state('')
  assertive = $state('')

  /** say announces something without showing it. */
  say(text: string): void {
    this.polite = again(untrack(() => this.polite), text)
  }

  show(text: string, action?: Toast['action'], ms = action ? 8000 : 4000): number {
    const toast: Toast = { id: ++last, text, ...(action && { action }) }
    this.toasts = [...untrack(() => this.toasts).slice(-1), toast]
    this.say(text)
    setTimeout(() => this.drop(toast.id), ms)
    return toast.id
  }

  fail(text: string, action?: Toast['action']): void {
    const toast: Toast = { id: ++last, text, ...(action && { action }) }
    this.toasts = [...untrack(() => this.toasts).slice(-1), toast]
    this.assertive = again(untrack(() => this.assertive), text)
    setTimeout(() => this.drop(toast.id), 8000)
  }

  drop(id: number): void {
    this.toasts = this.toasts.filter((x) => x.id !== id)
  }
}

export const messages = new Messages()
