// Catching up, against the mock.
import assert from 'node:assert/strict'

export const flows = {
  async 'what was missed is read at once, gone through, and kept on the device'({ page, base }) {
    await page.goto(base + '/')
    await page.getByRole('link', { name: 'Catch up' }).click()
    await page.waitForSelector('text=At most 800 posts are read')
    await page.getByRole('button', { name: 'The last 24 hours' }).click()
    await page.waitForSelector('.catch-head')
    // Few posts first.
    const sizes = () => page.locator('.catch-head .num').evaluateAll((all) => all.map((e) => parseInt(e.textContent)))
    const few = await sizes()
    assert(few.length > 3)
    assert.deepEqual(few, few.toSorted((a, b) => a - b))
    await page.getByRole('button', { name: 'Newest first' }).click()
    assert.notDeepEqual(await sizes(), few)
    await page.getByRole('button', { name: /^Boosts/ }).click()
    await page.waitForFunction(() => document.querySelectorAll('.catch-row').length === 1)
    assert.match(await page.locator('.catch-row').innerText(), /Bo Okafor/)
    await page.getByRole('button', { name: /^All/ }).click()
    await page.getByRole('link', { name: 'The space between letters is also drawn' }).first().waitFor()
    // x is done with a post, and goes on to the next.
    await page.locator('.catch-chips').first().evaluate(() => document.activeElement.blur())
    await page.keyboard.press('j')
    const first = await page.evaluate(() => document.activeElement.dataset.entry)
    await page.keyboard.press('x')
    await page.waitForSelector('.catch-done')
    await page.waitForFunction((old) => document.activeElement?.dataset.entry && document.activeElement.dataset.entry !== old, first)
    await page.keyboard.press('x')
    await page.waitForFunction(() => document.querySelectorAll('.catch-done').length === 2)
    const left = await page.locator('.catch-top').innerText()
    await page.waitForTimeout(300)
    await page.reload()
    await page.waitForSelector('.catch-head')
    assert.equal((await page.locator('.catch-top').innerText()).split('\n')[0], left.split('\n')[0])
    await page.getByRole('button', { name: 'Choose anew' }).click()
    await page.getByRole('button', { name: 'The last 2 hours' }).waitFor()
  },
}
