import type { BrowserAccount } from '../api/entity'
import { add, change, readAccounts } from '../state/accounts'
import { place } from '../state/place.svelte'
import { session } from '../state/session.svelte'
import { t } from '../text'
import { layers, type Row } from '../ui/layers.svelte'
import Avatar from './avatar.svelte'
import { handle, link, nameOf } from './words'

const leave = () => import('../state/leave')

/** news says in words what waits for an account. */
const news = (a: BrowserAccount): string | undefined => (a.mentions ? t('notifications.new', { n: a.mentions }) : a.news ? t('notifications.news') : undefined)

/** accountRows are the accounts of this browser, to change to, and the way to one more. */
export function accountRows(): Row[] {
  const several = session.accounts.length > 1
  const rows: Row[] = several
    ? session.accounts.map((a) => {
        const here = a.account.id === session.me.id
        return {
          label: nameOf(a.account), sub: handle(a.account), lead: { component: Avatar, props: { of: a.account, size: 'small' } }, checked: here,
          ...(!here && news(a) && { news: news(a)!, count: a.mentions }),
          run: () => !here && change(a.account.id),
        }
      })
    : []
  return [...rows, { label: t('accounts.add'), icon: 'user-plus', run: add }]
}

/** meRows are the places of one's own that the bars have no room for, and the way out. */
export function meRows(): Row[] {
  const several = session.accounts.length > 1
  const rows: Row[] = [
    { label: t('nav.lists'), icon: 'list', run: () => void place.go('/lists') },
    { label: t('nav.saved'), icon: 'bookmark', run: () => void place.go('/saved/bookmarks') },
    { label: t('nav.settings'), icon: 'settings', run: () => void place.go('/settings') },
    'line',
    ...accountRows(),
    'line',
    { label: several ? t('accounts.out', { name: handle(session.me) }) : t('settings.signout'), icon: 'log-out', run: () => void leave().then((l) => l.signOut()) },
  ]
  return several ? [...rows, { label: t('accounts.outall'), icon: 'log-out', run: () => void leave().then((l) => l.signOutAll()) }] : rows
}

/** fresh asks who is here and what waits for them, but nobody waits long for the answer. */
export const fresh = (): Promise<unknown> => Promise.race([readAccounts().catch(() => {}), new Promise((done) => setTimeout(done, 400))])

export async function meMenu(opener: HTMLElement): Promise<void> {
  if (layers.menu?.opener !== opener) await fresh()
  layers.open(opener, t('me.menu'), [{ label: t('me.profile'), icon: 'user', run: () => void place.go(link(session.me)) }, ...meRows()])
}
