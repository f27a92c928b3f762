// Who may reply, as the composer says it and as the API does.
import type { Status } from '../../api/entity'
import type { Repliers } from './model'

export const repliers: Repliers[] = ['public', 'followers', 'following', 'mentioned', 'author']

/** leaveOf names those who may: who is named in a post may always answer it, unless nobody may. */
export const leaveOf = (who: Repliers): string[] => (who === 'author' || who === 'public' ? [who] : who === 'mentioned' ? ['author', 'mentioned'] : ['author', 'mentioned', who])

/** repliersOf reads what a post says. */
export function repliersOf(s: Status): Repliers {
  const rules = s.interaction_policy?.can_reply
  if (!rules) return 'public'
  return repliers.find((who) => rules.always.includes(who)) ?? 'author'
}
