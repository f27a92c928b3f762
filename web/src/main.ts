// Restores the session from what the page brought along, and mounts the shell.
import './style/index.css'
import { mount } from 'svelte'
import type { Boot } from './api/entity'
import { load, match } from './app/routes'
import Shell from './app/shell.svelte'
import { keepAccount } from './state/entities.svelte'
import { place } from './state/place.svelte'
import { session } from './state/session.svelte'
import { fetchWords } from './text'

const boot = document.getElementById('boot')
const app = document.getElementById('app')

// Public pages link the stylesheet only; without a boot block there is nobody to show the app to.
if (boot?.textContent && app) {
  session.start(JSON.parse(boot.textContent) as Boot)
  keepAccount(session.me)
  await Promise.all([place.start(match, load), fetchWords(document.documentElement.lang)])
  app.replaceChildren()
  mount(Shell, { target: app })
}
