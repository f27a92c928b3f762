// Pictures of every screen of the demo, at two widths and in two themes: node pictures.mjs <domain> <folder>
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { desktop, launch, open, phone, settled } from './browser.mjs'
import { small } from './png.mjs'

const [domain, folder] = process.argv.slice(2)
const site = { domain, url: `http://${domain}` }
const most = 200_000
mkdirSync(folder, { recursive: true })

const composer = async (page) => {
  await page.getByRole('button', { name: 'What would you like to say?' }).click()
  await page.getByRole('textbox', { name: 'Text of the post' }).fill('The bees flew today, in November. They looked surprised themselves. #beekeeping')
}
/** post follows the link of the first post with a text. */
const post = (text) => async (page) => {
  await page.getByRole('article').filter({ hasText: text }).first().locator('a.post-time').click()
  await page.locator('.post-focus').waitFor()
}

/** once asks the API of the page for something that is not there yet. */
const once = (path, body, there) => async (page) => {
  await page.evaluate(
    async ([path, body, list]) => {
      const headers = { 'Content-Type': 'application/json' }
      if ((await (await fetch(list)).json()).length) return
      const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
      if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
    },
    [path, body, there],
  )
  await page.reload()
}
const tomorrow = new Date(Date.now() + 86_400_000)
const scheduled = once('/api/v1/statuses', { status: 'The hives are open to see from ten. Bring a veil if you have one.', scheduled_at: tomorrow.toISOString() }, '/api/v1/scheduled_statuses')
const list = once('/api/v1/lists', { title: 'Garden' }, '/api/v1/lists')
const catchup = async (page) => {
  await page.getByRole('button', { name: 'The last 24 hours' }).click()
  await page.locator('.catch-head').first().waitFor()
}
const palette = async (page) => {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Where to, or what to do?' }).fill('mo')
}
const settings = ['profile', 'privacy', 'filters', 'muted', 'blocked', 'servers', 'look', 'reading', 'writing', 'notifications', 'keyboard', 'language', 'account', 'security', 'import', 'export', 'about']

const visitor = [
  ['landing', '/'],
  ['public-profile', '/@ada'],
  ['public-post', '/@ada', post('Welcome to Elm')],
  ['public-tag', '/tags/bread'],
  ['about', '/about'],
  ['sign-in', '/signin'],
  ['sign-up', '/signup'],
]
const member = [
  ['home', '/'],
  ['compose', '/', composer],
  ['explore', '/explore'],
  ['notifications', '/notifications'],
  ['profile', '/@mo'],
  ['thread', '/@ada/replies', post('Is that more than last year')],
  ['search', '/search?q=be'],
  ['tag', '/tags/bread'],
  ['saved', '/saved/likes'],
  ['drafts', '/saved/drafts'], // what the picture of the composer left behind
  ['scheduled', '/saved/scheduled', scheduled],
  ['lists', '/lists', list],
  ['catchup', '/catchup', catchup],
  ['palette', '/', palette],
  ['settings', '/settings'],
  ...settings.map((name) => [`settings-${name}`, `/settings/${name}`]),
]

let faults = 0
const browser = await launch()
for (const [size, box] of [['desktop', desktop], ['phone', phone]]) {
  for (const theme of ['light', 'dark']) {
    const { page, problems, close } = await open(browser, site, { ...box, theme })
    const shoot = async (list) => {
      for (const [name, path, act] of list) {
        await page.goto(path)
        await settled(page)
        await act?.(page)
        await page.mouse.move(0, 0) // nothing looks as if it were pointed at
        await settled(page)
        await page.waitForTimeout(250)
        const picture = small(await page.screenshot({ animations: 'disabled', caret: 'hide' }))
        if (picture.length > most) problems.push(`${picture.length} bytes`)
        for (const problem of problems.splice(0)) {
          faults++
          console.error(`${name} ${size} ${theme}: ${problem}`)
        }
        writeFileSync(join(folder, `${name}-${size}-${theme}.png`), picture)
      }
    }
    await page.goto('/') // for the typeface: pages do not wait for it the first time
    await page.evaluate(() => document.fonts.ready)
    await shoot(visitor)
    await page.goto('/signin')
    await page.getByLabel('Handle or email').fill('ada')
    await page.getByLabel('Password').fill('demo-demo-demo')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor()
    await shoot(member)
    await close()
  }
}
await browser.close()
process.exit(faults ? 1 : 0)
