// Every screen and public page in Arabic, from right to left, looked at by axe on a phone; what lies over screens also at a desk.
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

test('no barrier and no breach from right to left', { timeout: patient(230_000) }, async (t) => {
  const at = await open(browser, elm, { width: 360, height: 740 })
  t.after(at.close)
  await enter(at, elm, there.reader, 'ar')
  const all = [...(await walk(at, 'Arabic', there.screens)), ...(await layers(at, 'Arabic'))]
  await at.page.setViewportSize({ width: 1440, height: 900 })
  all.push(...(await layers(at, 'Arabic, desk')))
  const visitor = await open(browser, elm, { width: 360, height: 740 })
  t.after(visitor.close)
  await visitor.context.addCookies([{ name: 'lang', value: 'ar', url: elm.url }])
  all.push(...(await walk(visitor, 'Arabic', there.pages)))
  assert.deepEqual(all, [])
})
