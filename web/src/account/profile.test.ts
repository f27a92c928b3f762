import { expect, test } from 'vitest'
import { addressOf, filterOf } from '../screen/profile/known'
import { drawn, qr } from './later/qr'

test('a QR code is the one that readers know for this address', () => {
  // Read back once by a scanner; each number is a row.
  const rows = qr('https://elm.example/@ada')!
  expect(rows.map((row) => parseInt(row.map(Number).join(''), 2).toString(36)).join(' ')).toBe(
    'ju9hb a6vcx ejvq5 ejgbh ekevx a5ao1 jvfy7 s8w dajo2 3iyf5 aa01j dg2o2 1gibv 60jpl dmlyf 5bm6q butiw 22hn jtvff a5q1m ekyk8 ej3y4 ejyfl a6i56 jvtpf',
  )
  expect(drawn([[true, false], [false, true]])).toBe('M0 0h1v1h-1zM1 1h1v1h-1z')
})

test.each([['x', 21], ['z'.repeat(40), 29], ['z'.repeat(106), 41]])('%s takes a code of the size it needs', (text, size) => {
  expect(qr(text)).toHaveLength(size)
})

test('what is too long has no code', () => expect(qr('z'.repeat(107))).toBe(null))

test.each([
  ['posts', {}, '/@ada'],
  ['replies', { year: 2025 }, '/@ada/replies?year=2025'],
  ['posts', { tag: 'Käse', pictures: true }, '/@ada/tagged/K%C3%A4se?pictures'],
])('a filter of %s stands in the address', (tab, filter, address) => {
  expect(addressOf('/@ada', tab, filter)).toBe(address)
  const url = new URL(address, 'https://skein.example')
  const tag = /tagged\/(.+)$/.exec(decodeURI(url.pathname))?.[1]
  expect(JSON.parse(JSON.stringify(filterOf(tag ? { tag } : {}, url.searchParams)))).toEqual(filter)
})

test('a year that is none is left out', () => {
  expect(filterOf({}, new URLSearchParams('year=soon')).year).toBeUndefined()
})
