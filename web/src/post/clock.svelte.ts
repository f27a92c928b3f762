// One timer for all the ages on the screen; it sleeps while nobody looks.

class Tick {
  now = $state(Date.now())
}

export const tick = new Tick()

setInterval(() => {
  if (document.visibilityState === 'visible') tick.now = Date.now()
}, 60_000)
