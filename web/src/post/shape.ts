import type { Media } from '../api/entity'

/** ratio is width by height, within what a column can show; without sizes, that of a photo. */
export function ratio(m: Media): number {
  const size = m.meta?.small ?? m.meta?.original
  const { width = 0, height = 0 } = size ?? {}
  return width > 0 && height > 0 ? Math.min(4, Math.max(0.4, Math.round((width / height) * 1000) / 1000)) : 1.5
}

/** focus is the point that stays in sight when a picture is cut, as CSS wants it. */
export function focus(m: Media): string | undefined {
  const at = m.meta?.focus
  return at && `${Math.round((at.x + 1) * 50)}% ${Math.round((1 - at.y) * 50)}%`
}

/** described: somebody wrote what can be seen or heard. */
export const described = (m: Media): boolean => Boolean(m.description?.trim())

const playing = new Set<HTMLMediaElement>()

/** alone stops what played before: one film or sound at a time. */
export function alone(element: HTMLMediaElement): void {
  for (const other of playing) if (other !== element) other.pause()
  playing.clear()
  playing.add(element)
}
