// What a reader does with a post. Each change shows at once, and is taken back with a sentence if the server refuses.
import { ApiError } from '../api/client'
import type { DeletedStatus, Poll, Status } from '../api/entity'
import { actOn, addReaction, deleteStatus, readPoll, revokeQuote, takeReaction, vote as sendVote, type Act } from '../api/status'
import { t, type Key } from '../text'
import { account, bury, change, content, keep, keepAccount, post, unbury } from './entities.svelte'
import { drop, each } from './feeds'
import { place } from './place.svelte'
import { session } from './session.svelte'
import { answered } from './thread.svelte'
import { messages } from './toast.svelte'

/** why is the sentence for a failure. */
export function why(error: unknown): string {
  if (!(error instanceof ApiError)) throw error
  if (error.offline) return t('error.offline')
  if (error.status === 429) return t('error.busy')
  return t('error.general', { why: error.message })
}

const turns = new Map<string, number>()

/** act shows a change, asks for it, and rolls back. Only the answer to the last press of a button counts. */
async function act(s: Status, name: Act, by: Partial<Status>, body?: unknown): Promise<boolean> {
  const turn = (turns.get(s.id) ?? 0) + 1
  turns.set(s.id, turn)
  const undo = change(s.id, by)
  try {
    const answer = await actOn(s.id, name, body)
    if (turns.get(s.id) === turn) keep(answer.reblog ?? answer)
    return true
  } catch (error) {
    undo()
    messages.fail(why(error))
    return false
  }
}

export function like(id: string): void {
  const s = content(id)
  if (!s) return
  const on = !s.favourited
  void act(s, on ? 'favourite' : 'unfavourite', { favourited: on, favourites_count: Math.max(0, s.favourites_count + (on ? 1 : -1)) })
}

export function bookmark(id: string): void {
  const s = content(id)
  if (!s) return
  const on = !s.bookmarked
  void act(s, on ? 'bookmark' : 'unbookmark', { bookmarked: on }).then((kept) => {
    if (kept && on) messages.show(t('nav.saved'), { label: t('post.saved.show'), run: () => place.go('/saved/bookmarks') })
  })
}

/** boostable: public and unlisted posts, and followers-only posts of one's own. */
export const boostable = (s: Status): boolean =>
  s.visibility === 'public' || s.visibility === 'unlisted' || (s.visibility === 'private' && s.account.id === session.me.id)

export function boost(id: string, visibility?: 'private'): void {
  const s = content(id)
  if (!s || !boostable(s)) return void messages.show(t('post.boost.never'))
  const on = !s.reblogged
  void act(
    s,
    on ? 'reblog' : 'unreblog',
    { reblogged: on, reblogs_count: Math.max(0, s.reblogs_count + (on ? 1 : -1)) },
    visibility && { visibility },
  ).then((done) => {
    if (done && on) messages.show(t(visibility ? 'post.boosted.private' : 'post.boosted.done'), { label: t('app.undo'), run: () => boost(s.id) })
  })
}

export async function toggle(id: string, name: 'muted' | 'pinned'): Promise<void> {
  const s = content(id)
  if (!s) return
  const on = !s[name]
  const verb = name === 'muted' ? 'mute' : 'pin'
  if (await act(s, on ? verb : `un${verb}`, { [name]: on })) {
    const key: Key = on ? `post.${verb}.done` : `post.un${verb}.done`
    messages.show(t(key))
  }
}

/** remove deletes a post and returns its source, for writing it again. */
export async function remove(id: string): Promise<DeletedStatus | undefined> {
  const s = post(id)
  if (!s) return
  bury(id)
  try {
    const deleted = await deleteStatus(id)
    drop(id)
    const author = account(s.account.id) ?? s.account
    keepAccount({ ...author, statuses_count: Math.max(0, author.statuses_count - 1) })
    const parent = s.in_reply_to_id && post(s.in_reply_to_id)
    if (parent) change(parent.id, { replies_count: Math.max(0, parent.replies_count - 1) })
    return { ...s, ...deleted }
  } catch (error) {
    unbury(id)
    messages.fail(why(error))
  }
  return undefined
}

/** publish puts a new post of the reader where it belongs. */
export function publish(s: Status): void {
  keep(s)
  const parent = s.in_reply_to_id && post(s.in_reply_to_id)
  if (parent) change(parent.id, { replies_count: parent.replies_count + 1 })
  answered(s)
  each((f, key) => {
    if (key === 'home' || key === `account:${s.account.id}:replies`) f.put(s)
    else if (key === `account:${s.account.id}:posts` && !s.in_reply_to_id) f.put(s)
  })
}

/** vote shows the choice at once; a secret poll keeps its numbers. */
export async function vote(id: string, poll: Poll, choices: number[]): Promise<void> {
  const options = poll.options.map((o, i) => ({ ...o, votes_count: o.votes_count === null ? null : o.votes_count + (choices.includes(i) ? 1 : 0) }))
  const by = { voted: true, own_votes: choices, options, votes_count: poll.votes_count + choices.length, voters_count: poll.voters_count === null ? null : poll.voters_count + 1 }
  const undo = change(id, { poll: { ...poll, ...by } })
  try {
    change(id, { poll: await sendVote(poll.id, choices) })
  } catch (error) {
    undo()
    messages.fail(why(error))
  }
}

/** askPoll reads the numbers anew; for a poll of another server, ours asks there. */
export async function askPoll(id: string, poll: Poll): Promise<void> {
  try {
    change(id, { poll: await readPoll(poll.id) })
    messages.say(t('poll.refreshed'))
  } catch (error) {
    messages.fail(why(error))
  }
}

/** react adds an emoji to a post, or takes one's own back. */
export async function react(id: string, name: string): Promise<void> {
  const s = content(id)
  if (!s) return
  const old = s.reactions ?? []
  const on = !old.find((r) => r.name === name)?.me
  const known = old.some((r) => r.name === name)
  const reactions = (known ? old : [...old, { name, count: 0, me: false }])
    .map((r) => (r.name === name ? { ...r, me: on, count: r.count + (on ? 1 : -1) } : r))
    .filter((r) => r.count > 0)
  const undo = change(s.id, { reactions })
  try {
    const answer = await (on ? addReaction : takeReaction)(s.id, name)
    change(s.id, { reactions: answer.reactions ?? [] })
  } catch (error) {
    undo()
    messages.fail(why(error))
  }
}

/** detach takes a post of the reader out of one that quotes it. */
export async function detach(quoting: Status): Promise<boolean> {
  const quoted = quoting.quote && 'quoted_status' in quoting.quote ? quoting.quote.quoted_status : null
  if (!quoted) return false
  const undo = change(quoting.id, { quote: { state: 'revoked', quoted_status: null } })
  try {
    keep(await revokeQuote(quoted.id, quoting.id))
    const mine = post(quoted.id)
    if (mine) change(mine.id, { quotes_count: Math.max(0, mine.quotes_count - 1) })
    return true
  } catch (error) {
    undo()
    messages.fail(why(error))
    return false
  }
}
