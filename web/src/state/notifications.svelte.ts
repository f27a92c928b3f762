// Notifications as the server groups them, and how far the reader has read.
import { SvelteMap } from 'svelte/reactivity'
import type { Params } from '../api/client'
import type { GroupedNotificationsResults, Notification, NotificationGroup } from '../api/entity'
import { countUnread, readGroups, readMarkers, saveMarkers } from '../api/timeline'
import { compare, newer } from '../text/id'
import { keep, keepAccount } from './entities.svelte'
import { Timeline } from './timeline.svelte'

/** Entry is a group as it was when its newest notification came, whose id it bears. */
export interface Entry extends NotificationGroup {
  id: string
  at: string
}

const all = new SvelteMap<string, Entry>()
/** the newest entry of each group */
const heads = new Map<string, string>()

export const notification = (id: string): Entry | undefined => all.get(id)

function keepEntry(e: Entry): string {
  all.set(e.id, e)
  const old = heads.get(e.group_key)
  if (!old || newer(e.id, old)) heads.set(e.group_key, e.id)
  return e.id
}

/** entriesOf keeps people and posts of an answer, and gives its groups. */
export function entriesOf({ accounts, statuses, notification_groups }: GroupedNotificationsResults): Entry[] {
  accounts.forEach(keepAccount)
  statuses.forEach(keep)
  return notification_groups.map((g) => ({ ...g, id: g.most_recent_notification_id, at: g.latest_page_notification_at ?? new Date().toISOString() }))
}

/** entryOf joins a notification that has just come with what is known of its group. */
export function entryOf(n: Notification): Entry {
  keepAccount(n.account)
  if (n.status) keep(n.status)
  const { id, created_at, account, status, ...rest } = n
  const old = all.get(heads.get(n.group_key) ?? '')
  const entry: Entry = {
    ...rest, id, at: created_at, status_id: status?.id ?? null, most_recent_notification_id: id,
    notifications_count: (old && old.id !== id ? old.notifications_count : 0) + 1,
    sample_account_ids: [account.id, ...(old?.sample_account_ids ?? []).filter((x) => x !== account.id)],
  }
  keepEntry(entry)
  return entry
}

/** Notes is a list of groups. A group that grew stands on top; where it stood before it is taken away. */
export class Notes extends Timeline<Entry> {
  constructor(readonly query: Params) {
    const read = async (path?: string, more: Params = {}) => {
      const { body, next } = await readGroups(path, path ? undefined : { ...query, ...more })
      return { items: entriesOf(body), next }
    }
    super({ read: (next) => read(next, { limit: 30 }), since: (id) => read(undefined, { min_id: id, limit: 40 }), keep: keepEntry })
  }

  override show(): number {
    const n = super.show()
    this.remove((id) => heads.get(all.get(id)?.group_key ?? '') !== id)
    return n
  }
}

class Unread {
  /** read is the newest notification that was read, on whatever device. */
  read = $state<string>()
  home = $state<string>()
  /** elsewhere is how far home was read when the server was last asked, on whatever device */
  elsewhere = $state<string>()
  /** known: the server has said how far the reader had read */
  known = $state(false)
  /** mentions counts the unread ones; any tells of the rest. */
  mentions = $state(0)
  any = $state(false)
  /** what the server has not been told yet */
  #due: Partial<Record<'home' | 'notifications', string>> = {}
  #timer: ReturnType<typeof setTimeout> | undefined

  async start(): Promise<void> {
    await this.look()
    await this.count()
    this.known = true
  }

  /** look asks how far was read on other devices. */
  async look(): Promise<void> {
    const { notifications, home } = await readMarkers()
    this.elsewhere = home?.last_read_id || undefined
    const further = (a: string | undefined, b: string | undefined) => (a && newer(a, b) ? a : b)
    this.read = further(notifications?.last_read_id, this.read)
    this.home = further(this.elsewhere, this.home)
  }

  /** count asks the server, or adds one that has just come. */
  async count(n?: Notification): Promise<void> {
    if (n) {
      if (!newer(n.id, this.read)) return
      this.any = true
      if (n.type === 'mention') this.mentions++
      return
    }
    const [mentions, rest] = await Promise.all([countUnread({ types: ['mention'] }), countUnread({ limit: 1 })])
    this.mentions = mentions
    this.any = rest > 0
  }

  /** mark moves the mark of a list forward, never back, and tells the server when things are quiet. */
  mark(list: 'home' | 'notifications', id: string | undefined): void {
    const old = list === 'home' ? this.home : this.read
    if (!id || (old && compare(id, old) <= 0)) return
    if (list === 'home') this.home = id
    else {
      this.read = id
      const left = [...all.values()].filter((e) => newer(e.id, id))
      this.any = left.length > 0
      this.mentions = left.filter((e) => e.type === 'mention').length
    }
    this.#due[list] = id
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.tell(), 1500)
  }

  /** tell brings the marks to the server now: for a page that is being left, which then does not end the request. */
  async tell(outlive = false): Promise<void> {
    clearTimeout(this.#timer)
    const due = this.#due
    this.#due = {}
    if (due.home || due.notifications) await saveMarkers(due, outlive).catch(() => {}) // the next mark says it again
  }
}

export const unread = new Unread()
