// What can be done with a post, beside the buttons below it.
import { tick } from 'svelte'
import { askBlock, askLists, askMute, askReport, copy } from '../../account/menu'
import { handle, hostOf, isRemote, nameOf } from '../../account/words'
import type { Status } from '../../api/entity'
import { allowQuotes } from '../../api/status'
import { boost, boostable, detach, react, remove, toggle, why } from '../../state/post'
import { content, keep } from '../../state/entities.svelte'
import { hidden } from '../../state/hidden'
import { place } from '../../state/place.svelte'
import { reading } from '../../state/reading.svelte'
import { isMe } from '../../state/session.svelte'
import { messages } from '../../state/toast.svelte'
import { translatable, translate as put, translation } from '../../state/translation.svelte'
import { t } from '../../text'
import { layers, type Row } from '../../ui/layers.svelte'
import { described } from '../shape'
import { postLink, publicLink, seenBy } from '../words'
import { repliesMenu } from './replies'

/** quotable: public posts, unless their author says no. Who must be asked first is asked by the server. */
export const quotable = (s: Status): boolean =>
  (isMe(s.account.id) && s.visibility !== 'direct') || ((s.visibility === 'public' || s.visibility === 'unlisted') && s.quote_approval?.current_user !== 'denied')

export function quote(id: string): void {
  const s = content(id)
  if (!s) return
  if (quotable(s)) place.write({ quote: s.id })
  else messages.show(t('post.quote.never'))
}

const undescribed = (s: Status): boolean => s.media_attachments.some((m) => m.type !== 'unknown' && !described(m))
const asked = new Set<string>()

/** share with others what has no description only on purpose. */
async function boostNow(s: Status, visibility?: 'private'): Promise<void> {
  if (reading.askAlt && undescribed(s) && !asked.has(s.id)) {
    asked.add(s.id)
    if (!(await layers.ask({ title: t('boost.alt.ask'), text: t('boost.alt.text'), yes: t('boost.alt.yes') }))) return
  }
  boost(s.id, visibility)
}

export function boostMenu(opener: HTMLElement, id: string): void {
  const s = content(id)
  if (!s) return
  const rows: Row[] = []
  if (s.reblogged) rows.push({ label: t('post.boost.undo'), icon: 'repeat-2', run: () => boost(id) })
  else if (boostable(s)) {
    if (s.visibility !== 'private') rows.push({ label: t('post.boost.public'), icon: 'repeat-2', run: () => void boostNow(s) })
    rows.push({ label: t('post.boost.followers'), icon: 'lock', run: () => void boostNow(s, 'private') })
  }
  if (quotable(s)) {
    const ask = !isMe(s.account.id) && s.quote_approval?.current_user === 'manual'
    rows.push({ label: t(ask ? 'post.quote.ask' : 'post.quote.do'), icon: 'quote', run: () => quote(id) })
  } else rows.push({ note: t('post.quote.never') })
  layers.open(opener, t('post.boost'), rows)
}

/** neighbour is the post that the focus goes to when this one disappears. */
function neighbour(id: string): HTMLElement | null {
  const all = [...document.querySelectorAll<HTMLElement>('#content [data-entry]')]
  const at = all.findIndex((e) => e.dataset.entry === id)
  return all[at + 1] ?? all[at - 1] ?? null
}

/** hide takes a post out of sight until the page is opened anew. */
export function hide(id: string): void {
  const s = content(id)
  if (!s) return
  const next = neighbour(document.getElementById(`p-${id}`)?.dataset.entry ?? id)
  hidden.add(s.id)
  next?.focus()
  messages.show(t('post.hidden'), {
    label: t('app.undo'),
    run: () => {
      hidden.delete(s.id)
      void tick().then(() => document.getElementById(`p-${id}`)?.focus())
    },
  })
}

async function askDelete(id: string): Promise<void> {
  if (!(await layers.ask({ title: t('post.delete.ask'), text: t('post.delete.text'), yes: t('post.delete'), danger: true }))) return
  const next = neighbour(id)
  const focused = place.here.params.id === id
  if (!(await remove(id))) return
  messages.show(t('post.deleted'))
  if (focused) place.back()
  else next?.focus()
}

async function askRedraft(id: string): Promise<void> {
  if (!(await layers.ask({ title: t('post.redraft.ask'), text: t('post.redraft.text'), yes: t('post.redraft'), danger: true }))) return
  const before = content(id)
  const s = await remove(id)
  if (!s || !before) return
  const [{ again }, store] = await Promise.all([import('../../state/draft/model'), import('../../state/draft/store')])
  const draft = again(before, { text: s.text, spoiler_text: s.spoiler_text }, false)
  await store.put(draft).catch(() => {})
  place.write({ draft: draft.id })
}

async function askDetach(s: Status): Promise<void> {
  if (!(await layers.ask({ title: t('post.detach.ask'), text: t('post.detach.text'), yes: t('post.detach.yes'), danger: true }))) return
  if (await detach(s)) messages.show(t('post.detach.done'))
}

export const edit = (id: string): void => place.write({ edit: id })

export async function share(id: string): Promise<void> {
  const s = content(id)
  if (!s) return
  if (navigator.share && matchMedia('(pointer: coarse)').matches) {
    await navigator.share({ url: publicLink(s) }).catch(() => {}) // closed by the reader
  } else await copy(publicLink(s), t('post.copied'))
}

