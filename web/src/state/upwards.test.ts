import { beforeEach, expect, test, vi } from 'vitest'
import { signIn, status } from '../test/seed'
import { Upwards } from './upwards.svelte'

// Home of the server: ids 101 to 160, and how it pages.
const all = Array.from({ length: 60 }, (_, i) => status({ id: String(101 + i) }))
let asked: string[] = []
beforeEach(() => {
  signIn()
  asked = []
  vi.stubGlobal('fetch', async (path: string) => {
    const q = new URL(path, 'https://skein.example').searchParams
    asked.push(path)
    const [max, min] = [Number(q.get('max_id') ?? Infinity), Number(q.get('min_id') ?? 0)]
    const inside = all.filter((s) => Number(s.id) < max && Number(s.id) > min)
    return new Response(JSON.stringify((q.has('min_id') ? inside.slice(0, 20) : inside.slice(-20)).toReversed()), { status: 200 })
  })
})
const ids = (list: Upwards) => list.ids.map(Number)
const run = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

test('it stands around the line, goes on below, and ends', async () => {
  const list = new Upwards()
  await list.begin('125')
  expect(ids(list)).toEqual(run(105, 144))
  expect([list.earlier, list.state]).toEqual([true, 'idle'])
  await list.more()
  expect(ids(list)).toEqual(run(105, 160))
  expect(list.state).toBe('end')
})

test('earlier ones come above only when asked for', async () => {
  const list = new Upwards()
  await list.begin('125')
  let first = 0
  await list.back(() => (first = ids(list)[0]!))
  expect([first, ...ids(list)]).toEqual([105, ...run(101, 144)])
  expect(list.earlier).toBe(false)
})

test('what arrives at the end waits below; in the midst it comes with its page', async () => {
  const list = new Upwards()
  await list.begin('125')
  list.arrive()
  expect(list.next).toContain('min_id=144')
  await list.more()
  all.push(status({ id: '161' }))
  list.arrive()
  expect([list.state, list.waiting.length]).toEqual(['idle', 0])
  await list.more()
  expect(ids(list).at(-1)).toBe(161)
  all.pop()
})
