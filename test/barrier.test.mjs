// Every screen and public page, looked at by axe in both themes and widths; what a page must never do (an error on the console, a
// violation of the policy, a request to another host) fails the test as well.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { desktop, faults, launch, open, patient, phone, settled } from './lib/browser.mjs'
import { api } from './lib/skein.mjs'
import { town } from './lib/town.mjs'

let skein, elm, browser, ben, carol

before(async () => {
  ;({ skein, elm, ben, carol } = await town())
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await skein?.stop()
})

/** screens are what is looked at by axe, in both themes and widths. */
const screens = () => [
  '/', '/explore', '/public', '/notifications', '/notifications/mentions', '/search', `/search?q=${encodeURIComponent('@' + ben.handle)}`, '/search?q=nobodyhere', '/lists', '/explore/people', '/explore/news', '/notifications/filtered', '/@carol/media', '/@carol/about', '/settings/look', '/settings/account', '/saved/bookmarks', '/saved/drafts', '/saved/scheduled',
  '/settings', '/settings/profile', '/settings/privacy', '/settings/filters', '/compose', '/tags/bread', '/@carol', `/@carol/${carol.bread}`, `/@${ben.handle}`, '/@carol/followers',
]
const pages = () => ['/', '/signin', '/signup', '/reset', '/about', '/privacy', '/explore', '/@carol', `/@carol/${carol.bread}`, '/tags/bread', `/authorize_interaction?uri=${encodeURIComponent(elm.url + '/@carol')}`]

/** inspect opens every path in both themes and collects what is wrong with it. */
async function inspect(page, problems, where, paths) {
  const all = []
  for (const path of paths) {
    await page.goto(path)
    await settled(page)
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme })
      for (const fault of await faults(page)) all.push(`${where} ${colorScheme} ${path}: ${fault}`)
    }
    for (const problem of problems.splice(0)) all.push(`${where} ${path}: ${problem}`)
  }
  return all
}

test('no barrier and no breach on any screen', { timeout: patient(220_000) }, async (t) => {
  const reader = await skein.person('reader', { domain: elm.domain })
  const follow = await api(reader, 'GET', `/api/v2/search?resolve=true&q=@${ben.handle}`)
  await api(reader, 'POST', `/api/v1/accounts/${follow.accounts[0].id}/follow`)
  await api(carol, 'POST', '/api/v1/statuses', { status: 'Hello @reader, have you seen the oven?' })
  const all = []
  for (const [where, size] of [['phone', phone], ['desktop', desktop]]) {
    const { page, problems, close } = await open(browser, elm, size)
    t.after(close)
    all.push(...(await inspect(page, problems, where, pages())))
    await page.goto('/signin')
    await page.getByLabel('Handle or email').fill('reader')
    await page.getByLabel('Password').fill(reader.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor()
    all.push(...(await inspect(page, problems, where, screens())))
    await page.goto('/')
    await page.getByRole('button', { name: 'What would you like to say?' }).click()
    await page.getByRole('textbox', { name: 'Text of the post' }).waitFor()
    for (const fault of await faults(page)) all.push(`${where} composer: ${fault}`)
    await page.keyboard.press('Escape')
    all.push(...problems)
  }
  assert.deepEqual(all, [])
})
