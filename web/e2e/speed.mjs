// What a cold home of 20 posts costs the main thread, against the mock: thread time, so that a busy machine tells the same.
//   node e2e/speed.mjs [runs]     fails above the budget of the design
import { launch, tab } from './browser.mjs'
import { serve } from './mock.mjs'

const budget = 350
const runs = Number(process.argv[2] ?? 5)
const server = await serve(0)
const base = `http://127.0.0.1:${server.address().port}`
const browser = await launch()
const rows = []
for (let i = 0; i < runs; i++) {
  const { page, close } = await tab(browser, { width: 390, height: 844 })
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  await page.goto(base + '/')
  await page.waitForSelector('article')
  await page.waitForTimeout(1500)
  const { metrics } = await cdp.send('Performance.getMetrics')
  const of = (name) => Math.round(metrics.find((m) => m.name === name).value * 1000)
  rows.push({ all: of('TaskDuration'), script: of('ScriptDuration'), layout: of('LayoutDuration'), style: of('RecalcStyleDuration'), nodes: metrics.find((m) => m.name === 'Nodes').value })
  await close()
}
await browser.close()
server.close()
const middle = (key) => rows.map((r) => r[key]).sort((a, b) => a - b)[rows.length >> 1]
console.log(`cold home, 20 posts, ms of the main thread (middle of ${runs}): ${['all', 'script', 'style', 'layout'].map((k) => `${k} ${middle(k)}`).join(', ')}; ${middle('nodes')} nodes; budget ${budget}`)
process.exit(middle('all') > budget ? 1 : 0)
