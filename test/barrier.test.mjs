// Every screen and public page on a phone, looked at by axe in light, dark and with more contrast; so is what lies over screens.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launch, open, patient } from './lib/browser.mjs'
import { town } from './lib/town.mjs'
import { enter, furnish, layers, walk } from './lib/walk.mjs'

let skein, elm, browser, there

before(async () => {
  const all = await town()
  ;({ skein, elm } = all)
  there = await furnish(all)
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await skein?.stop()
})

test('no barrier and no breach on a phone', { timeout: patient(230_000) }, async (t) => {
  const at = await open(browser, elm, { width: 360, height: 740 })
  t.after(at.close)
  const all = await walk(at, 'phone', there.pages)
  await enter(at, elm, there.reader)
  all.push(...(await walk(at, 'phone', there.screens)), ...(await layers(at, 'phone')))
  assert.deepEqual(all, [])
})
