// How somebody likes to write: kept on this device.

const name = 'habits'

interface Values {
  /** undo: seconds in which a post can be taken back before it goes */
  undo: number
  /** remind of descriptions that are missing */
  alt: boolean
  /** guess the language from what is typed */
  guess: boolean
}

const usual: Values = { undo: 5, alt: true, guess: true }

function read(): Values {
  try {
    return { ...usual, ...(JSON.parse(localStorage.getItem(name) ?? '{}') as Partial<Values>) }
  } catch {
    return usual
  }
}

class Habits implements Values {
  undo = $state(0)
  alt = $state(true)
  guess = $state(true)

  constructor() {
    Object.assign(this, read())
  }

  set<K extends keyof Values>(key: K, value: Values[K]): void {
    Object.assign(this, { [key]: value })
    localStorage.setItem(name, JSON.stringify({ undo: this.undo, alt: this.alt, guess: this.guess }))
  }
}

export const habits = new Habits()
