// A post and its pictures, against the mock.
import assert from 'node:assert/strict'
import { come, tab } from './browser.mjs'
import { kinds } from './kinds.mjs'
import { gallery, strip } from './pictures.mjs'

const soon = (page, ms = 300) => page.waitForTimeout(ms)
const kind = (name) => `/@dan@peer.example/${kinds[name].id}`
const at = (s) => `/@hana@peer.example/${s.id}`

export const flows = {
  async 'a picture opens, turns, grows and closes'({ page, base }) {
    await page.goto(base + at(strip))
    await page.waitForSelector('.post-focus .media')
    await page.locator('.post-focus .media-open').nth(1).click()
    const viewer = page.locator('dialog.viewer')
    await viewer.waitFor()
    assert.match(page.url(), /\?media=2$/)
    assert.equal(await page.getByRole('dialog', { name: /Picture 2 of 6, by Hana/ }).count(), 1)
    await page.keyboard.press('ArrowRight')
    assert.match(page.url(), /\?media=3$/)
    await page.getByRole('button', { name: 'Picture before' }).click()
    assert.match(page.url(), /\?media=2$/)
    for (let i = 0; i < 6; i++) await page.keyboard.press('+')
    assert.match(await page.locator('.viewer-picture').getAttribute('style'), /scale\(4\)/)
    assert.equal(await page.getByRole('button', { name: 'Larger' }).getAttribute('aria-disabled'), 'true')
    await page.keyboard.press('0')
    await page.keyboard.press('Home')
    await page.keyboard.press('a')
    assert.match(await page.locator('.viewer-alt').innerText(), /Stop 1 of the walk/)
    await page.keyboard.press('Escape')
    await viewer.waitFor({ state: 'detached' })
    assert.match(page.url(), /\/\d+$/)
    assert.match(await page.evaluate(() => document.activeElement.getAttribute('href')), /media=2$/)
    await page.goForward()
    await viewer.waitFor()
    await page.goBack()
    await viewer.waitFor({ state: 'detached' })
  },

  async 'the address of a picture shows it, and closing stays on its post'({ page, base }) {
    await page.goto(base + at(gallery[4]) + '?media=3')
    await page.getByRole('dialog', { name: /Picture 3 of 4/ }).waitFor()
    await page.keyboard.press('Escape')
    await page.waitForSelector('dialog', { state: 'detached' })
    assert.match(page.url(), /\/\d+$/)
    await page.waitForSelector('.post-focus')
  },

  async 'what is sensitive is not fetched before it is asked for'({ page, base }) {
    const fetched = []
    page.on('request', (r) => r.url().includes('/proxy/') && fetched.push(r.url()))
    const s = gallery[6]
    await page.goto(base + at(s))
    await page.waitForSelector('.media-veil')
    await soon(page)
    assert.deepEqual(fetched, [])
    assert.match(await page.locator('.media-veil').innerText(), /Marked as sensitive by its author/)
    await page.locator('.media-veil').click()
    await page.waitForSelector('.media-open img')
    await page.getByRole('button', { name: 'Hide again' }).click()
    await page.waitForSelector('.media-veil')
  },

  async 'a post is quoted, and its author takes it out'({ page, base }) {
    await page.goto(base + '/')
    const boost = page.locator('[data-act="boost"]:not([disabled])').nth(1)
    await boost.click()
    await page.getByRole('menuitem', { name: 'Quote', exact: true }).click()
    await page.waitForURL(/\/compose\?quote=\d+$/)
    await page.keyboard.press('Escape')
    await soon(page)
    // dan quotes a post of ada, who is signed in
    await page.goto(base + kind('quoting'))
    await page.locator('.post-focus .quote >> text=First firing of the winter').waitFor()
    await page.locator('.post-focus [data-act="more"]').click()
    await page.getByRole('menuitem', { name: 'Take my post out of this quote' }).click()
    await page.getByRole('button', { name: 'Take it out' }).click()
    await page.locator('.post-focus >> text=The author of the quoted post took it out').waitFor()
  },

  async 'who quotes a post can be read'({ page, base }) {
    await page.goto(base + kind('pictured'))
    await page.locator('.post-focus .quote .post-time').click()
    await page.locator('.post-focus .post-meta a:has-text("1 quote")').click()
    await page.waitForSelector('h1:has-text("Who quotes it")')
    await page.locator('article >> text=Look how it lies there.').waitFor()
  },

  async 'pictures without a description are boosted on purpose only'({ page, base }) {
    await page.goto(base + at(gallery[2]))
    const boost = page.locator('.post-focus [data-act="boost"]')
    await boost.click()
    await page.getByRole('menuitem', { name: 'Boost now' }).click()
    await page.getByRole('dialog', { name: 'Boost without a description?' }).waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    assert.equal(await boost.getAttribute('aria-pressed'), 'false')
    await boost.click()
    await page.getByRole('menuitem', { name: 'Boost now' }).click()
    await page.waitForSelector('.toast >> text=Boosted')
    await page.locator('.post-focus [data-act="more"]').click()
    await page.getByRole('menuitem', { name: 'Ask for a description' }).click()
    await page.waitForSelector('#compose-text')
    assert.match(await page.locator('#compose-text').inputValue(), /^@hana@peer.example Could you add a description/)
  },

  async 'a post is translated, and back'({ page, base }) {
    await page.goto(base + kind('foreign'))
    await page.locator('.post-focus').focus()
    await page.keyboard.press('t')
    await page.locator('.post-focus >> text=The kiln is still warm').waitFor()
    await page.locator('.post-focus >> text=Translated from German by Testa').waitFor()
    await page.getByRole('button', { name: 'Show original' }).click()
    await page.locator('.post-focus >> text=Der Ofen ist noch warm').waitFor()
  },

  async 'a report says what, which rule and which posts'({ page, base }) {
    await page.goto(base + kind('several'))
    await page.locator('.post-focus [data-act="more"]').click()
    await page.getByRole('menuitem', { name: 'Report' }).click()
    const dialog = page.getByRole('dialog', { name: 'Report dan' })
    await dialog.waitFor()
    await dialog.getByRole('button', { name: 'Send report' }).click()
    await dialog.locator('text=Say first what is wrong.').waitFor()
    await dialog.getByRole('radio', { name: 'It breaks a rule of this site' }).check()
    await dialog.getByRole('checkbox', { name: 'Be kind.' }).check()
    assert.equal(await dialog.getByRole('checkbox', { name: /When do you read/ }).isChecked(), true)
    await dialog.getByLabel('What else should we know?').fill('He knows.')
    await dialog.getByRole('checkbox', { name: 'Also tell peer.example' }).check()
    const [sent] = await Promise.all([page.waitForRequest('**/api/v1/reports'), dialog.getByRole('button', { name: 'Send report' }).click()])
    const body = sent.postDataJSON()
    assert.equal(body.category, 'violation')
    assert.deepEqual(body.rule_ids, ['1'])
    assert.equal(body.status_ids.length, 1)
    assert.equal(body.forward, true)
    await dialog.locator('text=Thank you').waitFor()
    await dialog.getByRole('button', { name: 'Done' }).click()
  },

  async 'a mute ends by itself, and a list takes somebody in'({ page, base }) {
    await page.goto(base + at(gallery[0]))
    const more = page.locator('.post-focus [data-act="more"]')
    await more.click()
    await page.getByRole('menuitem', { name: 'Add Hana Kōno to a list' }).click()
    const lists = page.getByRole('dialog', { name: 'Lists with Hana Kōno' })
    await lists.getByLabel('Name of a new list').fill('Drawing')
    await lists.getByRole('button', { name: 'Create' }).click()
    await lists.getByRole('checkbox', { name: 'Drawing' }).waitFor()
    await soon(page)
    assert.equal(await lists.getByRole('checkbox', { name: 'Drawing' }).isChecked(), true)
    await page.keyboard.press('Escape')
    await more.click()
    await page.getByRole('menuitem', { name: 'Mute Hana Kōno' }).click()
    await page.getByRole('radio', { name: '1 day' }).check({ force: true })
    const [sent] = await Promise.all([page.waitForRequest('**/mute'), page.getByRole('button', { name: 'Mute', exact: true }).click()])
    assert.deepEqual(sent.postDataJSON(), { duration: 86400, notifications: true })
    await page.waitForSelector('.toast >> text=Hana Kōno is muted')
    await page.locator('.toast button').click()
    await soon(page)
  },

  async 'why a post is seen, and no numbers for who wants none'({ page, base }) {
    await page.goto(base + '/')
    await page.locator('article [data-act="more"]').nth(1).click()
    await page.getByRole('menuitem', { name: 'About this post' }).click()
    await page.getByRole('dialog', { name: 'About this post' }).locator('text=Nothing here is ranked').waitFor()
    await page.keyboard.press('Escape')
    await page.goto(base + '/settings/look')
    await page.getByRole('checkbox', { name: 'Show numbers' }).uncheck()
    await page.goto(base + '/')
    await page.waitForSelector('article')
    assert.equal((await page.locator('.post-actions').allInnerTexts()).join('').trim(), '')
    assert.match(await page.getByRole('button', { name: 'Like', exact: true }).nth(1).getAttribute('aria-pressed'), /^(true|false)$/)
  },

  async 'fingers: a long press opens the menu, a swipe replies or keeps for who wants it'({ page: other, base }) {
    const { page, close } = await tab(other.context().browser(), { width: 390, height: 844 })
    const cdp = await page.context().newCDPSession(page)
    const touch = (type, x, y) => cdp.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x, y }] })
    const swipe = async (box, by) => {
      const y = box.y + box.height * 0.7
      await touch('touchStart', box.x + 190, y)
      for (let i = 1; i <= 8; i++) await touch('touchMove', box.x + 190 + (by * i) / 8, y + 1)
      await touch('touchEnd')
      await soon(page)
    }
    try {
      await page.goto(base + '/')
      await page.waitForSelector('article')
      await come(page, 'touch')
      const post = page.locator('article.post-open').nth(0)
      const text = await post.locator('.post-text').boundingBox()
      // away from links: browsers move a finger to the nearest one
      await touch('touchStart', text.x + text.width / 2, text.y + text.height * 0.7)
      await page.waitForSelector('[data-swipe="held"]')
      await touch('touchEnd')
      await page.getByRole('menu', { name: 'More' }).waitFor()
      assert.equal(new URL(page.url()).pathname, '/')
      await page.keyboard.press('Escape')
      await swipe(await post.locator('.post-text').boundingBox(), 130)
      assert.equal(new URL(page.url()).pathname, '/', 'a swipe does nothing unless it is wanted')
      await page.evaluate(() => localStorage.setItem('reading', JSON.stringify({ swipe: true })))
      await page.reload()
      await page.waitForSelector('article')
      await come(page, 'touch')
      const mark = post.locator('[data-act="bookmark"]')
      const before = await mark.getAttribute('aria-pressed')
      await swipe(await post.locator('.post-text').boundingBox(), -130)
      assert.notEqual(await mark.getAttribute('aria-pressed'), before)
      await swipe(await post.locator('.post-text').boundingBox(), 130)
      await page.waitForURL(/\/compose\?reply=/)
    } finally {
      await close()
    }
  },

  async 'fingers: a picture is turned and put away'({ page: other, base }) {
    const { page, close } = await tab(other.context().browser(), { width: 390, height: 844 })
    const cdp = await page.context().newCDPSession(page)
    const touch = (type, ...points) => cdp.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) })
    const drag = async (from, to) => {
      await touch('touchStart', from)
      for (let i = 1; i <= 6; i++) await touch('touchMove', [from[0] + ((to[0] - from[0]) * i) / 6, from[1] + ((to[1] - from[1]) * i) / 6])
      await touch('touchEnd')
      await soon(page)
    }
    try {
      await page.goto(base + at(gallery[4]) + '?media=1')
      await page.getByRole('dialog', { name: /Picture 1 of 4/ }).waitFor()
      await soon(page)
      await drag([300, 420], [90, 425])
      assert.match(page.url(), /media=2$/)
      await drag([90, 420], [300, 425])
      assert.match(page.url(), /media=1$/)
      await touch('touchStart', [150, 420], [240, 420])
      for (let i = 1; i <= 6; i++) await touch('touchMove', [150 - i * 15, 420], [240 + i * 15, 420])
      await touch('touchEnd')
      await soon(page)
      const scale = await page.locator('.viewer-picture').evaluate((e) => Number(/scale\(([\d.]+)\)/.exec(e.style.transform)[1]))
      assert(scale > 2.5 && scale < 3.5, `two fingers made it ${scale} times larger`)
      await drag([200, 420], [200, 700])
      assert.equal(await page.locator('dialog.viewer').count(), 1, 'a large picture is moved, not put away')
      await page.keyboard.press('0')
      await drag([200, 420], [205, 640])
      await page.waitForSelector('dialog', { state: 'detached' })
    } finally {
      await close()
    }
  },

  async 'an emoji is chosen for a post, and taken back'({ page, base }) {
    await page.goto(base + kind('large'))
    await page.locator('.post-focus [data-act="more"]').click()
    await page.getByRole('menuitem', { name: 'React with an emoji' }).click()
    const picker = page.getByRole('dialog', { name: /emoji/i })
    await picker.getByRole('searchbox').fill('duck')
    await picker.getByRole('button', { name: 'duck', exact: true }).click()
    const mine = page.locator('.post-focus').getByRole('button', { name: '🦆: 1 person' })
    await mine.waitFor()
    assert.equal(await mine.getAttribute('aria-pressed'), 'true')
    await mine.click()
    await mine.waitFor({ state: 'detached' })
  },
}
