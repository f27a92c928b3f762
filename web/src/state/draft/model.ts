// What is being written: one post, or several in a row. It is kept on this device until it has gone out.
import type { Media, Status, Visibility } from '../../api/entity'
import type { Writing } from '../place.svelte'
import { session } from '../session.svelte'

export type Kind = 'image' | 'video' | 'audio'
export type Quoters = 'public' | 'followers' | 'nobody'
export type Repliers = 'public' | 'followers' | 'following' | 'mentioned' | 'author'

/** FileOf is a file of a post. Its bytes lie beside the draft, under the same id, until the server has them. */
export interface FileOf {
  id: string
  kind: Kind
  name: string
  size: number
  alt: string
  /** found is a description that stood in the file itself */
  found?: string
  focus: { x: number; y: number }
  /** media is the id that the server gave; sent is what it knows of the description and focus */
  media?: string
  sent?: string
  /** at is when the server took it: what belongs to no post is deleted after a day */
  at?: number
  /** url shows what has no bytes here: files of a post that is edited */
  url?: string
}

export interface PollOf {
  options: string[]
  /** lasts in seconds; 0 keeps the end of the poll that is edited */
  lasts: number
  multiple: boolean
  hidden?: boolean
}

/** Part is one post of a thread. */
export interface Part {
  id: string
  text: string
  files: FileOf[]
  poll: PollOf | null
}

/** Out is how far a draft is on its way. */
export interface Out {
  state: 'held' | 'queued' | 'sending' | 'failed'
  /** due: not before this moment */
  due: number
  why?: string
  tries: number
  /** done are the ids of the posts that went out, in the order of the parts */
  done: string[]
  /** first is when it was first tried: the server knows a key for a while only */
  first?: number
}

export interface Draft {
  id: string
  /** slot is what opens it again: new, a reply, an edit, a quote; aside: only the list of drafts */
  slot: string
  made: number
  at: number
  parts: Part[]
  warned: boolean
  warning: string
  sensitive: boolean
  visibility: Visibility
  language: string
  /** chosen: the language was chosen by hand, and is no longer guessed */
  chosen: boolean
  quoters: Quoters
  repliers: Repliers
  numbered: boolean
  reply?: string
  quote?: string
  edit?: string
  /** writer is the account that was chosen to write it, by hand */
  writer?: string
  /** schedule is when it shall go out, as the field of the browser has it: local time */
  schedule?: string
  /** maybe: it was tried, and may have arrived without our hearing of it */
  maybe?: boolean
  /** went: so many parts before these are out already */
  went?: number
  out?: Out
}

export const keptFor = 60 * 24 * 3600_000

export const fresh = (): string => crypto.randomUUID()
export const part = (text = ''): Part => ({ id: fresh(), text, files: [], poll: null })

const order: Visibility[] = ['public', 'unlisted', 'private', 'direct']

/** wider tells whether more people read a than b. */
export const wider = (a: Visibility, b: Visibility): boolean => order.indexOf(a) < order.indexOf(b)
/** narrower: a reply is never seen by more people than what it answers. */
export const narrower = (a: Visibility, b: Visibility): Visibility => (wider(b, a) ? a : b)

/** names are the people whom a reply speaks to: the author, and those named, but not oneself. */
export function names(parent: Status, me: string): string {
  const all = [parent.account, ...parent.mentions].filter((p) => p.id !== me).map((p) => '@' + p.acct)
  const text = [...new Set(all)].join(' ')
  return text && text + ' '
}

/** slotOf tells drafts apart: never does one overwrite another. */
export function slotOf(w: Writing): string {
  if (w.edit) return `edit:${w.edit}`
  if (w.reply) return `reply:${w.reply}`
  if (w.quote) return `quote:${w.quote}`
  return w.text ? `with:${w.text.trim().slice(0, 60)}` : 'new'
}

/** usual is how posts of this person begin. */
export function usual(): Pick<Draft, 'visibility' | 'language' | 'quoters'> {
  const { source } = session.me
  return {
    visibility: session.preferences['posting:default:visibility'] ?? source.privacy ?? 'public',
    language: session.preferences['posting:default:language'] ?? source.language ?? navigator.language.split('-')[0] ?? 'en',
    quoters: session.preferences['posting:default:quote_policy'] ?? source.quote_policy ?? 'public',
  }
}

