// Which parts stand in the column at the side, on this device. What is switched off is not asked for either.

export const sideParts = ['catchup', 'tags', 'news'] as const
export type SidePart = (typeof sideParts)[number]

const name = 'side-off'

export function off(): SidePart[] {
  try {
    const all = JSON.parse(localStorage.getItem(name) ?? '[]') as SidePart[]
    return sideParts.filter((p) => all.includes(p))
  } catch {
    return []
  }
}

export function turn(part: SidePart, on: boolean): void {
  localStorage.setItem(name, JSON.stringify(on ? off().filter((p) => p !== part) : [...off(), part]))
  for (const tell of told) tell()
}

const told = new Set<() => void>()

/** watch is told when parts are switched on or off, until the returned function is called. */
export function watch(tell: () => void): () => void {
  told.add(tell)
  return () => told.delete(tell)
}
