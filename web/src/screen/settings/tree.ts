// The pages of the settings, and what stands on each: for the list, and for who searches.
import type { Component } from 'svelte'
import { fetchPart, type Key } from '../../text'
import { flat } from '../../text/fuzzy'
import type { IconName } from '../../ui/icons.gen'

export interface Page {
  name: string
  icon: IconName
  title: Key
  text: Key
  load: () => Promise<{ default: Component }>
  /** items are the settings, by their id on the page */
  items: Record<string, Key>
  /** under is the page that leads here */
  under?: string
}

export const pages: Page[] = [
  {
    name: 'profile', icon: 'user', title: 'settings.profile', text: 'settings.profile.text', load: () => import('./profile.svelte'),
    items: { name: 'settings.name', bio: 'settings.bio', avatar: 'settings.avatar', header: 'settings.header', fields: 'settings.fields', tags: 'settings.tags', found: 'settings.discoverable', index: 'settings.indexable', hide: 'settings.hide', bot: 'settings.bot' },
  },
  {
    name: 'privacy', icon: 'lock', title: 'settings.privacy', text: 'settings.privacy.text', load: () => import('./privacy.svelte'),
    items: { locked: 'settings.locked', visibility: 'settings.visibility', quotes: 'settings.quotes' },
  },
  { name: 'filters', icon: 'funnel', title: 'settings.filters', text: 'settings.filters.text', load: () => import('./filters.svelte'), items: { 'filter-new': 'filter.new' }, under: 'privacy' },
  { name: 'muted', icon: 'bell-off', title: 'settings.muted', text: 'settings.muted.text', load: () => import('./muted.svelte'), items: {}, under: 'privacy' },
  { name: 'blocked', icon: 'ban', title: 'settings.blocked', text: 'settings.blocked.text', load: () => import('./blocked.svelte'), items: {}, under: 'privacy' },
  { name: 'servers', icon: 'server', title: 'settings.servers', text: 'settings.servers.text', load: () => import('./servers.svelte'), items: {}, under: 'privacy' },
  {
    name: 'look', icon: 'palette', title: 'settings.look', text: 'settings.look.text', load: () => import('./look.svelte'),
    items: { theme: 'settings.theme', contrast: 'settings.contrast', size: 'settings.size', font: 'settings.font', density: 'settings.density', motion: 'settings.motion', side: 'settings.side', numbers: 'settings.numbers' },
  },
  {
    name: 'reading', icon: 'book-open', title: 'settings.reading', text: 'settings.reading.text', load: () => import('./reading.svelte'),
    items: { upwards: 'settings.upwards', boosts: 'settings.boosts', warnings: 'settings.warnings', media: 'settings.media', autoplay: 'settings.autoplay', boostalt: 'settings.boostalt', swipe: 'settings.swipe' },
  },
  {
    name: 'writing', icon: 'pen-line', title: 'settings.writing', text: 'settings.writing.text', load: () => import('./writing.svelte'),
    items: { language: 'settings.postlanguage', sensitive: 'settings.sensitive', undo: 'settings.undo', alt: 'settings.alt', guess: 'settings.guess' },
  },
  {
    name: 'notifications', icon: 'bell', title: 'settings.notifications', text: 'settings.notifications.text', load: () => import('./notifications.svelte'),
    items: { push: 'push.title' },
  },
  { name: 'keyboard', icon: 'keyboard', title: 'settings.keyboard', text: 'settings.keyboard.text', load: () => import('./keyboard.svelte'), items: { single: 'settings.keys', which: 'settings.keys.which' } },
  { name: 'language', icon: 'languages', title: 'settings.language', text: 'settings.language.text', load: () => import('./language.svelte'), items: { speak: 'settings.speak' } },
  { name: 'account', icon: 'shield', title: 'settings.account', text: 'settings.account.text', load: () => import('./account.svelte'), items: { password: 'settings.password', email: 'settings.email', sessions: 'settings.sessions', apps: 'settings.apps', add: 'accounts.add', out: 'settings.signout', close: 'security.close' } },
  {
    name: 'security', icon: 'user-check', title: 'settings.guard', text: 'settings.guard.text',
    load: () => Promise.all([import('./security.svelte'), fetchPart('guard')]).then(([it]) => it),
    items: { passkeys: 'settings.guard.passkeys', step: 'settings.guard.step', codes: 'settings.guard.codes', log: 'settings.guard.log' },
  },
  {
    name: 'import', icon: 'upload', title: 'settings.import', text: 'settings.import.text',
    load: () => Promise.all([import('./import/import.svelte'), fetchPart('import')]).then(([it]) => it), items: {},
  },
  { name: 'export', icon: 'download', title: 'settings.export', text: 'settings.export.text', load: () => import('./export.svelte'), items: {} },
  { name: 'about', icon: 'info', title: 'settings.about', text: 'settings.about.text', load: () => import('./about.svelte'), items: {} },
]

/** also is what people who come from elsewhere call what stands on a page: only for who searches. */
const also: Partial<Record<string, Key>> = {
  profile: 'settings.also.profile',
  privacy: 'settings.also.privacy',
  filters: 'settings.also.filters',
  look: 'settings.also.look',
  reading: 'settings.also.reading',
  notifications: 'settings.also.notifications',
  account: 'settings.also.account',
  security: 'settings.also.guard',
  export: 'settings.also.export',
  about: 'settings.also.about',
}

export interface Hit {
  page: Page
  label: Key
  id?: string
}

/** find looks for all the words of a question in titles, descriptions and settings. */
export function find(question: string, say: (key: Key) => string): Hit[] {
  const words = flat(question).split(/\s+/).filter(Boolean)
  if (!words.length) return []
  const has = (...keys: Key[]) => {
    const text = flat(keys.map(say).join(' '))
    return words.every((w) => text.includes(w))
  }
  return pages.flatMap((page): Hit[] => {
    const items = Object.entries(page.items).filter(([, key]) => has(key))
    const more = also[page.name]
    const own = has(page.title) || (!items.length && has(page.title, page.text, ...(more ? [more] : [])))
    return [...(own ? [{ page, label: page.title }] : []), ...items.map(([id, label]) => ({ page, label, id }))]
  })
}
