import { expect, test } from 'vitest'
import { spark } from '../explore/spark'
import { drop, named, parts, put } from './query'

test('a query is taken apart into words and chips', () => {
  const { words, chips } = parts('glaze from:@ada@elm.example -has:image colour:blue before:2026-01-02')
  expect(words).toBe('glaze colour:blue')
  expect(chips.map((c) => [c.key, c.value, c.not])).toEqual([['from', '@ada@elm.example', false], ['has', 'image', true], ['before', '2026-01-02', false]])
})

test('an operator is added once, and those that exclude each other replace each other', () => {
  expect(put('glaze has:image', 'has', 'image')).toBe('glaze has:image')
  expect(put('glaze has:image', 'has', 'poll')).toBe('glaze has:image has:poll')
  expect(put('before:2025 glaze', 'before', '2026-01-01')).toBe('glaze before:2026-01-01')
})

test('a chip is taken out, and nothing else', () => {
  const q = 'from:ada from:adam red'
  expect(drop(q, parts(q).chips[0]!)).toBe('from:adam red')
})

test.each([
  ['ada@elm.example', 'elm.example'],
  ['@ada@elm.example:8443', 'elm.example:8443'],
  ['https://oak.example/@bo/1', 'oak.example'],
  ['ada', null],
  ['see https://oak.example/', null],
  ['https://', null],
])('%s names the server %s', (q, host) => {
  expect(named(q)).toBe(host)
})

test('a line of days touches the top with the largest', () => {
  expect(spark([0, 4, 2])).toBe('M0 26L40 2L80 14')
  expect(spark([0, 0])).toBe('M0 26L80 26')
})
