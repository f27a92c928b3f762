// Notifications: groups, who is held back, the rules.
import assert from 'node:assert/strict'

export const flows = {
  async 'a group opens, a notification is taken away, kinds are chosen'({ page, base }) {
    await page.goto(base + '/notifications')
    const likes = page.locator('.note', { hasText: 'others like your post' }).or(page.locator('.note', { hasText: 'other like your post' }))
    await likes.getByRole('button', { name: 'Show all' }).click()
    await page.locator('.note-members .person').nth(2).waitFor()
    assert.equal(await page.locator('.note-members .person').count(), 3)
    const before = await page.locator('[data-entry]').count()
    await page.locator('.note', { hasText: 'changed a post' }).getByRole('button', { name: 'Take away' }).click()
    await page.waitForFunction((n) => document.querySelectorAll('[data-entry]').length < n, before)
    await page.reload()
    await page.locator('.note').first().waitFor()
    assert.equal(await page.locator('.note', { hasText: 'changed a post' }).count(), 0)
    await page.getByRole('button', { name: 'Choose and settings' }).click()
    await page.getByRole('menuitem', { name: 'boosts' }).or(page.getByRole('menuitemradio', { name: 'boosts' })).or(page.getByRole('menuitemcheckbox', { name: 'boosts' })).click()
    await page.waitForURL(/kind=reblog/)
    await page.getByText('boosted your post').waitFor()
    assert.equal(await page.locator('.note').count(), 1)
  },
  async 'who is held back can be looked at and let in, and the rules changed'({ page, base }) {
    await page.goto(base + '/notifications')
    await page.getByRole('link', { name: /are held back/ }).click()
    await page.getByText('You do not follow them').first().waitFor()
    await page.getByRole('button', { name: /^Look at/ }).first().click()
    await page.locator('.held .note, .held .note-whole').first().waitFor()
    await page.getByRole('button', { name: 'Let in', exact: true }).first().click()
    await page.getByText('Their notifications reach you now').first().waitFor()
    await page.waitForFunction(() => document.querySelectorAll('.held').length === 1)
    await page.getByRole('button', { name: 'Change the rules' }).click()
    await page.getByLabel('Automated accounts').selectOption('drop')
    await page.getByText('Saved').first().waitFor()
    const rules = await page.evaluate(async () => (await fetch('/api/v2/notifications/policy')).json())
    assert.equal(rules.for_bots, 'drop')
  },
}
