// What each kind of notification is called, and how it is drawn.
import type { NotificationGroup } from '../api/entity'
import type { Key } from '../text'
import type { IconName } from '../ui/icons.gen'

export type Name = NotificationGroup['type']

interface Kind {
  icon: IconName
  one: Key
  /** several people: two of them, and more */
  two?: Key
  many?: Key
  /** whole: the post stands below, with all that can be done with it */
  whole?: boolean
}

export const kinds: Partial<Record<string, Kind>> = {
  mention: { icon: 'at-sign', one: 'note.mention', whole: true },
  status: { icon: 'bell', one: 'note.status', whole: true },
  quote: { icon: 'quote', one: 'note.quote', whole: true },
  quoted_update: { icon: 'pencil', one: 'note.quoted_update' },
  update: { icon: 'pencil', one: 'note.update' },
  favourite: { icon: 'heart', one: 'note.favourite', two: 'note.favourite.two', many: 'note.favourite.many' },
  reblog: { icon: 'repeat-2', one: 'note.reblog', two: 'note.reblog.two', many: 'note.reblog.many' },
  'pleroma:emoji_reaction': { icon: 'face-slightly-smiling', one: 'note.reaction' },
  follow: { icon: 'user-plus', one: 'note.follow', two: 'note.follow.two', many: 'note.follow.many' },
  follow_request: { icon: 'user-plus', one: 'note.follow_request' },
  poll: { icon: 'list-checks', one: 'note.poll' },
  'pending.favourite': { icon: 'heart', one: 'note.pending.favourite' },
  'pending.reply': { icon: 'message-circle', one: 'note.pending.reply' },
  'pending.reblog': { icon: 'repeat-2', one: 'note.pending.reblog' },
  added_to_collection: { icon: 'list-plus', one: 'note.added' },
  collection_update: { icon: 'list', one: 'note.collection' },
  annual_report: { icon: 'clock', one: 'note.annual' },
  severed_relationships: { icon: 'triangle-alert', one: 'note.severed' },
  moderation_warning: { icon: 'triangle-alert', one: 'note.warning' },
  'admin.sign_up': { icon: 'user-plus', one: 'note.signup', two: 'note.signup.two', many: 'note.signup.many' },
  'admin.report': { icon: 'flag', one: 'note.report' },
}

export const known = Object.keys(kinds)

/** lasting ones stay until they were opened. */
export const lasting: Name[] = ['moderation_warning', 'severed_relationships']

/** what a list of notifications can be narrowed to */
export const filters: { kind: Name; label: Key }[] = [
  { kind: 'favourite', label: 'note.only.favourite' },
  { kind: 'reblog', label: 'note.only.reblog' },
  { kind: 'quote', label: 'note.only.quote' },
  { kind: 'follow', label: 'note.only.follow' },
  { kind: 'status', label: 'note.only.status' },
  { kind: 'poll', label: 'note.only.poll' },
  { kind: 'update', label: 'note.only.update' },
]

/** sentence picks the words for a group of so many people. */
export function sentence(type: string, people: number): Key {
  const kind = kinds[type]
  if (!kind) return 'note.other'
  return (people > 2 ? kind.many : people === 2 ? kind.two : undefined) ?? kind.one
}
