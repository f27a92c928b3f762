// A reply whose text no longer names whom it answers: they would never be told.
import type { Status } from '../../api/entity'
import type { Draft } from '../../state/draft/model'
import { session } from '../../state/session.svelte'
import { named } from './guard'

/** unnamed is the author of what is answered, if the text leaves them out. */
export function unnamed(d: Draft, parent: Status | undefined): Status['account'] | undefined {
  const to = parent?.account
  if (!to || d.edit || to.id === session.me.id) return undefined
  const here = to.acct.toLowerCase()
  const local = here.includes('@') ? here : `${here}@${session.instance.domain.toLowerCase()}`
  return named(d.parts[0]?.text ?? '').some((h) => h === here || h === local) ? undefined : to
}
