// The app's side of the service worker: starting it, going where a notification points, changing to a new version, and
// coming back after a time without a connection.
import { workerURL } from '../text/clean'
import { t } from '../text'
import { change } from './accounts'
import { home } from './feeds'
import { erase, keepHome } from './kept'
import { live } from './live.svelte'
import { unread } from './notifications.svelte'
import { place } from './place.svelte'
import { session } from './session.svelte'
import { messages } from './toast.svelte'

const hour = 3_600_000
const idle = hour / 2
const again = 20_000
const forever = 2 ** 31 - 1

interface Launch {
  targetURL?: string
}
declare global {
  interface Window {
    launchQueue?: { setConsumer(take: (launch: Launch) => void): void }
  }
}

let touched = Date.now()
let asked = false

/** writing: something stands in a field, or the composer is open. */
const writing = (): boolean =>
  place.writing !== null || place.here.name === 'compose' || [...document.querySelectorAll('textarea')].some((field) => field.value.trim() !== '')

function offer(waiting: ServiceWorker): void {
  const take = () => {
    asked = true
    waiting.postMessage('take over')
  }
  messages.show(t('app.new'), { label: t('app.new.do'), run: take }, forever)
  setInterval(() => {
    if (!asked && Date.now() - touched > idle && !writing()) take()
  }, 60_000)
}

function watch(registration: ServiceWorkerRegistration): void {
  // One that waits at the start is as new as this page, which came from the server.
  if (!session.kept) registration.waiting?.postMessage('take over')
  registration.addEventListener('updatefound', () => {
    const fresh = registration.installing
    if (!fresh || !navigator.serviceWorker.controller) return
    fresh.addEventListener('statechange', () => fresh.state === 'installed' && offer(fresh))
  })
  setInterval(() => void registration.update().catch(() => {}), hour)
}

/** back looks for the server again until it is there. */
async function back(): Promise<void> {
  if (!session.kept) return
  try {
    await home().catchUp()
    session.kept = undefined
    await unread.start()
    await live.catchUp()
  } catch {
    setTimeout(back, again) // still away
  }
}

const save = () => keepHome().catch(() => {}) // a browser that keeps nothing

/** start is called when the page is quiet. */
export async function start(): Promise<void> {
  void back()
  setTimeout(save, 3000)
  $effect.root(() => {
    $effect(() => {
      const n = unread.mentions
      void (n ? navigator.setAppBadge?.(n) : navigator.clearAppBadge?.())?.catch(() => {}) // only installed apps have one
    })
  })
  addEventListener('online', () => void back())
  for (const name of ['pointerdown', 'keydown']) addEventListener(name, () => (touched = Date.now()), { passive: true })
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && void save())
  window.launchQueue?.setConsumer(({ targetURL }) => {
    if (targetURL && targetURL !== location.href) void place.go(targetURL)
  })
  const { serviceWorker } = navigator
  if (!serviceWorker) return
  if (session.worker === false) return void (await serviceWorker.getRegistration())?.unregister()
  serviceWorker.addEventListener('message', ({ data }) => {
    const { go, account } = (data ?? {}) as { go?: string; account?: string }
    if (!go?.startsWith('/')) return
    if (account && account !== session.me.id) change(account, go)
    else void place.go(go)
  })
  serviceWorker.addEventListener('controllerchange', () => asked && location.reload())
  watch(await serviceWorker.register(workerURL()))
}

/** leave takes an account off the device, for sign-out: all that is kept here if it was the last one, else what is its own. */
export async function leave(id: string, last: boolean): Promise<void> {
  const names = 'caches' in globalThis ? await caches.keys() : []
  const registration = await navigator.serviceWorker?.getRegistration()
  for (const n of (await registration?.getNotifications?.()) ?? []) if (n.data?.account === id || last) n.close()
  if (!last) {
    // Pictures are kept for all alike: they come again.
    await Promise.allSettled([erase(id), caches.delete('media')])
    return
  }
  await Promise.allSettled([
    erase(id),
    registration?.pushManager?.getSubscription().then((s) => s?.unsubscribe()),
    ...names.map((name) => caches.delete(name)),
    navigator.clearAppBadge?.(),
  ])
  await registration?.unregister()
}
