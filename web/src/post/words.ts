import type { Status, Visibility } from '../api/entity'
import type { Key } from '../text'
import type { IconName } from '../ui/icons.gen'

export const visibilities: { value: Visibility; icon: IconName; label: Key; text: Key }[] = [
  { value: 'public', icon: 'globe', label: 'visibility.public', text: 'visibility.public.text' },
  { value: 'unlisted', icon: 'moon', label: 'visibility.unlisted', text: 'visibility.unlisted.text' },
  { value: 'private', icon: 'lock', label: 'visibility.private', text: 'visibility.private.text' },
  { value: 'direct', icon: 'at-sign', label: 'visibility.direct', text: 'visibility.direct.text' },
]

export const seenBy = (value: Visibility) => visibilities.find((v) => v.value === value) ?? visibilities[0]!

/** postLink is the address of a post in this app. */
export const postLink = (s: Status): string => `/@${s.account.acct}/${s.id}`

/** publicLink is the address to give to others: that of the server where the post lives. */
export const publicLink = (s: Status): string => s.url ?? new URL(postLink(s), location.origin).href
