// Several accounts in one browser, and what the settings say about signing in.
import assert from 'node:assert/strict'

const several = (page, base, ids) => page.request.get(`${base}/mock/accounts?ids=${ids}`)

export const flows = {
  async 'another account is a menu away, and every request says whose it is'({ page, base }) {
    await several(page, base, '1000,1001')
    try {
      const asked = []
      page.on('request', (r) => r.url().includes('/api/v1/') && asked.push([r.url(), r.headers()['skein-account']]))
      const sockets = []
      page.on('websocket', (s) => sockets.push(s.url()))
      await page.goto(base + '/')
      await page.waitForSelector('article')
      await page.getByRole('button', { name: 'Your account' }).click()
      const items = page.getByRole('menuitemradio')
      assert.equal(await items.count(), 2)
      assert.equal(await items.first().getAttribute('aria-checked'), 'true')
      assert.match(await items.nth(1).textContent(), /2 new mentions/)
      await page.getByRole('menuitem', { name: 'Sign out of all accounts' }).waitFor()
      const gone = page.waitForRequest((r) => r.isNavigationRequest())
      await items.nth(1).press('Enter')
      await gone
      await page.waitForSelector('article')
      assert.match(await page.evaluate(() => document.cookie), /\baccount=/)
      assert.ok(asked.length && asked.every(([, account]) => account === '1000'), JSON.stringify(asked.filter(([, a]) => a !== '1000')))
      assert.ok(sockets.every((url) => url.includes('account=1000')), sockets.join())
    } finally {
      await several(page, base, '1000')
    }
  },

  async 'on a phone the picture in the bar leads to the other accounts'({ page, base }) {
    await several(page, base, '1000,1001')
    try {
      await page.setViewportSize({ width: 390, height: 844 })
      await page.goto(base + '/')
      await page.waitForSelector('article')
      const me = page.locator('.bar').getByRole('link', { name: 'Profile' })
      await me.click({ button: 'right' })
      await page.getByRole('menuitemradio').first().waitFor()
      await page.keyboard.press('Escape')
      await me.click()
      await page.waitForURL('**/@ada')
      await me.click()
      await page.getByRole('menuitemradio').first().waitFor()
    } finally {
      await several(page, base, '1000')
    }
  },

  async 'the composer says who writes; another account takes the draft along with its picture'({ page, base }) {
    await several(page, base, '1000,1001')
    try {
      await page.goto(base + '/compose')
      await page.locator('#compose-text').fill('For the other account')
      await page.setInputFiles('.composer input[type=file]', { name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==', 'base64') })
      await page.locator('.file').waitFor()
      await page.getByRole('button', { name: /^Account that writes: Ada/ }).click()
      const going = page.waitForRequest((r) => r.isNavigationRequest() && r.url().includes('/compose?draft='))
      await page.getByRole('menuitemradio').nth(1).press('Enter')
      const id = new URL((await going).url()).searchParams.get('draft')
      await page.locator('.composer').waitFor() // the stand-in shows the same account again: what counts is whose the draft is now
      const read = (account) =>
        page.evaluate(
          ([account, id]) =>
            new Promise((done, failed) => {
              const open = indexedDB.open('drafts:' + account)
              open.onerror = () => failed(open.error)
              open.onsuccess = () => {
                const tx = open.result.transaction(['drafts', 'files'])
                const [draft, files] = [tx.objectStore('drafts').get(id), tx.objectStore('files').getAllKeys()]
                tx.oncomplete = () => done({ draft: draft.result, files: files.result.filter((k) => k.startsWith(id)).length })
              }
            }),
          [account, id],
        )
      const [there, here] = [await read('1001'), await read('1000')]
      assert.equal(there.draft.parts[0].text, 'For the other account')
      assert.equal(there.draft.writer, '1001')
      assert.equal(there.draft.parts[0].files[0].media, undefined)
      assert.equal(there.files, 1)
      assert.deepEqual([here.draft, here.files], [undefined, 0])
    } finally {
      await several(page, base, '1000')
    }
  },

  async 'password, browsers and apps are seen to in the settings'({ page, base }) {
    await page.goto(base + '/settings/account')
    const change = page.getByRole('button', { name: 'Change the password', exact: true })
    await change.first().click()
    await page.getByLabel('New password').fill('a new horse')
    await page.getByLabel('Your password').fill('wrong horse')
    await change.last().click()
    await page.getByText('This is not your password.').waitFor()
    assert.equal(await page.getByLabel('Your password').getAttribute('aria-invalid'), 'true')
    await page.getByLabel('Your password').fill('right horse')
    await change.last().click()
    await page.getByText('Your password is changed.').waitFor()
    await page.getByText('Safari on iPhone').first().waitFor()
    await page.getByRole('button', { name: /^Sign out ?: Safari on iPhone/ }).click()
    await page.getByText('That browser is signed out').first().waitFor()
    assert.equal(await page.getByRole('button', { name: /^Sign out ?: / }).count(), 1)
    await page.getByRole('button', { name: /^Revoke ?: Clock/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await page.getByText('Clock can no longer act for you').first().waitFor()
    assert.equal(await page.getByRole('button', { name: /^Revoke ?: Clock/ }).count(), 0)
  },
}
