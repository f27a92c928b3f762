// Screens that few visit: collections, the review of a year, who waits for the reader's leave.
import assert from 'node:assert/strict'

const scrollable = ([y, height]) => y > 0 && height > y

export const flows = {
  async 'a collection is begun, filled, changed and deleted'({ page, base }) {
    await page.goto(base + '/lists')
    await page.getByRole('link', { name: 'Collections', exact: true }).click()
    await page.getByRole('link', { name: /People of clay and fire/ }).waitFor()
    await page.getByRole('button', { name: 'New collection' }).click()
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByText('Give the collection a name.').waitFor()
    await page.getByLabel('Name', { exact: true }).fill('Bakers')
    await page.getByLabel('Description').fill('Bread, mostly.')
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByRole('heading', { name: 'Bakers', level: 1 }).waitFor()
    await page.getByText('Nobody stands in it yet').waitFor()
    await page.getByRole('searchbox', { name: 'Find people to recommend' }).fill('b')
    const found = page.getByRole('region', { name: 'Find people to recommend' })
    await found.getByRole('button', { name: /^Add / }).first().click()
    await found.getByText('Is in it').waitFor()
    await page.getByRole('heading', { name: '1 person' }).waitFor()
    await page.getByRole('button', { name: /^Remove / }).first().click()
    await page.getByText('Nobody stands in it yet').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('heading', { name: '1 person' }).waitFor()
    await page.getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Edit collection' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Bakers of rye')
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'Bakers of rye', level: 1 }).waitFor()
    await page.getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Delete collection' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete collection' }).click()
    await page.waitForURL('**/collections')
    await page.getByRole('link', { name: /People of clay and fire/ }).waitFor()
    assert.equal(await page.getByRole('link', { name: /Bakers of rye/ }).count(), 0)
  },

  async 'home from the oldest to the newest opens where reading ended; what comes stands below'({ page, base }) {
    await page.goto(base + '/')
    await page.waitForSelector('article')
    const line = await page.locator('#content [data-entry]').nth(6).getAttribute('data-entry')
    await page.evaluate(async (id) => {
      localStorage.setItem('reading', JSON.stringify({ upwards: true }))
      await fetch('/api/v1/markers', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ home: { last_read_id: id } }) })
    }, line)
    await page.goto(base + '/')
    await page.getByRole('button', { name: 'To the newest' }).waitFor()
    const at = (id) => page.evaluate((id) => document.querySelector(`[data-entry="${id}"]`)?.getBoundingClientRect().top, id)
    await page.locator(`[data-entry="${line}"]`).waitFor({ state: 'attached' })
    const ids = await page.locator('#content [data-entry]').evaluateAll((all) => all.map((e) => e.dataset.entry))
    assert.deepEqual(ids, [...ids].sort((a, b) => a.length - b.length || (a < b ? -1 : 1)))
    // The first that was not read stands at the top of the screen, if what follows is long enough for that.
    const next = ids[ids.indexOf(line) + 1]
    await page.waitForFunction((id) => document.querySelector(`[data-entry="${id}"]`).getBoundingClientRect().top > 0, next)
    assert.ok(scrollable(await page.evaluate(() => [scrollY, document.documentElement.scrollHeight])), 'it stands at its top')
    const before = await at(next)
    await page.request.get(`${base}/mock/post?text=The+newest+of+all`)
    await page.getByText('The newest of all').waitFor({ state: 'attached' })
    assert.ok(Math.abs((await at(next)) - before) <= 1, 'what came moved the line')
    assert.equal(await page.locator('#content [data-entry]').last().textContent().then((text) => text.includes('The newest of all')), true)
  },

  async 'a year is counted when it is asked for, and shown'({ page, base }) {
    await page.goto(base + '/year/2026')
    await page.getByRole('button', { name: 'Count my year' }).click()
    await page.getByText('177 posts').first().waitFor()
    await page.getByRole('heading', { name: 'Month by month' }).waitFor()
    assert.equal(await page.locator('.months li').count(), 12)
    await page.getByRole('heading', { name: 'Liked most. Boosted most.' }).waitFor()
    await page.goto(base + '/year/2024')
    await page.getByText('There is no review of 2024').waitFor()
  },

  async 'leave to quote and to reply is given or refused'({ page, base }) {
    await page.goto(base + '/notifications')
    await page.getByRole('link', { name: '3 people ask for your leave' }).click()
    const asks = page.locator('[data-leave]')
    await asks.nth(2).waitFor()
    await asks.first().getByRole('button', { name: 'Allow' }).click()
    await page.waitForFunction(() => document.querySelectorAll('[data-leave]').length === 2)
    await page.waitForFunction(() => document.activeElement?.matches('[data-leave]'))
    await asks.first().getByRole('button', { name: 'Refuse' }).click()
    await page.waitForFunction(() => document.querySelectorAll('[data-leave]').length === 1)
    await page.reload()
    await asks.first().waitFor()
    assert.equal(await asks.count(), 1)
  },

  async 'who is recommended can leave a collection'({ page, base }) {
    await page.goto(base + '/collections')
    await page.getByRole('link', { name: 'I am in' }).click()
    await page.getByRole('link', { name: /Makers to follow/ }).click()
    await page.getByText('You are recommended here.').waitFor()
    await page.getByRole('button', { name: 'Leave' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click()
    await page.getByText('You are recommended here.').waitFor({ state: 'detached' })
    await page.getByRole('heading', { name: '2 people' }).waitFor()
  },
}
