// What a reader does with a post. Each change shows at once, and is taken back with a sentence if the server refuses.
import { ApiError } from '../api/client'
import type { DeletedStatus, Poll, Status } from '../api/entity'
import { actOn, deleteStatus, vote as sendVote, type Act } from '../api/status'
import { t, type Key } from '../text'
import { bury, change, content, keep, post, unbury } from './entities.svelte'
import { drop, each } from './feeds'
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
  void act(s, s.bookmarked ? 'unbookmark' : 'bookmark', { bookmarked: !s.bookmarked })
}

/** boostable: public and unlisted posts, and followers-only posts of one's own. */
export const boostable = (s: Status): boolean =>
  s.visibility === 'public' || s.visibility === 'unlisted' || (s.visibility === 'private' && s.account.id === session.me.id)

export function boost(id: string, visibility?: 'private'): void {
  const s = content(id)
  if (!s || !boostable(s)) return messages.show(t('post.boost.never'))
  const on = !s.reblogged
  void act(
    s,
    on ? 'reblog' : 'unreblog',
    { reblogged: on, reblogs_count: Math.max(0, s.reblogs_count + (on ? 1 : -1)) },
    visibility && { visibility },
  ).then((done) => {
    if (done && on) messages.show(t('post.boosted.done'), { label: t('app.undo'), run: () => boost(s.id) })
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

export async function vote(id: string, poll: Poll, choices: number[]): Promise<void> {
  try {
    change(id, { poll: await sendVote(poll.id, choices) })
  } catch (error) {
    messages.fail(why(error))
  }
}
