import { expect, test } from 'vitest'
import type { Status } from '../../api/entity'
import { person, picture, status } from '../../test/seed'
import { fits, groups, kinds, links } from './groups'

const [bo, cy, di] = [person('bo'), person('cyan'), person('dideldum')]
const card = (url: string) => ({ url, title: 'A page', provider_name: '' }) as NonNullable<Status['card']>
const names = (all: Status[], order: Parameters<typeof groups>[1]) => groups(all, order).map((g) => g.author)

test('few posters come first, or the newest, or who was answered most', () => {
  const all = [status({ account: bo }), status({ account: cy, replies_count: 9 }), status({ account: bo }), status({ account: di, replies_count: 1 }), status({ account: bo })]
  expect(names(all, 'density')).toEqual([di.id, cy.id, bo.id])
  expect(names(all, 'time')).toEqual([bo.id, di.id, cy.id])
  expect(names(all, 'replies')).toEqual([cy.id, di.id, bo.id])
  expect(groups(all.toReversed(), 'density')[2]!.ids).toEqual([all[0]!.id, all[2]!.id, all[4]!.id])
})

test('an entry is of the kinds that it is of', () => {
  const of = (s: Status) => kinds.filter((k) => fits(s, k, new Set(['moss'])))
  expect(of(status())).toEqual(['all', 'originals'])
  expect(of(status({ in_reply_to_id: '1', media_attachments: [picture()] }))).toEqual(['all', 'replies', 'pictures'])
  expect(of(status({ reblog: status({ card: card('https://a.example/'), tags: [{ name: 'Moss', url: '' }] as Status['tags'] }) }))).toEqual(['all', 'boosts', 'links', 'tags'])
})

test('a link counts once for each who shared it', () => {
  const a = status({ account: bo, card: card('https://a.example/') })
  const all = [a, status({ account: bo, card: card('https://a.example/') }), status({ account: cy, reblog: a }), status({ account: di, card: card('https://b.example/') })]
  expect(links(all)).toEqual([
    { url: 'https://a.example/', title: 'A page', site: 'a.example', by: [bo.id, cy.id] },
    { url: 'https://b.example/', title: 'A page', site: 'b.example', by: [di.id] },
  ])
})
