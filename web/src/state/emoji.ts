// The site's own emoji, asked for once.
import { get } from '../api/client'
import type { CustomEmoji } from '../api/entity'

let asked: Promise<CustomEmoji[]> | undefined

export function siteEmoji(): Promise<CustomEmoji[]> {
  asked ??= get<CustomEmoji[]>('/api/v1/custom_emojis').then((list) => list.filter((e) => e.visible_in_picker))
  asked.catch(() => (asked = undefined))
  return asked
}
