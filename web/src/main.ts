// Restores the session from what the page brought along, and mounts the shell.
import './style/index.css'
import { mount } from 'svelte'
import type { Boot } from './api/entity'
import { load, match } from './app/routes'
import Shell from './app/shell.svelte'
import { keepAccount } from './state/entities.svelte'
import { place } from './state/place.svelte'
import { session } from './state/session.svelte'
import { fetchWords, withWords } from './text'

const boot = document.getElementById('boot')
const app = document.getElementById('app')

/** kept is what a page of the service worker starts with: the last one that was kept on this device. */
async function kept(): Promise<Boot | undefined> {
  const { read } = await import('./state/kept')
  const it = await read().catch(() => undefined) // a browser that keeps nothing
  session.kept = it?.at
  return it?.boot
}

async function start(app: HTMLElement, text: string): Promise<void> {
  let data: Boot | undefined = JSON.parse(text) as Boot
  if (data.offline) data = await kept()
  if (!data) {
    await fetchWords(document.documentElement.lang)
    return (await withWords(import('./app/later/alone'))).alone(app)
  }
  session.start(data)
  keepAccount(session.me)
  if (location.search.includes('as=')) {
    const { asked, change } = await import('./state/accounts')
    const id = asked()
    if (id) return change(id, location.href)
  }
  await Promise.all([place.start(match, load), fetchWords(document.documentElement.lang)])
  app.replaceChildren()
  mount(Shell, { target: app })
}

// Public pages link the stylesheet only; without a boot block there is nobody to show the app to.
if (boot?.textContent && app) await start(app, boot.textContent)
