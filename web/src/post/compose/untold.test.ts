import { cleanup, fireEvent, render, screen } from '@testing-library/svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Desk } from '../../state/draft/desk.svelte'
import { begin } from '../../state/draft/model'
import { person, signIn, status } from '../../test/seed'
import { unnamed } from './left'
import Untold from './untold.svelte'

beforeEach(() => signIn())
afterEach(cleanup)

const lior = person('lior@oak.example', { display_name: 'Lior' })
const draft = (text: string, parent = status({ account: lior })) => {
  const d = begin({ reply: parent.id }, parent)
  d.parts[0]!.text = text
  return { d, parent }
}

test.each([
  ['@lior@oak.example yes', false],
  ['yes, @Lior@oak.example.', false],
  ['yes', true],
  ['@lior yes', true], // somebody of this site
])('a reply that says %s', (text, untold) => {
  const { d, parent } = draft(text)
  expect(unnamed(d, parent)?.acct).toBe(untold ? lior.acct : undefined)
})

test('people of this site are named with and without their server; oneself is not missed', () => {
  for (const text of ['@ada yes', '@ada@skein.example yes']) {
    const { d, parent } = draft(text, status({ account: person('ada') }))
    expect(unnamed(d, parent)).toBe(undefined)
  }
  const { d, parent } = draft('more', status({ account: person('me') }))
  expect(unnamed(d, parent)).toBe(undefined)
})

test('the composer says who will not be told, and puts the name back', async () => {
  const { d, parent } = draft('yes, in the mornings')
  const desk = new Desk(d, begin({ reply: parent.id }, parent), false)
  const onback = vi.fn()
  render(Untold, { desk, parent, onback })
  expect(screen.getByRole('status').textContent).toContain('Lior will not be told')
  await fireEvent.click(screen.getByRole('button', { name: 'Put @lior back' }))
  expect(desk.d.parts[0]!.text).toBe('@lior@oak.example yes, in the mornings')
  expect(onback).toHaveBeenCalled()
  expect(screen.getByRole('status').textContent).toBe('')
})
