// What becomes of notifications from people whom the reader does not know.
import { readPolicy, savePolicy } from '../api/notice'
import type { NotificationPolicy } from '../api/entity'
import { why } from '../state/post'
import { messages } from '../state/toast.svelte'
import { t, type Key } from '../text'

export type Rule = Exclude<keyof NotificationPolicy, 'summary'>
export type Verdict = NotificationPolicy[Rule]

export const rules: { rule: Rule; label: Key; hint: Key }[] = [
  { rule: 'for_not_following', label: 'policy.not_following', hint: 'policy.not_following.hint' },
  { rule: 'for_not_followers', label: 'policy.not_followers', hint: 'policy.not_followers.hint' },
  { rule: 'for_new_accounts', label: 'policy.new', hint: 'policy.new.hint' },
  { rule: 'for_private_mentions', label: 'policy.private', hint: 'policy.private.hint' },
  { rule: 'for_limited_accounts', label: 'policy.limited', hint: 'policy.limited.hint' },
  { rule: 'for_bots', label: 'policy.bots', hint: 'policy.bots.hint' },
]

class Policy {
  now = $state.raw<NotificationPolicy>()
  error = $state.raw<unknown>()

  async read(): Promise<void> {
    this.error = undefined
    try {
      this.now = await readPolicy()
    } catch (error) {
      this.error = error // whoever needs it says so
    }
  }

  async set(rule: Rule, verdict: Verdict): Promise<void> {
    const old = this.now
    if (!old) return
    this.now = { ...old, [rule]: verdict }
    try {
      this.now = await savePolicy({ [rule]: verdict })
      messages.show(t('app.saved'), { label: t('app.undo'), run: () => void this.set(rule, old[rule]) })
    } catch (error) {
      this.now = old
      messages.fail(why(error))
    }
  }

  /** fewer notes that senders were answered. */
  fewer(n: number): void {
    if (this.now) this.now = { ...this.now, summary: { ...this.now.summary, pending_requests_count: Math.max(0, this.now.summary.pending_requests_count - n) } }
  }
}

export const policy = new Policy()
