// Home, lists, looking around: step by step, against the mock.
import assert from 'node:assert/strict'

export const flows = {
  async 'a list is made, filled, and stands beside home'({ page, base }) {
    await page.goto(base + '/lists')
    await page.getByRole('button', { name: 'New list' }).click()
    await page.getByLabel('Name').fill('Water')
    await page.getByRole('button', { name: 'Make list' }).click()
    await page.waitForSelector('h1:has-text("Water")')
    await page.getByLabel('Search people you follow').fill('gus')
    await page.getByRole('button', { name: /^Add Gus/ }).click()
    await page.getByRole('button', { name: /^Remove Gus/ }).waitFor()
    await page.getByRole('button', { name: 'Show beside Home' }).click()
    await page.goto(base + '/')
    await page.getByRole('navigation', { name: 'Home and lists' }).getByRole('link', { name: 'Water' }).click()
    await page.waitForSelector('h1:has-text("Water")')
    await page.waitForSelector('article >> text=Sailed round the headland')
    assert.equal(await page.locator('article .post-name:not(:has-text("Gus"))').count(), 0)
  },

  async 'a person is put into a list from their profile'({ page, base }) {
    await page.goto(base + '/@cleo')
    await page.locator('.profile-do').getByRole('button', { name: 'Following Cléo Marchetti' }).click()
    await page.getByRole('menuitem', { name: 'Add Cléo Marchetti to a list' }).click()
    const box = page.getByRole('checkbox', { name: 'Tide' })
    assert.equal(await page.getByRole('checkbox', { name: 'Makers' }).isChecked(), true)
    await box.check()
    await page.keyboard.press('Escape')
    await page.goto(base + '/lists/52/members')
    await page.waitForSelector('.person >> text=Cléo Marchetti')
  },

  async 'explore ends, and says how it is made'({ page, base }) {
    await page.goto(base + '/explore')
    const tabs = page.getByRole('navigation', { name: 'Explore' })
    await tabs.getByRole('link', { name: 'Tags' }).click()
    await page.waitForSelector('text=more people use than is usual')
    await page.getByRole('img', { name: 'Posts a day, oldest first: 4, 3, 9, 6, 16, 13, 21' }).waitFor()
    await tabs.getByRole('link', { name: 'People' }).click()
    await page.waitForSelector('text=Chosen by those who run this site')
    const farah = page.locator('.person', { hasText: 'Farah' }).first()
    await farah.getByRole('button', { name: /^Do not suggest Farah/ }).click()
    await page.waitForSelector('.toast >> text=will not be suggested again')
    await tabs.getByRole('link', { name: 'News' }).click()
    await page.getByRole('link', { name: /Read what people say: The space between letters/ }).click()
    await page.waitForSelector('article >> text=I keep coming back to this one')
  },

  async 'a search is narrowed by chips, and a server that knows nothing is named'({ page, base }) {
    await page.goto(base + '/search?q=the')
    await page.getByRole('button', { name: 'Narrow down' }).click()
    await page.getByRole('menuitem', { name: 'By a person' }).click()
    await page.keyboard.type('cleo')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Remove: By cleo' }).waitFor()
    await page.waitForSelector('#content article')
    assert.equal(await page.locator('#content article .post-name:not(:has-text("Cléo"))').count(), 0)
    assert.equal(await page.locator('#search').inputValue(), 'the from:cleo')
    await page.getByRole('button', { name: 'Remove: By cleo' }).click()
    await page.waitForSelector('article .post-name:not(:has-text("Cléo"))')
    assert.equal(await page.locator('#search').inputValue(), 'the')
    await page.getByRole('button', { name: 'Show more posts' }).click()
    await page.locator('#content article').nth(20).waitFor()
    await page.locator('#search').fill('nobody@lost.example')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[role=alert] >> text=lost.example did not answer')
  },

  async 'four hundred posts down, a post opened, back, reloaded, thirty more: the same line'({ page, base }) {
    await fetch(base + '/mock/post?many=380')
    await page.goto(base + '/')
    await page.waitForSelector('article')
    const count = () => page.evaluate(() => [...document.querySelectorAll('[data-sheet]')].length)
    for (let i = 0; i < 900 && (await count()) < 41; i++) {
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight - 2400))
      await page.waitForTimeout(60)
    }
    assert((await count()) >= 40, `only ${await count()} sheets`)
    await page.waitForTimeout(600)
    const find = () =>
      page.evaluate(() => {
        const e = [...document.querySelectorAll('#content [data-entry]')].find((x) => x.getBoundingClientRect().top > 120)
        return { id: e.dataset.entry, top: e.getBoundingClientRect().top }
      })
    // The browser scrolls by whole pixels, posts have parts of them.
    const same = (now) => assert(now.id === line.id && Math.abs(now.top - line.top) < 1, `${JSON.stringify(now)}, was ${JSON.stringify(line)}`)
    const line = await find()
    await page.locator(`[data-entry="${line.id}"] .post-time`).click()
    await page.waitForSelector('.post-focus')
    await page.goBack()
    await page.waitForSelector(`.feed [data-entry="${line.id}"]`)
    await page.waitForTimeout(700)
    same(await find())
    await fetch(base + '/mock/post?many=29')
    await page.reload()
    await page.waitForSelector(`.feed [data-entry="${line.id}"]`)
    await page.waitForSelector('[data-act="new"] >> text=30 new posts')
    same(await find())
  },
}
