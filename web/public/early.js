// The page is seen before the app's modules have come. What is typed until then is kept for the app (src/app/keyboard.ts).
;(() => {
  const keys = []
  const keep = (event) => keys.length < 32 && keys.push(event)
  addEventListener('keydown', keep)
  globalThis.earlyKeys = () => {
    removeEventListener('keydown', keep)
    return keys.splice(0)
  }
})()
