// Signing out: the next person at this device shall find nothing of the one before, and who stays loses nothing.
import { leave } from '../api/client'
import { t } from '../text'
import { layers } from '../ui/layers.svelte'
import { readAccounts } from './accounts'
import { unread } from './notifications.svelte'
import { why } from './post'
import { session } from './session.svelte'
import { messages } from './toast.svelte'

/** signOut ends the session of this account. */
export async function signOut(): Promise<void> {
  const store = await import('./draft/store')
  const drafts = await store.all().then((list) => list.length, () => 0)
  if (drafts && !(await layers.ask({ title: t('settings.signout.ask'), text: t('settings.signout.text', { n: drafts }), yes: t('settings.signout'), danger: true }))) return
  try {
    const others = (await readAccounts()).filter((a) => a.account.id !== session.me.id).length
    await unread.tell()
    await end(false)
    await store.wipe().catch(() => {}) // a browser that keeps nothing
    await erase(session.me.id, !others).catch(() => {})
    location.assign('/')
  } catch (error) {
    messages.fail(why(error))
  }
}

/** signOutAll ends the sessions of all accounts of this browser. */
export async function signOutAll(): Promise<void> {
  const n = session.accounts.length
  if (!(await layers.ask({ title: t('accounts.outall.ask', { n }), text: t('accounts.outall.text'), yes: t('accounts.outall'), danger: true }))) return
  try {
    const ids = (await readAccounts()).map((a) => a.account.id)
    await unread.tell()
    await end(true)
    for (const id of ids) await erase(id, true).catch(() => {})
    location.assign('/')
  } catch (error) {
    messages.fail(why(error))
  }
}

/** end ends the session. Nothing is begun in its name from now on, unless it stays: the server closes sockets before it answers. */
async function end(all: boolean): Promise<void> {
  session.over = true
  try {
    await leave(all)
  } catch (error) {
    session.over = false
    void import('./live.svelte').then((m) => m.live.wake()).catch(() => {})
    throw error
  }
}

/** erase takes away what an account left on this device. What is named after it has its id; how pages look stays. */
export async function erase(id: string, last: boolean): Promise<void> {
  await import('./worker.svelte').then((m) => m.leave(id, last)).catch(() => {})
  const own = new RegExp(`:${id}(:|$)`)
  for (const store of [sessionStorage, localStorage]) for (const key of Object.keys(store)) if (own.test(key)) store.removeItem(key)
  for (const { name } of (await indexedDB.databases?.()) ?? []) if (name && own.test(name)) indexedDB.deleteDatabase(name)
  if (!last) return
  sessionStorage.clear()
  if ('caches' in globalThis) await Promise.all(['share', 'media'].map((name) => caches.delete(name)))
}
