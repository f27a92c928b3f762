import { expect, test } from 'vitest'
import { status } from '../../test/seed'
import { leaveOf, repliers, repliersOf } from './leave'

test('who may reply is read from a post as it was written', () => {
  for (const who of repliers) {
    const rules = { always: leaveOf(who), automatic_approval: leaveOf(who), manual_approval: [], with_approval: [] }
    expect(repliersOf(status({ interaction_policy: { can_reply: rules, can_favourite: rules, can_reblog: rules } }))).toBe(who)
  }
  expect(repliersOf(status())).toBe('public')
})
