// Notifications, and how far the reader has read.
import { SvelteMap } from 'svelte/reactivity'
import type { Notification } from '../api/entity'
import { readMarkers, readNotifications, saveMarker } from '../api/timeline'
import { compare, newer } from '../text/id'
import { keep, keepAccount } from './entities.svelte'

const all = new SvelteMap<string, Notification>()

export const notification = (id: string): Notification | undefined => all.get(id)

export function keepNotification(n: Notification): string {
  keepAccount(n.account)
  if (n.status) keep(n.status)
  all.set(n.id, n)
  return n.id
}

class Unread {
  /** read is the newest notification that was read, on whatever device. */
  read = $state<string>()
  home = $state<string>()
  /** known: the server has said how far the reader had read */
  known = $state(false)
  #timers: Partial<Record<'home' | 'notifications', ReturnType<typeof setTimeout>>> = {}

  /** mentions counts the unread ones; any tells of the rest. */
  mentions = $derived(this.known ? [...all.values()].filter((n) => n.type === 'mention' && newer(n.id, this.read)).length : 0)
  any = $derived(this.known && [...all.keys()].some((id) => newer(id, this.read)))

  async start(): Promise<void> {
    const markers = await readMarkers()
    this.read = markers.notifications?.last_read_id || undefined
    this.home = markers.home?.last_read_id || undefined
    if (!all.size) for (const n of (await readNotifications({ limit: 30 })).items) keepNotification(n)
    this.known = true
  }

  /** mark moves the mark of a list forward, never back, and tells the server when things are quiet. */
  mark(list: 'home' | 'notifications', id: string | undefined): void {
    const old = list === 'home' ? this.home : this.read
    if (!id || (old && compare(id, old) <= 0)) return
    if (list === 'home') this.home = id
    else this.read = id
    clearTimeout(this.#timers[list])
    this.#timers[list] = setTimeout(() => saveMarker(list, id).catch(() => {}), 1500)
  }
}

export const unread = new Unread()
