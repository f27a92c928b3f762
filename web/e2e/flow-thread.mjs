// What is read in a thread, against the mock.
import assert from 'node:assert/strict'

export const flows = {
  async 'a thread asks other servers, keeps its place and sorts'({ page, base, thread }) {
    await fetch(base + '/mock/unfetched')
    await page.goto(base + thread)
    await page.waitForSelector('.replies .branch')
    const top = () => page.locator('.post-focus').evaluate((e) => Math.round(e.getBoundingClientRect().top))
    const before = await top()
    await page.waitForSelector('.thread-bar >> text=1 more reply came from other servers', { timeout: 9000 })
    assert.equal(await top(), before)
    const late = page.locator('.replies > .branch', { hasText: 'When the kettle boils.' })
    assert.match(await late.innerText(), /3 years later|2 years later/)
    const order = () => page.locator('.replies > .branch > .post').evaluateAll((all) => all.map((e) => e.querySelector('.post-name').textContent))
    assert.equal((await order())[0], 'Esi Mensah-Boateng')
    const juno = (await order()).indexOf('Juno Reyes')
    await page.getByRole('button', { name: 'Most liked first' }).click()
    await page.getByRole('menuitemradio', { name: 'Oldest first' }).click()
    assert((await order()).indexOf('Juno Reyes') > juno, 'the order did not change')
    await page.getByRole('button', { name: 'Read as one text' }).click()
    assert.equal(await page.locator('.reader-part').count(), 2)
    await page.getByRole('button', { name: 'Show replies' }).click()
    await page.getByRole('button', { name: 'Write a reply' }).click()
    await page.waitForSelector('dialog >> text=Reply')
  },
}
