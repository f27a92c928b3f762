// Screens that few visit: collections, the review of a year, who waits for the reader's leave.
import assert from 'node:assert/strict'

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
