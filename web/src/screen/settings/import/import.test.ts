import { expect, test, vi } from 'vitest'
import { ApiError } from '../../../api/client'
import type { Import } from '../../../api/entity'
import { inOrder, same, send } from './send'

const api = vi.hoisted(() => ({ sendPiece: vi.fn(), readImport: vi.fn() }))
vi.mock('../../../api/import', () => ({ ...api, piece: 4 }))

const state = (...received: number[]) => ({ id: '1', files: received.map((n, i) => ({ name: `f${i}`, size: 10, received: n })) }) as unknown as Import
const file = (name: string) => new File(['0123456789'], name)

test('a file goes out in pieces, and what was interrupted goes on where the server says', async () => {
  let have = [0, 0]
  let faults = 2
  api.sendPiece.mockImplementation((_: string, n: number, offset: number, body: Blob) => {
    if (have[n] === 4 && faults-- > 0) return Promise.reject(new ApiError(faults ? 0 : 409, 'no'))
    expect(offset).toBe(have[n])
    have = have.map((h, i) => (i === n ? h + body.size : h))
    return Promise.resolve(state(...have))
  })
  api.readImport.mockImplementation(() => Promise.resolve(state(...have)))
  const told: number[] = []
  const done = await send(state(0, 0), [file('f0'), file('f1')], (i) => told.push(i.files[0]!.received), new AbortController().signal, () => 0)
  expect(done.files.map((f) => f.received)).toEqual([10, 10])
  expect(told.slice(0, 3)).toEqual([4, 4, 4])
})

test('a refusal ends the sending', async () => {
  api.sendPiece.mockImplementation(() => Promise.reject(new ApiError(422, 'too large')))
  await expect(send(state(0), [file('f0')], () => {}, new AbortController().signal, () => 0)).rejects.toThrow('too large')
})

test('only the same files go on', () => {
  expect(same(state(0, 0), inOrder([file('f1'), file('f0')]))).toBe(true)
  expect(same(state(0), [file('other')])).toBe(false)
  expect(same(state(0, 0), [file('f0')])).toBe(false)
})