/** begin is a draft before anything is typed. */
export function begin(w: Writing, parent?: Status): Draft {
  const mine = usual()
  const asked = order.find((v) => v === w.visibility)
  return {
    id: fresh(),
    slot: slotOf(w),
    made: Date.now(),
    at: Date.now(),
    parts: [part(w.text ?? (parent ? names(parent, session.me.id) : ''))],
    warned: Boolean(w.warning ?? parent?.spoiler_text),
    warning: w.warning ?? parent?.spoiler_text ?? '',
    sensitive: session.preferences['posting:default:sensitive'] ?? false,
    visibility: asked ?? (parent ? narrower(parent.visibility, mine.visibility) : mine.visibility),
    language: (parent && parent.language) || mine.language,
    chosen: false,
    quoters: mine.quoters,
    repliers: 'public',
    numbered: false,
    ...(w.reply && { reply: w.reply }),
    ...(w.quote && { quote: w.quote }),
  }
}

const kindOf = (m: Media): Kind => (m.type === 'audio' ? 'audio' : m.type === 'image' ? 'image' : 'video')

/** told is what the server knows of a file, to tell whether it must be told again. */
export const told = (f: Pick<FileOf, 'alt' | 'focus'>): string => `${f.focus.x.toFixed(2)},${f.focus.y.toFixed(2)} ${f.alt.trim()}`

/** fileOf is a file that the server has. */
export function fileOf(m: Media): FileOf {
  const { x, y } = m.meta?.focus ?? { x: 0, y: 0 }
  const file = { alt: m.description ?? '', focus: { x, y } }
  return { id: fresh(), kind: kindOf(m), name: '', size: 0, ...file, media: m.id, sent: told(file), at: Number.MAX_SAFE_INTEGER, url: m.preview_url ?? m.url ?? '' }
}

/** again is a draft of what was posted before: to edit it, or to write it anew after it was deleted. */
export function again(s: Status, source: { text: string; spoiler_text: string }, edit: boolean): Draft {
  const d = begin(edit ? { edit: s.id } : {})
  const p = s.poll
  const left = p?.expires_at ? Math.max(300, Math.round((Date.parse(p.expires_at) - Date.now()) / 1000)) : 86_400
  const quote = s.quote && ('quoted_status' in s.quote ? s.quote.quoted_status?.id : (s.quote.quoted_status_id ?? undefined))
  return {
    ...d,
    parts: [
      {
        ...part(source.text),
        files: s.media_attachments.map(fileOf),
        poll: p ? { options: p.options.map((o) => o.title), multiple: p.multiple, lasts: edit ? 0 : left } : null,
      },
    ],
    warned: source.spoiler_text !== '',
    warning: source.spoiler_text,
    sensitive: s.sensitive,
    visibility: s.visibility,
    language: s.language ?? d.language,
    chosen: true,
    quoters: quotersOf(s),
    ...(edit ? { edit: s.id } : { slot: 'aside' }),
    ...(s.in_reply_to_id && { reply: s.in_reply_to_id }),
    ...(quote && { quote }),
  }
}

function quotersOf(s: Status): Quoters {
  const { automatic } = s.quote_approval
  return automatic.includes('public') ? 'public' : automatic.includes('followers') ? 'followers' : 'nobody'
}

/** bare is a file as it was before the server had it: what one account brought there another cannot use. */
const bare = ({ media: _, sent: __, at: ___, ...f }: FileOf): FileOf => f

/** handed is a draft as it goes to another account, which is chosen by this to be the one that writes. */
export const handed = (d: Draft, to: string): Draft => ({ ...d, at: Date.now(), slot: 'aside', writer: to, parts: d.parts.map((p) => ({ ...p, files: p.files.map(bare) })) })

/** empty: nothing in it would be missed. */
export const empty = (d: Draft, start: Draft): boolean =>
  d.parts.every((p, i) => p.text.trim() === (start.parts[i]?.text ?? '').trim() && !p.files.length && !p.poll?.options.some((o) => o.trim())) && (!d.warned || d.warning.trim() === start.warning.trim())

/** numbers is what stands below a part that is numbered. */
export const numbers = (d: Draft, i: number): string => {
  const went = d.went ?? 0
  return d.numbered && went + d.parts.length > 1 ? `\n\n${went + i + 1}/${went + d.parts.length}` : ''
}
