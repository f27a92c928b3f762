// What a reader does, step by step, against the mock.
import assert from 'node:assert/strict'

const soon = (page, ms = 300) => page.waitForTimeout(ms)
const entry = (page, n) => page.locator('#content [data-entry]').nth(n)

export const flows = {
  async 'back returns to the same line'({ page, base }) {
    await page.goto(base + '/')
    await page.waitForSelector('article')
    for (let i = 0; i < 12; i++) {
      await page.mouse.wheel(0, 700)
      await soon(page, 90)
    }
    await soon(page)
    const line = await page.evaluate(() => {
      const e = [...document.querySelectorAll('#content [data-entry]')].find((x) => x.getBoundingClientRect().top > 150)
      return { id: e.dataset.entry, top: e.getBoundingClientRect().top, y: scrollY }
    })
    assert(line.y > 3000, `scrolled only ${line.y}`)
    await page.locator(`[data-entry="${line.id}"] .post-time`).click()
    await page.waitForSelector('.post-focus')
    assert.equal(await page.evaluate(() => scrollY), 0)
    // Thread time, not wall time: it is steady on a shared machine.
    const cdp = await page.context().newCDPSession(page)
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
    const work = async () => (await cdp.send('Performance.getMetrics')).metrics.find((m) => m.name === 'TaskDuration').value * 1000
    const start = await work()
    await page.goBack()
    await page.waitForSelector(`.feed [data-entry="${line.id}"]`)
    const took = (await work()) - start
    await soon(page, 100)
    const top = await page.evaluate((id) => document.querySelector(`[data-entry="${id}"]`).getBoundingClientRect().top, line.id)
    assert(Math.abs(top - line.top) < 1, `line moved from ${line.top} to ${top}`)
    assert(took < 250, `back took ${took} ms of the main thread`)
    await page.goForward()
    await page.waitForSelector('.post-focus')
  },

  async 'a reload returns to the same line'({ page, base }) {
    await page.goto(base + '/')
    await page.waitForSelector('article')
    for (let i = 0; i < 8; i++) {
      await page.mouse.wheel(0, 600)
      await soon(page, 90)
    }
    await soon(page)
    const find = () =>
      page.evaluate(() => {
        const e = [...document.querySelectorAll('#content [data-entry]')].find((x) => x.getBoundingClientRect().bottom > 60)
        return { id: e.dataset.entry, top: Math.round(e.getBoundingClientRect().top) }
      })
    await soon(page, 500)
    const before = await find()
    await page.reload()
    await page.waitForSelector('article')
    await soon(page, 500)
    assert.deepEqual(await find(), before)
  },

  async 'new posts wait and push nothing'({ page, base }) {
    const socket = page.waitForEvent('websocket') // it opens when the page is quiet
    await page.goto(base + '/')
    await page.waitForSelector('article')
    await socket
    await soon(page, 300)
    await page.mouse.wheel(0, 500)
    await soon(page)
    const top = () => entry(page, 3).evaluate((e) => e.getBoundingClientRect().top)
    const before = await top()
    await fetch(base + '/mock/post?text=Fresh+from+the+kiln')
    await page.waitForSelector('[data-act="new"]', { timeout: 3000 })
    assert(Math.abs((await top()) - before) < 1)
    assert.match(await page.locator('[data-act="new"]').innerText(), /1 new post/)
    await page.keyboard.press('.')
    await soon(page)
    assert.match(await entry(page, 0).innerText(), /Fresh from the kiln/)
  },

  async 'like, and a like that the server refuses'({ page, base }) {
    await page.goto(base + '/')
    const like = page.locator('[data-act="like"]').nth(1)
    await like.waitFor()
    const count = Number(await like.innerText())
    await like.click()
    assert.equal(await like.getAttribute('aria-pressed'), 'true')
    assert.equal(Number(await like.innerText()), count + 1)
    await soon(page)
    await page.route('**/unfavourite', (route) => route.fulfill({ status: 503, body: '{"error":"Too tired"}', contentType: 'application/json' }))
    await like.click()
    await soon(page)
    assert.equal(await like.getAttribute('aria-pressed'), 'true')
    assert.match(await page.locator('.toast').innerText(), /Too tired/)
  },

  async 'keys walk, open and go'({ page, base }) {
    await page.goto(base + '/')
    await page.waitForSelector('article')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    const id = await page.evaluate(() => document.activeElement.dataset.entry)
    assert.equal(id, await entry(page, 2).getAttribute('data-entry'))
    await page.keyboard.press('o')
    await page.waitForSelector('.post-focus')
    assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1')
    await page.keyboard.press('u')
    await page.waitForSelector('.prompt >> text=What would you like to say?')
    await soon(page)
    assert.equal(await page.evaluate(() => document.activeElement.dataset.entry), id)
    await page.keyboard.press('?')
    await page.waitForSelector('dialog >> text=Next post')
    await page.keyboard.press('Escape')
    await page.keyboard.press('g')
    await page.keyboard.press('n')
    await page.waitForSelector('h1:has-text("Notifications")')
    assert.match(await page.title(), /^Notifications · elm.example$/)
    await page.keyboard.press('/')
    assert.equal(await page.evaluate(() => document.activeElement.type), 'search')
    await page.keyboard.type('cleo')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.person >> text=Cléo Marchetti')
  },

  async 'follow and unfollow'({ page, base }) {
    await page.goto(base + '/@dan@peer.example')
    const follow = page.locator('.profile-do').getByRole('button', { name: 'Follow dan' })
    await follow.click()
    const following = page.locator('.profile-do').getByRole('button', { name: /^Following\s*dan/ })
    await following.click()
    await page.getByRole('menuitem', { name: 'Unfollow dan' }).click()
    await page.locator('dialog').getByRole('button', { name: 'Unfollow' }).click()
    await follow.waitFor()
  },

  async 'menus keep the focus'({ page, base }) {
    await page.goto(base + '/')
    const boost = page.locator('article', { hasText: 'The beam and I' }).locator('[data-act="boost"]')
    await boost.click()
    await page.waitForSelector('[role=menu]')
    await page.keyboard.press('Escape')
    assert.equal(await boost.evaluate((e) => e === document.activeElement), true)
    await boost.press('Enter')
    await page.waitForSelector('[role=menu]')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.toast >> text=Boosted')
    assert.equal(await boost.getAttribute('aria-pressed'), 'true')
  },

  async 'theme is kept in a cookie'({ page, base }) {
    await page.goto(base + '/settings/look')
    await page.getByRole('radio', { name: 'Dark' }).check()
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark')
    assert.equal((await page.context().cookies()).find((c) => c.name === 'theme').value, 'dark')
  },

  async 'thousand posts stay light'({ page, base }) {
    await page.goto(base + '/explore')
    await page.waitForSelector('article')
    for (let i = 0; i < 40; i++) {
      await page.mouse.wheel(0, 900)
      await soon(page, 60)
    }
    await soon(page)
    const nodes = await page.evaluate(() => document.querySelectorAll('*').length)
    assert(nodes < 6000, `${nodes} nodes`)
    await page.waitForSelector('.end')
  },
}
