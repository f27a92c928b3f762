import { beforeEach, expect, test, vi } from 'vitest'
import { home, showing } from '../state/feeds'
import * as refresh from '../state/refresh'
import { signIn } from '../test/seed'
import { start } from './pull'

signIn()
start()
const renew = vi.spyOn(refresh, 'renew')

function finger(type: string, x: number, y: number) {
  const touch = { clientX: x, clientY: y }
  const event = Object.assign(new Event(type, { bubbles: true }), { touches: type === 'touchend' ? [] : [touch] })
  document.querySelector('#content')!.dispatchEvent(event)
}
const pull = (...to: [number, number][]) => {
  finger('touchstart', 50, 100)
  for (const [x, y] of to) finger('touchmove', x, y)
}
const sign = () => document.querySelector<HTMLElement>('.pull')

beforeEach(() => {
  document.body.innerHTML = '<main id="content"></main>'
  home()
  renew.mockReset()
  return showing('home')
})

test('a list that is pulled down is asked for what is new', async () => {
  let done = () => {}
  renew.mockReturnValue(new Promise<void>((resolve) => (done = resolve)))
  pull([50, 130], [52, 190])
  expect(sign()?.dataset.ready).toBe('true')
  finger('touchend', 0, 0)
  expect(sign()?.dataset.busy).toBe('true')
  done()
  await vi.waitFor(() => expect(sign()).toBe(null))
  expect(renew).toHaveBeenCalledOnce()
})

test.each([
  ['a little', [[50, 140]]],
  ['sideways', [[90, 105], [90, 200]]],
  ['up', [[50, 60], [50, 200]]],
] as [string, [number, number][]][])('%s is not pulled', (_, to) => {
  pull(...to)
  finger('touchend', 0, 0)
  expect([sign(), renew.mock.calls.length]).toEqual([null, 0])
})
