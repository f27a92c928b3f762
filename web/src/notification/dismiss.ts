// Takes notifications away: one group, or all of them.
import { clearNotifications, dismissGroup } from '../api/notice'
import { each, notifications } from '../state/feeds'
import { notification, unread, type Entry } from '../state/notifications.svelte'
import { why } from '../state/post'
import { messages } from '../state/toast.svelte'
import { t } from '../text'
import { layers } from '../ui/layers.svelte'

const lists = (visit: (list: ReturnType<typeof notifications>) => void) =>
  each((feed, key) => key.startsWith('notifications') && visit(feed as unknown as ReturnType<typeof notifications>))

/** dismiss takes a group out of all lists; the focus goes to the next one. */
export async function dismiss(e: Entry): Promise<void> {
  const here = document.activeElement?.closest('[data-entry], .note-whole')
  const entries = [...document.querySelectorAll<HTMLElement>('#content [data-entry]')]
  const at = entries.findIndex((x) => here === x || here?.contains(x))
  const next = entries[at + 1] ?? entries[at - 1]
  lists((list) => list.remove((id) => notification(id)?.group_key === e.group_key))
  next?.focus({ preventScroll: true })
  try {
    await dismissGroup(e.group_key)
    messages.say(t('note.dismissed'))
  } catch (error) {
    messages.fail(why(error))
    lists((list) => void list.again())
  }
}

export async function clear(): Promise<void> {
  if (!(await layers.ask({ title: t('note.clear.ask'), text: t('note.clear.text'), yes: t('note.clear'), danger: true }))) return
  try {
    await clearNotifications()
    lists((list) => void list.again())
    await unread.count()
  } catch (error) {
    messages.fail(why(error))
  }
}
