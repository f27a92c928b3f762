import { afterEach, expect, test } from 'vitest'
import arabic from './ar.json'
import english from './en.json'
import german from './de.json'
import { compact, counted, full, listed, speak, t } from './index'
import { ago } from './time'

afterEach(() => speak('en', english))

test('Arabic has a form for none, one, two, few and many', () => {
  speak('ar', arabic)
  const said = [1, 2, 3, 11, 100].map((n) => t('feed.new', { n }))
  expect(new Set(said).size).toBe(5)
  expect(said[1]).toBe('منشوران جديدان')
  expect(said[2]).toBe('3 منشورات جديدة')
})

test('a Latin name in Arabic words stands isolated, and digits are those of handles', () => {
  speak('ar', arabic)
  expect(t('post.by', { name: 'Ada' })).toBe('منشور من \u2068Ada\u2069')
  expect(full(12345)).toBe('12,345')
  expect(listed(['Ada', 'Bo'])).toBe('\u2068Ada\u2069 و\u2068Bo\u2069')
})

test('numbers, times and lists go by the language', () => {
  speak('de', german)
  expect(counted('post.likes', 1280)).toBe(`Gefällt ${compact(1280)} Personen`)
  expect(full(12345)).toBe('12.345')
  expect(listed(['Ada', 'Bo', 'Cleo'])).toBe('Ada, Bo und Cleo')
  expect(ago(new Date(Date.now() - 3 * 3_600_000).toISOString())).toMatch(/3\s?(Std|h)/)
})
