import type { Account, NotificationPolicy, Relationship, Status } from '../api/entity'
import type { Key } from '../text'

const month = 30 * 86_400_000

/** reasons tells by which of the reader's rules somebody is held back. */
export function reasons(a: Account, r: Relationship | undefined, last: Status | undefined, p: NotificationPolicy, now = Date.now()): Key[] {
  const out: Key[] = []
  const by = (rule: Exclude<keyof NotificationPolicy, 'summary'>, holds: boolean | undefined, key: Key) => p[rule] !== 'accept' && holds && out.push(key)
  by('for_not_following', r && !r.following, 'reason.not_following')
  by('for_not_followers', r && !r.followed_by, 'reason.not_followers')
  by('for_new_accounts', now - Date.parse(a.created_at) < month, 'reason.new')
  by('for_private_mentions', last?.visibility === 'direct', 'reason.private')
  by('for_limited_accounts', a.limited, 'reason.limited')
  by('for_bots', a.bot, 'reason.bot')
  return out
}
