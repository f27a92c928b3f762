// Home's place from one visit to the next, and across devices, against the mock.
import assert from 'node:assert/strict'

const first = (page) =>
  page.evaluate(() => {
    const e = [...document.querySelectorAll('#content .feed [data-entry]')].find((x) => x.getBoundingClientRect().top > 120)
    return { id: e.dataset.entry, top: e.getBoundingClientRect().top }
  })
/** same: the browser scrolls by whole pixels, posts have parts of them. */
const same = (now, line) => assert(now.id === line.id && Math.abs(now.top - line.top) < 1, `${JSON.stringify(now)}, was ${JSON.stringify(line)}`)
const where = (page, id) => page.locator(`.feed [data-entry="${id}"]`).evaluate((e) => e.getBoundingClientRect().top)

/** readDown reads home so many pixels down, rests, and tells which line is read. */
async function readDown(page, base, px) {
  await page.goto(base + '/')
  await page.waitForSelector('.feed article')
  for (let y = 0; y < px; y += 700) {
    await page.evaluate((to) => scrollTo(0, to), Math.min(px, y + 700))
    await page.waitForTimeout(120)
  }
  await page.waitForTimeout(1900)
  return first(page)
}

/** anew closes the tab and opens another one at home. */
async function anew(page, context, base) {
  await page.close()
  const other = await context.newPage()
  await other.goto(base + '/')
  await other.waitForSelector('.feed article')
  return other
}

export const flows = {
  async 'a tab that was closed opens home at the same line, and says what is new'({ page, context, base }) {
    await fetch(base + '/mock/post?many=60')
    const line = await readDown(page, base, 9000)
    await fetch(base + '/mock/post?many=2')
    let again = await anew(page, context, base)
    await again.waitForSelector('[data-act="new"] >> text=3 new posts')
    same(await first(again), line)
    await again.evaluate(() => scrollBy(0, -2400))
    await again.waitForTimeout(500)
    assert((await first(again)).id !== line.id)
    await again.locator('[data-act="new"]').click()
    await again.waitForSelector('.feed article >> text=Something new.')
    assert.equal(await again.evaluate(() => scrollY), 0)
    // Whoever is at the top sees what is new, at the top.
    await again.waitForTimeout(700)
    again = await anew(again, context, base)
    assert.equal(await again.evaluate(() => scrollY), 0)
    await again.close()
  },

  async 'home is found again by its name, where it was left'({ page, base }) {
    const line = await readDown(page, base, 5000)
    await page.getByRole('navigation', { name: 'Main' }).first().getByRole('link', { name: 'Lists', exact: true }).click()
    await page.waitForSelector('h1:has-text("Lists")')
    const home = page.getByRole('navigation', { name: 'Main' }).first().getByRole('link', { name: 'Home' })
    await home.click()
    await page.waitForSelector(`.feed [data-entry="${line.id}"]`)
    same(await first(page), line)
    await home.click()
    await page.waitForFunction(() => scrollY === 0)
  },

  async 'what lies between is a gap, filled from either side'({ page, context, base }) {
    const line = await readDown(page, base, 3000)
    await fetch(base + '/mock/post?many=280')
    const again = await anew(page, context, base)
    await again.waitForSelector('[data-act="new"] >> text=/More than \\d+ new posts/')
    assert(Math.abs((await where(again, line.id)) - line.top) < 1)
    await again.locator('[data-act="new"]').click()
    const gap = again.locator('.gap')
    for (let i = 0; i < 60 && !(await gap.count()); i++) {
      await again.mouse.wheel(0, 900)
      await again.waitForTimeout(60)
    }
    await gap.scrollIntoViewIfNeeded()
    await again.waitForTimeout(400)
    const edges = () =>
      again.evaluate(() => {
        const gap = document.querySelector('.gap')
        const all = [...document.querySelectorAll('.feed [data-entry]')]
        const below = all.find((e) => gap.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING)
        const above = all.findLast((e) => gap.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_PRECEDING)
        return [above, below].map((e) => ({ id: e.dataset.entry, top: Math.round(e.getBoundingClientRect().top) }))
      })
    const [above] = await edges()
    await again.getByRole('button', { name: 'Load down' }).click()
    await again.waitForFunction((id) => document.activeElement?.dataset.entry === id, above.id)
    await again.waitForTimeout(300)
    assert(Math.abs((await where(again, above.id)) - above.top) <= 1, 'the edge above moved')
    await gap.scrollIntoViewIfNeeded()
    await again.waitForTimeout(500)
    const [, below] = await edges()
    await again.getByRole('button', { name: 'Load up' }).click()
    await again.waitForFunction((id) => document.activeElement?.dataset.entry === id, below.id)
    await again.waitForTimeout(300)
    assert(Math.abs((await where(again, below.id)) - below.top) <= 1, 'the edge below moved')
    for (let i = 0; i < 4 && (await gap.count()); i++) {
      await again.getByRole('button', { name: 'Load up' }).click()
      await again.waitForTimeout(400)
    }
    assert.equal(await gap.count(), 0)
    await again.close()
  },

  async 'tabs share one socket, and another takes over when the first is closed'({ page, context, base }) {
    const open = async () => Number(await (await fetch(base + '/mock/sockets')).text())
    const settled = async (n) => {
      let now = await open()
      for (let i = 0; i < 100 && now !== n; i++, now = await open()) await new Promise((done) => setTimeout(done, 100))
      assert.equal(now, n)
    }
    await settled(0)
    await page.goto(base + '/')
    await page.waitForSelector('.feed article')
    await settled(1)
    const other = await context.newPage()
    await other.goto(base + '/')
    await other.waitForSelector('.feed article')
    await other.waitForTimeout(2500)
    assert.equal(await open(), 1)
    await fetch(base + '/mock/post')
    for (const tab of [page, other]) await tab.waitForSelector('[data-act="new"] >> text=1 new post')
    await page.close()
    await other.waitForTimeout(1000)
    await settled(1)
    await other.waitForTimeout(500)
    await fetch(base + '/mock/post')
    await other.waitForSelector('[data-act="new"] >> text=2 new posts')
    await other.close()
  },

  async 'another device was further'({ page, context, base }) {
    await fetch(base + '/mock/post?many=30')
    await page.goto(base + '/')
    await page.waitForSelector('.feed article')
    await page.waitForTimeout(2500) // the mark of this device is told
    await readDown(page, base, 4000)
    await fetch(base + '/mock/post?many=8')
    const home = await (await fetch(base + '/api/v1/timelines/home')).json()
    await fetch(base + '/api/v1/markers', { method: 'POST', body: JSON.stringify({ home: { last_read_id: home[4].id } }) })
    const again = await anew(page, context, base)
    const go = again.getByRole('button', { name: 'Continue from your other device' })
    await go.click()
    await again.waitForFunction((id) => document.activeElement?.dataset.entry === id, home[4].id)
    const top = await where(again, home[4].id)
    assert(top > 40 && top < 140, `it stands at ${top}`)
    await go.waitFor({ state: 'detached' })
    const marks = await (await fetch(base + '/api/v1/markers')).json()
    assert.equal(marks.home.last_read_id, home[4].id)
    await again.close()
  },
}
