// Short messages: a toast for the eye, a live region for the ear.

export interface Toast {
  id: number
  text: string
  action?: { label: string; run: () => void }
}

let last = 0

class Messages {
  toasts = $state.raw<Toast[]>([])
  polite = $state('')
  assertive = $state('')

  /** say announces something without showing it. */
  say(text: string): void {
    // The same words twice are only read if the region changes in between.
    this.polite = this.polite === text ? text + '\u00a0' : text
  }

  show(text: string, action?: Toast['action'], ms = action ? 8000 : 4000): number {
    const toast: Toast = { id: ++last, text, ...(action && { action }) }
    this.toasts = [...this.toasts.slice(-1), toast]
    this.say(text)
    setTimeout(() => this.drop(toast.id), ms)
    return toast.id
  }

  fail(text: string, action?: Toast['action']): void {
    const toast: Toast = { id: ++last, text, ...(action && { action }) }
    this.toasts = [...this.toasts.slice(-1), toast]
    this.assertive = this.assertive === text ? text + '\u00a0' : text
    setTimeout(() => this.drop(toast.id), 8000)
  }

  drop(id: number): void {
    this.toasts = this.toasts.filter((x) => x.id !== id)
  }
}

export const messages = new Messages()