export function translate(id: string): void {
  const s = content(id)
  if (s && translatable(s)) void put(s, { asking: t('translate.asking'), done: t('translate.done') })
  else messages.show(t('translate.none'))
}

function quotesMenu(opener: HTMLElement, s: Status): void {
  const automatic = s.quote_approval?.automatic ?? []
  const now = automatic.includes('public') ? 'public' : automatic.includes('followers') ? 'followers' : 'nobody'
  const set = async (who: 'public' | 'followers' | 'nobody') => {
    try {
      keep(await allowQuotes(s.id, who))
      messages.show(t('app.saved'))
    } catch (error) {
      messages.fail(why(error))
    }
  }
  layers.open(opener, t('post.quotes.who'), [
    { note: t('post.quotes.who') },
    ...(['public', 'followers', 'nobody'] as const).map((who) => ({ label: t(`post.quotes.${who}`), checked: who === now, run: () => void set(who) })),
  ])
}

/** askReaction lets the reader choose an emoji for a post. */
export async function askReaction(id: string): Promise<void> {
  const { default: Emoji } = await import('../compose/emoji.svelte')
  const chosen = await layers.dialog(Emoji, {})
  if (typeof chosen === 'string' && chosen) void react(id, chosen.trim().replace(/^:(.+):$/, '$1'))
}

async function trust(entry: string): Promise<void> {
  const { default: Trust } = await import('./trust.svelte')
  void layers.dialog(Trust, { entry })
}

const myQuote = (s: Status): boolean => s.quote !== null && 'quoted_status' in s.quote && s.quote.state === 'accepted' && isMe(s.quote.quoted_status?.account.id ?? '')

export function postMenu(opener: HTMLElement, id: string, entry = id): void {
  const s = content(id)
  if (!s) return
  const name = nameOf(s.account)
  const mine = isMe(s.account.id)
  const go = (part: string) => () => void place.go(`${postLink(s)}/${part}`)
  const rows: Row[] = [{ label: t('post.copy'), icon: 'link', run: () => void copy(publicLink(s), t('post.copied')) }]
  if (isRemote(s.account)) rows.push({ label: t('post.origin', { host: hostOf(publicLink(s)) }), icon: 'external-link', href: publicLink(s) })
  if (translatable(s)) rows.push({ label: t(translation(s.id) ? 'translate.original' : 'translate.do'), icon: 'languages', run: () => translate(s.id) })
  if (!mine && undescribed(s)) {
    rows.push({ label: t('post.alt.ask'), icon: 'message-circle', run: () => place.write({ reply: s.id, text: `${handle(s.account)} ${t('post.alt.ask.text')}`, visibility: s.visibility === 'public' ? 'unlisted' : s.visibility }) })
  }
  rows.push({ label: t('post.react'), icon: 'face-slightly-smiling', run: () => void askReaction(s.id) }, 'line')
  if (s.edited_at) rows.push({ label: t('post.history'), icon: 'clock', run: go('history') })
  if (s.favourites_count) rows.push({ label: t('post.likers'), icon: 'heart', run: go('likes') })
  if (s.reblogs_count) rows.push({ label: t('post.boosters'), icon: 'repeat-2', run: go('boosts') })
  if (s.quotes_count) rows.push({ label: t('post.quoters'), icon: 'quote', run: go('quotes') })
  rows.push(
    { label: t('trust.title'), icon: 'info', run: () => void trust(entry) },
    'line',
    { label: t(s.muted ? 'post.unmute' : 'post.mute'), icon: s.muted ? 'bell' : 'bell-off', run: () => void toggle(s.id, 'muted') },
  )
  if (myQuote(s)) rows.push({ label: t('post.detach'), icon: 'x', danger: true, run: () => void askDetach(s) })
  if (mine) {
    if (s.visibility !== 'direct') rows.push({ label: t(s.pinned ? 'post.unpin' : 'post.pin'), icon: 'pin', run: () => void toggle(s.id, 'pinned') })
    if (s.visibility === 'public' || s.visibility === 'unlisted') rows.push({ label: t('post.quotes.who'), icon: 'quote', run: () => quotesMenu(opener, s) })
    if (s.visibility !== 'direct') rows.push({ label: t('compose.reply.who'), icon: 'message-circle', run: () => repliesMenu(opener, s) })
    rows.push(
      'line',
      { label: t('post.edit'), icon: 'pencil', run: () => edit(s.id) },
      { label: t('post.redraft'), icon: 'rotate-ccw', danger: true, run: () => void askRedraft(s.id) },
      { label: t('post.delete'), icon: 'trash', danger: true, run: () => void askDelete(s.id) },
    )
  } else {
    rows.push(
      { label: t('lists.add', { name }), icon: 'list-plus', run: () => void askLists(s.account) },
      'line',
      { label: t('post.people.mute', { name }), icon: 'volume-x', run: () => void askMute(s.account) },
      { label: t('post.people.block', { name }), icon: 'ban', danger: true, run: () => void askBlock(s.account) },
      { label: t('report.do'), icon: 'flag', danger: true, run: () => void askReport(s.account, s) },
    )
  }
  rows.push({ note: t(seenBy(s.visibility).text) })
  layers.open(opener, t('post.more'), rows)
}
