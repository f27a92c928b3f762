import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Security } from '../../api/entity'
import { layers } from '../../ui/layers.svelte'
import { messages } from '../../state/toast.svelte'
import { signIn } from '../../test/seed'
import Page from './security.svelte'

const day = '2026-11-20T09:00:00.000Z'
let it: Security
let sent: string[]

beforeEach(() => {
  signIn()
  sent = []
  it = {
    email: 'ann@mail.example', sessions: [], apps: [], passkeys_work: true, proven_until: new Date(Date.now() + 240_000).toISOString(), recovery: null,
    passkeys: [{ id: '1', name: 'Blue phone', created_at: day, used_at: day }, { id: '2', name: 'Key on the ring', created_at: day, used_at: null }],
    second_step: { since: null, codes_left: 0, codes_made: null },
  }
  const answers: Record<string, (body: { code?: string; name?: string }) => [number, unknown]> = {
    'GET ': () => [200, it],
    'GET /log': () => [200, [{ id: '9', kind: 'passkey_added', name: 'Blue phone', agent: 'Firefox/140.0 Linux', address: '192.0.2.0/24', created_at: day }]],
    'POST /second_step': () => [200, { secret: 'JBSW Y3DP', uri: 'otpauth://totp/x', qr: { size: 21, path: 'M0 0h7v1h-7z' } }],
    'POST /second_step/confirm': ({ code }) => {
      if (code !== '123456') return [403, { error: 'This code is not right.' }]
      it = { ...it, second_step: { since: day, codes_left: 2, codes_made: day } }
      return [200, { codes: ['aaaa-bbbb', 'cccc-dddd'] }]
    },
    'PUT /passkeys/2': ({ name }) => {
      it = { ...it, passkeys: it.passkeys.map((k) => (k.id === '2' ? { ...k, name: name! } : k)) }
      return [200, it.passkeys[1]]
    },
    'DELETE /passkeys/1': () => {
      it = { ...it, passkeys: it.passkeys.slice(1) }
      return [200, {}]
    },
    'DELETE /recovery': () => {
      it = { ...it, recovery: null }
      return [200, {}]
    },
  }
  vi.stubGlobal('PublicKeyCredential', class {})
  vi.stubGlobal('isSecureContext', true)
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const what = `${init.method} ${path.replace('/api/skein/v1/security', '')}`
    sent.push(what)
    const [status, body] = answers[what]!(init.body ? JSON.parse(init.body as string) : {})
    return new Response(JSON.stringify(body), { status })
  })
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

test('passkeys stand there with when they were used; one gets another name, one goes', async () => {
  render(Page)
  await screen.findByText('Blue phone')
  expect(screen.getByText(/^Added .*, last used/)).toBeTruthy()
  expect(screen.getByText(/, not used yet$/)).toBeTruthy()
  expect(await screen.findByText('Passkey Blue phone added')).toBeTruthy()

  await fireEvent.click(screen.getByRole('button', { name: 'Rename : Key on the ring' }))
  await fireEvent.input(screen.getByLabelText('Name of the passkey'), { target: { value: 'Old key' } })
  await fireEvent.click(screen.getByRole('button', { name: 'Save the name' }))
  await screen.findByText('Old key')

  const ask = vi.spyOn(layers, 'ask').mockResolvedValueOnce(false).mockResolvedValueOnce(true)
  const remove = () => fireEvent.click(screen.getByRole('button', { name: 'Remove : Blue phone' }))
  await remove()
  expect(sent).not.toContain('DELETE /passkeys/1')
  await remove()
  await waitFor(() => expect(screen.queryByText('Blue phone')).toBeNull())
  expect(ask).toHaveBeenCalledTimes(2)
})

test('the second step is set up, and its codes are seen once', async () => {
  render(Page)
  await fireEvent.click(await screen.findByRole('button', { name: 'Set up' }))
  const picture = await screen.findByRole('img', { name: 'QR code for your app for codes' })
  expect(picture.querySelector('path')!.getAttribute('d')).toBe('M0 0h7v1h-7z')
  expect(screen.getByText('JBSW Y3DP')).toBeTruthy()
  const code = screen.getByLabelText('Code that the app shows now')
  expect([code.getAttribute('inputmode'), code.getAttribute('autocomplete')]).toEqual(['numeric', 'one-time-code'])
  await fireEvent.input(code, { target: { value: '000000' } })
  await fireEvent.click(screen.getByRole('button', { name: 'Switch on' }))
  expect((await screen.findByRole('alert')).textContent).toContain('This code is not right.')
  await fireEvent.input(code, { target: { value: '123 456' } })
  await fireEvent.click(screen.getByRole('button', { name: 'Switch on' }))
  await screen.findByText('aaaa-bbbb')
  expect(screen.getByText('cccc-dddd')).toBeTruthy()
  await fireEvent.click(screen.getByRole('button', { name: 'I have kept them' }))
  await screen.findByText('2 codes are left.')
  expect(screen.queryByText('aaaa-bbbb')).toBeNull()
  expect(screen.getByRole('button', { name: 'Switch off' })).toBeTruthy()
})

test('without a proof it is asked for, and nothing happens if it is not given', async () => {
  it.proven_until = null
  const dialog = vi.spyOn(layers, 'dialog').mockResolvedValueOnce(false).mockResolvedValueOnce(true)
  render(Page)
  const set = await screen.findByRole('button', { name: 'Set up' })
  await fireEvent.click(set)
  await waitFor(() => expect((set as HTMLButtonElement).disabled).toBe(false))
  expect(sent).not.toContain('POST /second_step')
  await fireEvent.click(set)
  await screen.findByText('JBSW Y3DP')
  expect(dialog.mock.calls.map(([, props]) => props)).toEqual([{ passkeys: true }, { passkeys: true }])
})

test('a recovery that waits can be stopped', async () => {
  it.recovery = { asked_at: day, ready_at: day, agent: 'Firefox/140.0 Linux', address: '198.51.100.0/24' }
  const show = vi.spyOn(messages, 'show')
  render(Page)
  await fireEvent.click(await screen.findByRole('button', { name: 'Stop it' }))
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Stop it' })).toBeNull())
  expect(sent).toContain('DELETE /recovery')
  expect(show.mock.calls[0]![0]).toMatch(/^It is stopped/)
})

test('where passkeys cannot work a sentence says why', async () => {
  it.passkeys_work = false
  render(Page)
  await screen.findByText(/This site cannot take passkeys/)
  expect(screen.queryByRole('button', { name: 'Add a passkey' })).toBeNull()
})
