// A post and its pictures, against the mock.
import assert from 'node:assert/strict'
import { gallery, strip } from './pictures.mjs'

const soon = (page, ms = 300) => page.waitForTimeout(ms)
const shown = (s) => `[data-entry="${s.id}"]`
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
}
void shown
