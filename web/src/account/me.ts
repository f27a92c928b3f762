import { place } from '../state/place.svelte'
import { session } from '../state/session.svelte'
import { t } from '../text'
import { layers, type Row } from '../ui/layers.svelte'
import { link } from './words'

/** meRows are the places of one's own that the bars have no room for, and the way out. */
export function meRows(): Row[] {
  return [
    { label: t('nav.lists'), icon: 'list', run: () => void place.go('/lists') },
    { label: t('nav.saved'), icon: 'bookmark', run: () => void place.go('/saved/bookmarks') },
    { label: t('nav.settings'), icon: 'settings', run: () => void place.go('/settings') },
    'line',
    { label: t('settings.signout'), icon: 'log-out', run: () => void import('../state/leave').then((l) => l.signOut()) },
  ]
}

export function meMenu(opener: HTMLElement): void {
  layers.open(opener, t('me.menu'), [{ label: t('me.profile'), icon: 'user', run: () => void place.go(link(session.me)) }, ...meRows()])
}
