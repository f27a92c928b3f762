// What the keys are called, in the order of the list, and what must stand on a screen for a key to do something there.
import type { KeyName } from '../../state/keys.svelte'
import type { Key } from '../../text'

interface Row {
  name: KeyName
  label: Key
  /** needs is a selector within the screen */
  needs?: string
}
export interface Group {
  title: Key
  rows: Row[]
  /** fixed are those that are no single letters, or that belong to something else */
  fixed?: { signs: string[]; label: Key; needs?: string }[]
}

const post = '[data-entry].post'
const act = (name: string) => `[data-entry] [data-act="${name}"]:not(:disabled)`
const tabs = '.tabs .tab'

/** mod is the key for what has a modifier. */
export const mod = /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘' : 'Ctrl'

export const groups: Group[] = [
  {
    title: 'keys.reading',
    rows: [
      { name: 'next', label: 'keys.next', needs: '[data-entry]' },
      { name: 'before', label: 'keys.before', needs: '[data-entry]' },
      { name: 'open', label: 'keys.open', needs: '[data-open]' },
      { name: 'author', label: 'keys.profile', needs: '[data-author]' },
      { name: 'media', label: 'keys.media', needs: act('media') },
      { name: 'warning', label: 'keys.warning', needs: act('warning') },
      { name: 'translate', label: 'keys.translate', needs: post },
      { name: 'new', label: 'keys.new' },
      { name: 'left', label: 'keys.left', needs: tabs },
      { name: 'right', label: 'keys.right', needs: tabs },
    ],
    fixed: [{ signs: ['1', '–', '4'], label: 'keys.tabs', needs: tabs }],
  },
  {
    title: 'keys.acting',
    rows: [
      { name: 'reply', label: 'post.reply', needs: act('reply') },
      { name: 'like', label: 'post.like', needs: act('like') },
      { name: 'boost', label: 'post.boost', needs: act('boost') },
      { name: 'quote', label: 'keys.quote', needs: post },
      { name: 'bookmark', label: 'post.bookmark', needs: act('bookmark') },
      { name: 'mention', label: 'keys.mention', needs: '[data-author]' },
      { name: 'hide', label: 'keys.hide', needs: '[data-sheet] > .post' },
    ],
  },
  {
    title: 'keys.writing',
    rows: [
      { name: 'compose', label: 'nav.compose' },
      { name: 'apart', label: 'keys.window' },
    ],
    fixed: [
      { signs: [mod, 'Enter'], label: 'keys.send' },
      { signs: ['Esc'], label: 'keys.leave' },
    ],
  },
  {
    title: 'keys.going',
    rows: [
      { name: 'search', label: 'nav.search' },
      { name: 'back', label: 'keys.back' },
      { name: 'go', label: 'keys.go' },
      { name: 'help', label: 'keys.help' },
    ],
    fixed: [{ signs: [mod, 'K'], label: 'palette.title' }],
  },
]

/** places are the labels of the second keys, after g. */
export const places: Record<string, Key> = {
  h: 'nav.home', n: 'nav.notifications', e: 'nav.explore', l: 'nav.lists', b: 'saved.bookmarks', d: 'drafts.title', p: 'nav.me', s: 'nav.settings',
}

/** here tells whether something on the screen answers to a key. */
export const here = (needs?: string): boolean => !needs || document.querySelector('#content ' + needs) !== null

/** shown writes a key as it stands on the keyboard. */
export const shown = (key: string): string[] => (/^\p{Lu}$/u.test(key) ? ['Shift', key] : [key])
