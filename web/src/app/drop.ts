// Pictures that are dropped on a page open the composer with them; an open composer takes them itself.
import { handed } from '../state/handed'
import { place } from '../state/place.svelte'

const files = (event: DragEvent): boolean => !event.defaultPrevented && !place.writing && place.here.name !== 'compose' && (event.dataTransfer?.types.includes('Files') ?? false)

export function ondragover(event: DragEvent): void {
  if (files(event)) event.preventDefault()
}

export function ondrop(event: DragEvent): void {
  if (!files(event)) return
  event.preventDefault()
  handed.give(event.dataTransfer!.files)
  place.write()
}
