// Who may reply to a post that is out already.
import type { Status } from '../../api/entity'
import { allowReplies } from '../../api/status'
import { leaveOf, repliers, repliersOf } from '../../state/draft/leave'
import { keep } from '../../state/entities.svelte'
import { why } from '../../state/post'
import { messages } from '../../state/toast.svelte'
import { t } from '../../text'
import { layers } from '../../ui/layers.svelte'

export function repliesMenu(opener: HTMLElement, s: Status): void {
  const now = repliersOf(s)
  const set = async (who: (typeof repliers)[number]) => {
    try {
      keep(await allowReplies(s.id, leaveOf(who)))
      messages.show(t('app.saved'))
    } catch (error) {
      messages.fail(why(error))
    }
  }
  layers.open(opener, t('compose.reply.who'), [
    { note: t('compose.reply.who') },
    ...repliers.map((who) => ({ label: t(`compose.reply.${who}`), checked: who === now, run: () => void set(who) })),
  ])
}
