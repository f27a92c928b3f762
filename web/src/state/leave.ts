// Signing out: the next person at this device shall find nothing of the one before.
import { leave } from '../api/client'
import { t } from '../text'
import { layers } from '../ui/layers.svelte'
import { why } from './post'
import { session } from './session.svelte'
import { messages } from './toast.svelte'

export async function signOut(): Promise<void> {
  const store = await import('./draft/store')
  const drafts = await store.all().then((list) => list.length, () => 0)
  if (drafts && !(await layers.ask({ title: t('settings.signout.ask'), text: t('settings.signout.text', { n: drafts }), yes: t('settings.signout'), danger: true }))) return
  try {
    await leave()
    await store.wipe().catch(() => {}) // a browser that keeps nothing
    await erase(session.me.id).catch(() => {})
    location.assign('/')
  } catch (error) {
    messages.fail(why(error))
  }
}

/** erase takes away what an account left on this device. What is named after it ends with its id; how pages look stays. */
export async function erase(id: string): Promise<void> {
  await import('./worker.svelte').then((m) => m.leave()).catch(() => {})
  sessionStorage.clear()
  const own = new RegExp(`:${id}(:|$)`)
  for (const key of Object.keys(localStorage)) if (own.test(key) || key === 'searches') localStorage.removeItem(key)
  for (const { name } of (await indexedDB.databases?.()) ?? []) if (name && own.test(name)) indexedDB.deleteDatabase(name)
  if ('caches' in globalThis) await Promise.all(['share', 'media'].map((name) => caches.delete(name)))
}
