import { cleanup, render, screen, waitFor } from '@testing-library/svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepRelation } from '../../state/entities.svelte'
import type { Relationship } from '../../api/entity'
import { session } from '../../state/session.svelte'
import { person, signIn } from '../../test/seed'
import People from '../explore/people.svelte'
import Welcome from './welcome.svelte'

const people = ['ada', 'bob', 'cleo', 'dora', 'emil', 'farah'].map((name, i) => person(name, { id: String(i + 1), display_name: name }))
let suggested = people

const site = vi.fn(async (url: string) => {
  const { pathname } = new URL(url, location.href)
  const json = (body: unknown) => new Response(JSON.stringify(body))
  if (pathname === '/api/v2/suggestions') return json(suggested.map((account) => ({ sources: ['featured'], account })))
  if (pathname === '/api/v1/directory') return json([...people, person('gus', { id: '9', display_name: 'gus' }), session.me])
  return json([])
})

beforeEach(() => {
  signIn()
  suggested = people
  vi.stubGlobal('fetch', site)
  for (const a of people) keepRelation({ id: a.id, following: false } as Relationship)
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const names = () => [...document.querySelectorAll('.person-name')].map((e) => e.textContent?.trim())

test('who follows nobody is shown five people, and how to add a picture', async () => {
  render(Welcome)
  expect(screen.getByRole('link', { name: /Add a picture/ }).getAttribute('href')).toBe('/settings/profile')
  await screen.findByRole('heading', { name: 'People to begin with' })
  expect(names()).toEqual(['ada', 'bob', 'cleo', 'dora', 'emil'])
  expect(screen.getAllByRole('button', { name: /^Follow/ })).toHaveLength(5)
})

test('where nobody is suggested, people of the site are shown, but not oneself', async () => {
  suggested = []
  render(Welcome)
  await waitFor(() => expect(names()).toHaveLength(5))
  expect(names()).not.toContain(session.me.username)
})

test('who is suggested does not stand among the people of the site again', async () => {
  render(People)
  await waitFor(() => expect(names()).toContain('gus'))
  expect(names().filter((name) => name === 'ada')).toHaveLength(1)
})
