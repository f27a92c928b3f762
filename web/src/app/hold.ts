// A long press, or what asks for a menu otherwise (the right button, the menu key), where a click does something else.
const patience = 520

/** hold calls back for the long press; the click that follows the finger does nothing. */
export function hold(node: HTMLElement, run: (opener: HTMLElement) => void): { destroy: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  let held = 0
  const end = () => clearTimeout(timer)
  const open = () => {
    end()
    if (Date.now() - held < 1000) return // asked by the finger and by the browser
    held = Date.now()
    run(node)
  }
  const on: Partial<{ [K in keyof HTMLElementEventMap]: (event: HTMLElementEventMap[K]) => void }> = {
    pointerdown: (event) => {
      if (event.pointerType !== 'mouse') timer = setTimeout(open, patience)
    },
    pointerup: end,
    pointercancel: end,
    pointerleave: end,
    contextmenu: (event) => {
      event.preventDefault()
      open()
    },
    click: (event) => {
      if (Date.now() - held > 1000) return
      event.preventDefault()
      event.stopPropagation()
    },
  }
  for (const [name, listener] of Object.entries(on)) node.addEventListener(name, listener as EventListener)
  return { destroy: end }
}
