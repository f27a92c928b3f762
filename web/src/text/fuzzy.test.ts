import { expect, test } from 'vitest'
import { fit } from './fuzzy'

test.each([
  ['not', 'Notifications', 4],
  ['kaf', 'Käfer am See', 4],
  ['see', 'Käfer am See', 3],
  ['see am', 'Käfer am See', 3],
  ['tific', 'Notifications', 2],
  ['nfs', 'Notifications', 1],
  ['bkm', 'My Bookmarks', 1],
  ['snf', 'Notifications', 0],
  ['home x', 'Home', 0],
  ['', 'Home', 1],
])('%s in %s', (question, text, how) => {
  expect(fit(question, text)).toBe(how)
})
