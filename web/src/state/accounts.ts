// Several accounts in one browser. Each tab shows one, and says so with every request; a cookie names the one that pages are
// loaded for: that of the tab which was looked at last. To change is to load the page anew, so that nothing is mixed.
import { get } from '../api/client'
import type { BrowserAccount } from '../api/entity'
import { session } from './session.svelte'

const secure = () => location.protocol === 'https:'
const year = 365 * 86_400
const name = () => (secure() ? '__Host-' : '') + 'account'

/** chosen is the account that pages are loaded for. */
export const chosen = (): string | undefined => document.cookie.split('; ').find((it) => it.startsWith(name() + '='))?.split('=')[1]

/** choose says for which account pages are loaded. */
export function choose(id: string): void {
  if (chosen() === id) return
  document.cookie = `${name()}=${id}; path=/; max-age=${year}; samesite=lax${secure() ? '; secure' : ''}`
}

const mine = 'shown'
/** shown is the account that this tab showed last. */
export const shown = (): string | undefined => sessionStorage.getItem(mine) ?? undefined

/** watch keeps the choice with the tab that is looked at. */
export function watch(): void {
  sessionStorage.setItem(mine, session.me.id)
  const here = () => document.visibilityState === 'visible' && choose(session.me.id)
  here()
  addEventListener('focus', here)
  document.addEventListener('visibilitychange', here)
}

/** readAccounts asks which accounts there are, and what waits for them. */
export async function readAccounts(): Promise<BrowserAccount[]> {
  return (session.accounts = await get<BrowserAccount[]>('/api/skein/v1/browser/accounts'))
}

/** change shows another account; replace: Back does not lead to where it was changed. */
export function change(id: string, to = '/', replace = false): void {
  choose(id)
  sessionStorage.setItem(mine, id)
  localStorage.setItem('me', id) // where a start without a connection begins
  if (replace) location.replace(to)
  else location.assign(to)
}

/** asked is the account that an address names (a notification was for it), if it is another one that is here. */
export function asked(): string | undefined {
  const here = new URL(location.href)
  const id = here.searchParams.get('as')
  if (!id) return undefined
  here.searchParams.delete('as')
  history.replaceState(history.state, '', here)
  return id !== session.me.id && session.accounts.some((a) => a.account.id === id) ? id : undefined
}

/** add leads to where one signs in beside those who are signed in. */
export const add = (): void => location.assign('/signin?add=1')
