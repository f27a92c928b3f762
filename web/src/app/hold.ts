// A long press, or what asks for a menu otherwise (the right button, the menu key), where a click does something else.
const patience = 520

/** hold calls back for the long press; the click that follows the finger does nothing. */
export function hold(node: HTMLElement, run: (opener: HTMLElement) => void): { destroy: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  let held = false // by a finger, which has not been lifted yet
  const end = () => clearTimeout(timer)
  const on: Partial<{ [K in keyof HTMLElementEventMap]: (event: HTMLElementEventMap[K]) => void }> = {
    pointerdown: (event) => {
      held = false
      if (event.pointerType === 'mouse') return
      timer = setTimeout(() => {
        held = true
        run(node)
      }, patience)
    },
    pointerup: end,
    pointercancel: end,
    pointerleave: end,
    contextmenu: (event) => {
      event.preventDefault()
      end()
      if (!held) run(node) // else the browser asks for what the finger has asked for
    },
    click: (event) => {
      if (!held) return
      held = false
      event.preventDefault()
      event.stopPropagation()
    },
  }
  for (const [name, listener] of Object.entries(on)) node.addEventListener(name, listener as EventListener)
  return { destroy: end }
}
