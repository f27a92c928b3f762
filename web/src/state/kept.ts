// The last page of home, kept on this device for when there is no connection. Erased at sign-out.
import { deleteDB, openDB } from 'idb'
import type { Boot } from '../api/entity'
import { chosen, shown } from './accounts'
import { statuses } from './entities.svelte'
import { home } from './feeds'
import { forgetLeft } from './left'
import { session } from './session.svelte'

export interface Kept {
  at: string
  boot: Boot
}

const most = 40
const who = 'me'
const name = (id: string) => `kept:${id}`
export const open = (id: string) =>
  openDB(name(id), 1, {
    upgrade(db) {
      db.createObjectStore('pages')
    },
  })

/** keepHome writes down what a start without a connection needs. */
export async function keepHome(): Promise<void> {
  const ids = home().ids.slice(0, most)
  if (!ids.length || session.kept || session.over) return
  const { me, instance, preferences } = session
  const last = ids.at(-1)
  const boot: Boot = { account: me, instance, preferences, path: '/', theme: '', page: { home: statuses(ids) }, links: { next: `/api/v1/timelines/home?max_id=${last}` } }
  const db = await open(me.id)
  await db.put('pages', JSON.stringify({ at: new Date().toISOString(), boot } satisfies Kept), 'home')
  db.close()
  if (!session.over) localStorage.setItem(who, me.id) // it may have signed out meanwhile
}

/** read gives what was kept for the account of this tab, or that a new one would be loaded for, or else for whoever used the app last. */
export async function read(): Promise<Kept | undefined> {
  const last = localStorage.getItem(who)
  if (!last) return undefined
  for (const id of new Set([shown() ?? chosen() ?? last, chosen() ?? last, last])) {
    const db = await open(id)
    const text = (await db.get('pages', 'home')) as string | undefined
    db.close()
    if (text) return JSON.parse(text) as Kept
    await deleteDB(name(id)) // nothing is kept: nothing is made
  }
  return undefined
}

export async function erase(id: string): Promise<void> {
  if (localStorage.getItem(who) === id) localStorage.removeItem(who)
  forgetLeft(id)
  await deleteDB(name(id))
}
