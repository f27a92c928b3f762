// Two accounts in one browser: each tab shows its own, nothing is mixed, and one leaves without the other.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { desktop, launch, open, patient } from './lib/browser.mjs'
import { api, until } from './lib/skein.mjs'
import { town } from './lib/town.mjs'

let skein, elm, browser, carol, dora

before(async () => {
  ;({ skein, elm, carol } = await town())
  dora = await skein.person('dora', { domain: elm.domain })
  for (const who of [carol, dora]) who.id = (await api(who, 'GET', '/api/v1/accounts/verify_credentials')).id
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await skein?.stop()
})

async function signIn(page, name) {
  await page.getByLabel('Handle or email').fill(name)
  await page.getByLabel('Password').fill(carol.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor()
}
const menu = (page) => page.getByRole('button', { name: 'Your account' }).click()

test('two accounts in one browser', { timeout: patient(120_000) }, async (t) => {
  const { page, problems, close } = await open(browser, elm, desktop)
  t.after(close)
  await page.goto('/signin')
  await signIn(page, 'carol')
  await menu(page)
  await page.getByRole('menuitem', { name: 'Add an account' }).click()
  await page.waitForURL('**/signin?add=1')
  await page.getByRole('button', { name: 'Go on as @carol' }).waitFor()
  await signIn(page, 'dora')

  // The menu has both, by keyboard too, and says what waits for the other.
  await api(dora, 'POST', '/api/v1/statuses', { status: '@carol are you there?' })
  await until('the mention', async () => (await api(carol, 'GET', '/api/v1/notifications')).length > 0)
  await menu(page)
  const items = page.getByRole('menuitemradio')
  await items.first().waitFor()
  assert.equal(await items.count(), 2)
  assert.match(await items.filter({ hasText: '@carol' }).textContent(), /1 new mention/)
  assert.equal(await items.filter({ hasText: '@dora' }).getAttribute('aria-checked'), 'true')
  await page.keyboard.press('Escape')

  // A second tab changes to carol; the first stays dora's, whatever it does.
  const other = await page.context().newPage()
  await other.goto('/')
  await menu(other)
  const changed = other.waitForEvent('load')
  await other.getByRole('menuitemradio').filter({ hasText: '@carol' }).press('Enter')
  await changed
  await other.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Profile' }).first().click()
  await other.waitForURL('**/@carol')
  await page.keyboard.press('n')
  await page.getByRole('textbox', { name: 'Text of the post' }).fill('From the tab of dora.')
  await page.keyboard.press('Control+Enter')
  const said = await until('the post', async () => (await api(dora, 'GET', `/api/v1/accounts/${dora.id}/statuses`)).find((s) => s.content.includes('From the tab of dora')))
  assert.equal(said.account.acct, 'dora')
  const keys = await page.evaluate(async () => (await indexedDB.databases()).map((d) => d.name))
  assert.ok(keys.includes(`drafts:${dora.id}`), `databases: ${keys}`)

  // What carol begins dora may post: the draft goes over with the page, and is carol's no more.
  const third = await page.context().newPage()
  await third.goto('/compose')
  await third.getByRole('textbox', { name: 'Text of the post' }).fill('Begun by one, said by the other.')
  await third.getByRole('button', { name: /^Account that writes: .*@carol/ }).click()
  await third.getByRole('menuitemradio').filter({ hasText: '@dora' }).press('Enter')
  await third.getByRole('button', { name: /^Account that writes: .*@dora/ }).waitFor()
  assert.equal(await third.getByRole('textbox', { name: 'Text of the post' }).inputValue(), 'Begun by one, said by the other.')
  await third.keyboard.press('Control+Enter')
  await until('the post of the other', async () => (await api(dora, 'GET', `/api/v1/accounts/${dora.id}/statuses`)).some((s) => s.content.includes('said by the other')))
  assert.ok(!(await api(carol, 'GET', `/api/v1/accounts/${carol.id}/statuses`)).some((s) => s.content.includes('said by the other')))
  await third.close()

  // Carol writes something down; dora leaves, and it is still there.
  await other.keyboard.press('n')
  await other.getByRole('textbox', { name: 'Text of the post' }).fill('A thought of carol.')
  await until('the draft', () => other.evaluate((id) => Object.keys(localStorage).some((k) => k.startsWith(`rescue:${id}`)) || indexedDB.databases().then((all) => all.some((d) => d.name === `drafts:${id}`)), carol.id))
  await other.keyboard.press('Escape')
  await page.bringToFront()
  await menu(page)
  const gone = page.waitForEvent('load')
  await page.getByRole('menuitem', { name: 'Sign out of @dora' }).click()
  await gone
  await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor()
  await menu(page)
  await page.getByRole('menuitem', { name: 'Add an account' }).waitFor()
  assert.equal(await page.getByRole('menuitemradio').count(), 0, 'only carol is left')
  await page.keyboard.press('Escape')
  const left = await page.evaluate(async () => (await indexedDB.databases()).map((d) => d.name).concat(Object.keys(localStorage)))
  assert.ok(!left.some((k) => k.includes(dora.id)), `dora left ${left}`)
  await page.goto('/saved/drafts')
  await page.getByText('A thought of carol.').waitFor()
  const cookies = (await page.context().cookies()).filter((c) => c.name.startsWith('session'))
  assert.deepEqual(cookies.map((c) => [c.name, c.httpOnly, c.sameSite]), [[`session-${carol.id}`, true, 'Lax']])
  assert.deepEqual(problems, [])
})
