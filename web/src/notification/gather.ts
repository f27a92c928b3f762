import type { Notification } from '../api/entity'

/** gather joins neighbours that say the same: likes and boosts of one post, follows in a row. The newest leads. */
export function gather(all: Notification[]): Map<string, Notification[]> {
  const out = new Map<string, Notification[]>()
  let last: Notification[] | undefined
  for (const n of all) {
    const head = last?.[0]
    const joins =
      head &&
      head.type === n.type &&
      (n.type === 'follow' || ((n.type === 'favourite' || n.type === 'reblog') && n.status?.id === head.status?.id))
    if (joins) {
      if (!last!.some((x) => x.account.id === n.account.id)) last!.push(n)
    } else out.set(n.id, (last = [n]))
  }
  return out
}
