import { cleanup, render, waitFor } from '@testing-library/svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { signIn } from '../../test/seed'
import { ApiError } from '../../api/client'
import { messages } from '../../state/toast.svelte'
import { t } from '../../text'
import { csv } from './export'
import { cut, enlarge, slide } from './frame'
import { Setting } from './setting.svelte'
import { find, pages } from './tree'

beforeEach(() => {
  signIn()
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('[]', { status: 200 })))
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

test.each(pages.filter((p) => Object.keys(p.items).length).map((p) => [p.name, p] as const))('what the search promises stands on %s', async (_, page) => {
  const { default: Part } = await page.load()
  const { container } = render(Part)
  for (const id of Object.keys(page.items)) await waitFor(() => expect(container.querySelector(`#set-${id}`), id).not.toBeNull())
}, 30_000)

test('settings are found by any of their words, in any order, without accents', () => {
  const names = (q: string) => find(q, t).map((h) => `${h.page.name}#${h.id ?? ''}`)
  expect(names('SIZE text')).toContain('look#size')
  expect(names('filters')).toContain('filters#')
  for (const [elsewhere, page] of Object.entries({ delete: 'account', 'log out': 'account', email: 'account', 'hidden words': 'filters', private: 'privacy', download: 'export', 'dark mode': 'look', push: 'notifications' }))
    expect(names(elsewhere).map((n) => n.split('#')[0]), elsewhere).toContain(page)
  expect(names('   ')).toEqual([])
  expect(names('xyzzy')).toEqual([])
})

test('a change is kept in order, says so, and can be taken back', async () => {
  const sent: number[] = []
  const show = vi.spyOn(messages, 'show')
  const it = new Setting(1, async (v) => void sent.push(v))
  await Promise.all([it.set(2), it.set(3)])
  expect(sent).toEqual([2, 3])
  show.mock.calls.at(-1)![1]!.run()
  await waitFor(() => expect(sent).toEqual([2, 3, 2]))
  expect(it.value).toBe(2)
})

test('what the server refuses is told in place; a switch goes back, a text stays to be mended', async () => {
  const no = () => Promise.reject(new ApiError(422, 'Validation failed', { note: [{ error: 'too_long', description: 'Too long.' }] }))
  const toggle = new Setting(false, no)
  await toggle.set(true)
  expect(toggle.value).toBe(false)
  expect(toggle.error).toContain('Validation failed')
  const text = new Setting('', no, { typed: true, field: 'note' })
  await text.set('very long')
  expect(text.value).toBe('very long')
  expect(text.error).toBe('Too long.')
})

test('tables keep commas, quotes and lines, and are no formulas', () => {
  expect(csv([['a,b', 'say "x"', true], ['=1+1', 'one\ntwo', '']])).toBe('"a,b","say ""x""",true\r\n\'=1+1,"one\ntwo",\r\n')
})

test('two fingers enlarge a picture, within bounds', () => {
  const frame = { zoom: 2, x: 0.2, y: 0.3 }
  expect([0.1, 1.5, 10].map((times) => enlarge(frame, times))).toEqual([{ ...frame, zoom: 1 }, { ...frame, zoom: 3 }, { ...frame, zoom: 4 }])
})

test('a picture fills its frame and never leaves it', () => {
  expect(cut(300, 200, 100, 100, { zoom: 1, x: 0.5, y: 0.5 })).toEqual({ sx: 50, sy: 0, sw: 200, sh: 200 })
  expect(cut(300, 200, 100, 100, { zoom: 2, x: 1, y: 0 })).toEqual({ sx: 200, sy: 0, sw: 100, sh: 100 })
  expect(slide({ zoom: 1, x: 0.5, y: 0.5 }, 300, 200, 100, 100, 1000, 50)).toEqual({ zoom: 1, x: 0, y: 0.5 })
})
