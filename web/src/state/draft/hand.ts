// A draft that another account of this browser shall post: it moves into that account's store, and the page into that account.
// Whoever writes has the drafts, the files and what is offered while typing; nothing of two accounts is ever mixed.
import { ApiError, getFor } from '../../api/client'
import type { Account, Status } from '../../api/entity'
import { t } from '../../text'
import { change } from '../accounts'
import type { Desk } from './desk.svelte'
import type { Draft } from './model'

/** Barred is a reason, for people, why an account cannot have a draft. */
export class Barred extends Error {}

/** movable: every file lies on this device. Those that only the server has belong to the account that brought them there. */
export const movable = (d: Draft): boolean => !d.edit && d.parts.every((p) => p.files.every((f) => !f.url))

/** hand gives what is on the desk to another account, and goes there. What cannot be answered or quoted from there stays. */
export async function hand(desk: Desk, to: Account): Promise<void> {
  const { reply, quote } = desk.d
  for (const id of [reply, quote]) {
    if (!id) continue
    try {
      await getFor<Status>(to.id, `/api/v1/statuses/${id}`)
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) throw new Barred(t('compose.as.hidden', { name: '@' + to.acct }))
      throw error
    }
  }
  change(to.id, `/compose?draft=${await desk.pass(to.id)}`, true)
}
