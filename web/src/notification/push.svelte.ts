// Whether this browser is told of notifications while the app is closed, and of which.
import { ApiError } from '../api/client'
import { changePush, endPush, readPush, subscribePush, type PushWish } from '../api/notice'
import { readAccounts } from '../state/accounts'
import { why } from '../state/post'
import { session } from '../state/session.svelte'
import { messages } from '../state/toast.svelte'
import { t, type Key } from '../text'

export const alerts: { kind: string; label: Key; usual: boolean }[] = [
  { kind: 'mention', label: 'push.mention', usual: true },
  { kind: 'follow_request', label: 'push.follow_request', usual: true },
  { kind: 'quote', label: 'push.quote', usual: true },
  { kind: 'moderation_warning', label: 'push.warning', usual: true },
  { kind: 'follow', label: 'push.follow', usual: false },
  { kind: 'favourite', label: 'push.favourite', usual: false },
  { kind: 'reblog', label: 'push.reblog', usual: false },
  { kind: 'status', label: 'push.status', usual: false },
  { kind: 'poll', label: 'push.poll', usual: false },
  { kind: 'update', label: 'push.update', usual: false },
]
export const policies = ['all', 'followed', 'follower', 'none'] as const

/** bytes reads the site's key, as base64 of either alphabet. */
export function bytes(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replace(/-/g, '+').replace(/_/g, '/').replace(/=+$/, ''))
  return Uint8Array.from(text, (c) => c.charCodeAt(0))
}

class Push {
  /** none: this browser cannot; denied: the person said no, to the browser */
  state = $state<'unknown' | 'none' | 'denied' | 'off' | 'on'>('unknown')
  busy = $state(false)
  wish = $state.raw<PushWish>({ alerts: Object.fromEntries(alerts.map((a) => [a.kind, a.usual])), policy: 'all' })

  async read(): Promise<void> {
    if (!('PushManager' in globalThis) || !('Notification' in globalThis) || !navigator.serviceWorker) this.state = 'none'
    else if (Notification.permission === 'denied') this.state = 'denied'
    else {
      const registration = await navigator.serviceWorker.getRegistration()
      const here = await registration?.pushManager.getSubscription()
      this.state = here && (await this.#known(here.endpoint)) ? 'on' : 'off'
    }
  }

  /** known: the server has this browser's address. */
  async #known(endpoint: string): Promise<boolean> {
    try {
      const there = await readPush()
      this.wish = { alerts: { ...this.wish.alerts, ...there.alerts }, policy: there.policy }
      return there.endpoint === endpoint
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return false
      throw error
    }
  }

  async #do(run: () => Promise<void>): Promise<void> {
    this.busy = true
    try {
      await run()
    } catch (error) {
      messages.fail(error instanceof ApiError ? why(error) : t('push.failed'))
    }
    this.busy = false
  }

  on = (): Promise<void> =>
    this.#do(async () => {
      const said = await Notification.requestPermission()
      if (said !== 'granted') {
        this.state = said === 'denied' ? 'denied' : 'off'
        return
      }
      const registration = await navigator.serviceWorker.ready
      const old = await registration.pushManager.getSubscription()
      const made = old ?? (await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(session.instance.configuration.vapid.public_key) }))
      await subscribePush(made.toJSON(), this.wish)
      this.state = 'on'
      messages.show(t('push.done'))
    })

  off = (): Promise<void> =>
    this.#do(async () => {
      await endPush()
      this.state = 'off'
      messages.show(t('push.ended'))
      await readAccounts().catch(() => {})
      if (session.accounts.length > 1) return // the others are told at the same address
      const registration = await navigator.serviceWorker.getRegistration()
      await (await registration?.pushManager.getSubscription())?.unsubscribe()
    })

  /** change saves at once, and goes back if the server refuses. */
  async change(by: Partial<PushWish>): Promise<void> {
    const old = this.wish
    this.wish = { ...old, ...by }
    if (this.state !== 'on') return
    try {
      await changePush(this.wish)
      messages.show(t('app.saved'))
    } catch (error) {
      this.wish = old
      messages.fail(why(error))
    }
  }
}

export const push = new Push()
