// What somebody sets, step by step, against the mock.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

export const flows = {
  async 'a setting is found, kept and taken back'({ page, base }) {
    await page.goto(base + '/settings')
    await page.getByRole('searchbox', { name: 'Search the settings' }).fill('who follows')
    await page.getByRole('link', { name: /I decide who follows me/ }).click()
    const box = page.getByRole('checkbox', { name: 'I decide who follows me' })
    await box.waitFor()
    await page.waitForFunction(() => document.activeElement?.id === 'set-locked')
    const was = await box.isChecked()
    await box.click()
    await page.locator('.toast', { hasText: 'Saved' }).getByRole('button', { name: 'Undo' }).click()
    await page.waitForSelector('.toast >> text=It is as it was before')
    assert.equal(await box.isChecked(), was)
  },

  async 'the profile says what does not fit, where it does not fit'({ page, base }) {
    await page.goto(base + '/settings/profile')
    const name = page.getByLabel('Display name')
    await name.fill('x'.repeat(60))
    await name.blur()
    await page.waitForSelector('#set-name-error >> text=A display name holds 40 characters.')
    assert.equal(await name.inputValue(), 'x'.repeat(60))
    await name.fill('Ada L.')
    await name.press('Enter')
    await page.waitForSelector('.toast >> text=Saved')
    assert.equal(await page.locator('#set-name-error').count(), 0)
    // Rows move by buttons, and the focus goes along.
    await page.getByRole('button', { name: 'Move row 2 up' }).click()
    assert.equal(await page.getByLabel('Row 1: name').inputValue(), 'Pronouns')
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Move row 1 down')
  },

  async 'a picture is cut with keys'({ page, base }) {
    await page.goto(base + '/settings/profile')
    const png = await page.evaluate(async () => {
      const c = Object.assign(document.createElement('canvas'), { width: 300, height: 200 })
      c.getContext('2d').fillRect(0, 0, 150, 200)
      return c.toDataURL('image/png').split(',')[1]
    })
    await page.locator('input[type=file]').last().setInputFiles({ name: 'face.png', mimeType: 'image/png', buffer: Buffer.from(png, 'base64') })
    const zoom = page.getByRole('slider', { name: 'Size' })
    await zoom.waitFor()
    await zoom.press('ArrowRight')
    assert.equal(await zoom.inputValue(), '1.05')
    const sent = page.waitForRequest((r) => r.url().endsWith('/update_credentials') && r.method() === 'PATCH')
    await page.getByRole('button', { name: 'Use this' }).click()
    assert.match((await sent).headers()['content-type'], /^multipart\/form-data/)
    await page.waitForSelector('.toast >> text=Saved')
  },

  async 'a filter is made, changed and removed'({ page, base }) {
    await page.goto(base + '/settings/filters')
    await page.getByRole('button', { name: 'New filter' }).click()
    await page.getByRole('button', { name: 'Save filter' }).click()
    await page.waitForSelector('[role=alert] >> text=at least one word')
    await page.getByLabel('Word 1', { exact: true }).fill('football')
    await page.getByLabel('Leave out').check()
    await page.getByLabel('Ends after').selectOption({ label: 'A week' })
    await page.getByRole('button', { name: 'Save filter' }).click()
    const row = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'football' }) })
    await row.waitFor()
    assert.match(await row.innerText(), /Leave out · [^]*until /)
    await row.getByRole('button', { name: 'Remove' }).click()
    await row.waitFor({ state: 'detached' })
    await page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
    await row.waitFor()
  },

  async 'follows are saved as a table'({ page, base }) {
    await page.goto(base + '/settings/export')
    const got = page.waitForEvent('download')
    await page.getByRole('button', { name: /^Save.*People you follow$/ }).click()
    const file = await got
    assert.equal(file.suggestedFilename(), 'ada-following.csv')
    const rows = readFileSync(await file.path(), 'utf8').split('\r\n')
    assert.equal(rows[0], 'Account address,Show boosts,Notify on new posts,Languages')
    assert(rows.some((r) => /^\w+@elm\.example,true,false,/.test(r)), rows.join('\n'))
  },

  async 'signing out leaves nothing of the account'({ page, base }) {
    await page.goto(base + '/')
    const id = await page.evaluate(() => JSON.parse(document.getElementById('boot').textContent).account.id)
    const own = ['warnings', 'searches', 'preferences', 'left', 'outbox'].map((name) => `${name}:${id}`)
    await page.evaluate((names) => [...names, 'preferences:999'].forEach((name) => localStorage.setItem(name, '[]')), own)
    await page.getByRole('button', { name: /^Your account/ }).click()
    const gone = page.waitForEvent('load')
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await gone
    const left = await page.evaluate((names) => names.filter((name) => localStorage.getItem(name)), [...own, 'preferences:999'])
    assert.deepEqual(left, ['preferences:999'], 'what is of others stays')
  },
}
