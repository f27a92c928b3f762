// A walk past every screen of the app and every public page, in every look, with axe: what a page must never do (an error on the
// console, a violation of the policy, a request to another host) is found on the way as well.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { faults, launch, open, patient, settled } from './browser.mjs'
import { signIn } from './door.mjs'
import { api } from './skein.mjs'
import { town } from './town.mjs'
import { picture } from './upload.mjs'

const source = (name) => readFileSync(join(import.meta.dirname, '../../web/src', name), 'utf8')
/** pages of the settings, as the app lists them: a new one is walked past without being asked. */
const settings = [...source('screen/settings/tree.ts').matchAll(/\bname: '([a-z]+)', icon:/g)].map((m) => m[1])
/** routes of the app, as patterns. */
const routes = [...source('app/routes.ts').matchAll(/\bname: '\w+', path: '([^']+)'/g)].map(([, path]) => ({
  path,
  fits: new RegExp('^' + path.replaceAll('\\\\', '\\').replace(/(\/?)(@?):\w+(?:\(([^)]*)\))?(\?)?/g, (_, slash, at, rule, maybe) => (maybe ? `(?:${slash}${at}${rule ? `(?:${rule})` : '[^/]+'})?` : `${slash}${at}${rule ? `(?:${rule})` : '[^/]+'}`)) + '/?$'),
}))

/** furnish gives a reader on elm something of each kind to look at. */
async function furnish({ skein, elm, ben, carol }) {
  const [reader, noor] = [await skein.person('reader', { domain: elm.domain }), await skein.person('noor', { domain: elm.domain })]
  const call = (who, method, path, body) => api(who, method, `/api/${path}`, body)
  const id = async (acct) => (await call(reader, 'GET', `v1/accounts/lookup?acct=${acct}`)).id
  const far = (await call(reader, 'GET', `v2/search?resolve=true&q=@${ben.handle}`)).accounts[0].id
  for (const who of [far, await id('carol')]) await call(reader, 'POST', `v1/accounts/${who}/follow`)
  await call(reader, 'PATCH', 'v1/accounts/update_credentials', { locked: true })
  await call(noor, 'POST', `v1/accounts/${await id('reader')}/follow`)
  await call(reader, 'POST', `v1/accounts/${await id('noor')}/mute`)
  await call(reader, 'POST', 'v1/domain_blocks', { domain: 'noise.example' })
  await call(carol, 'POST', 'v1/statuses', { status: 'Hello @reader, have you seen the oven?' })
  await call(carol, 'POST', 'v1/statuses', { status: 'Rye or spelt?', poll: { options: ['Rye', 'Spelt'], expires_in: 86_400 } })
  const form = new FormData()
  form.set('file', picture())
  form.set('description', 'A dot')
  const file = await (await fetch(`${carol.url}/api/v2/media`, { method: 'POST', headers: { authorization: `Bearer ${carol.token}` }, body: form })).json()
  carol.photo = (await call(carol, 'POST', 'v1/statuses', { status: 'The crumb, from near.', media_ids: [file.id] })).id
  await call(carol, 'PUT', `v1/statuses/${carol.bread}`, { status: 'The #bread is out of the oven, at last.' })
  for (const act of ['favourite', 'reblog', 'bookmark']) await call(reader, 'POST', `v1/statuses/${carol.bread}/${act}`)
  await call(noor, 'POST', 'v1/statuses', { status: 'I smell it from here.', quoted_status_id: carol.bread })
  const list = await call(reader, 'POST', 'v1/lists', { title: 'Bakers' })
  await call(reader, 'POST', `v1/lists/${list.id}/accounts`, { account_ids: [far] })
  const { collection } = await call(reader, 'POST', 'v1/collections', { name: 'Bread people', description: 'Those who bake', account_ids: [await id('carol')], discoverable: true })
  await call(reader, 'POST', 'v1/tags/bread/follow')
  await call(reader, 'POST', 'v2/filters', { title: 'Football', context: ['home'], filter_action: 'warn', keywords_attributes: [{ keyword: 'goal' }] })
  await call(reader, 'POST', 'v1/statuses', { status: 'For tomorrow.', scheduled_at: new Date(Date.now() + 86_400_000).toISOString() })
  const bread = `/@carol/${carol.bread}`
  const screens = [
    '/', '/home', `/home/list-${list.id}`, '/catchup', '/explore', '/explore/posts', '/explore/tags', '/explore/people', '/explore/news', '/public', '/public/local', '/links?url=https%3A%2F%2Ftype.example%2F', '/tags/bread',
    '/search', `/search?q=${encodeURIComponent('@' + ben.handle)}`, '/search?q=nobodyhere', '/search?q=bread&type=posts', '/notifications', '/notifications/mentions', '/notifications/requests', '/notifications/filtered',
    '/lists', '/lists/tags', `/lists/${list.id}`, `/lists/${list.id}/members`, '/saved/bookmarks', '/saved/likes', '/saved/drafts', '/saved/scheduled',
    '/collections', '/collections/within', `/collections/${collection.id}`, `/year/${new Date().getUTCFullYear()}`,
    '/compose', `/compose?reply=${carol.bread}`, '/share?title=A+heron&url=https%3A%2F%2Fweir.example', '/intent/post?text=hello',
    '/@carol', '/@carol/replies', '/@carol/media', '/@carol/about', '/@carol/followers', '/@carol/following', '/@carol/tagged/bread', `/@${ben.handle}`, '/@reader', '/@nobody',
    bread, ...['boosts', 'likes', 'quotes', 'history'].map((part) => `${bread}/${part}`), `/@carol/${carol.photo}?media=1`, '/nowhere/at/all',
    '/settings', ...settings.map((name) => `/settings/${name}`),
  ]
  const lost = routes.filter((r) => !screens.some((path) => r.fits.test(path.split('?')[0])))
  assert.deepEqual(lost.map((r) => r.path), [], 'every route of the app is walked past')
  assert.ok(settings.length >= 15 && routes.length >= 20, `${settings.length} pages of settings, ${routes.length} routes`)
  const pages = ['/', '/signin', '/signup', '/reset', '/about', '/privacy', '/explore', '/@carol', bread, '/tags/bread', `/authorize_interaction?uri=${encodeURIComponent(elm.url + '/@carol')}`]
  return { reader, screens, pages }
}

const looks = [{ colorScheme: 'light', contrast: 'no-preference' }, { colorScheme: 'dark', contrast: 'no-preference' }, { colorScheme: 'light', contrast: 'more' }]

/** seen looks at what stands there now: all rules once, and the colours of every look. */
async function seen(page, where) {
  const all = []
  for (const [i, look] of looks.entries()) {
    await page.emulateMedia(look)
    for (const fault of await faults(page, i ? ['color-contrast'] : undefined)) all.push(`${where} ${look.contrast === 'more' ? 'more contrast' : look.colorScheme}: ${fault}`)
  }
  await page.emulateMedia(looks[0])
  return all
}

/** absent is what is not there on purpose: the browser notes that it was told so. */
const absent = /404.*\/(nowhere|@nobody|api\/v1\/(accounts\/lookup\?acct=nobody|timelines\/link\?))/

/** walk goes to every path, in two tabs, and tells what is wrong there. */
async function walk({ page, context, problems }, where, paths) {
  const all = []
  const rest = [...paths]
  const tour = async (tab) => {
    for (let path = rest.shift(); path; path = rest.shift()) {
      await tab.goto(path)
      await settled(tab)
      const { lang, dir } = await tab.evaluate(() => ({ lang: document.documentElement.lang, dir: getComputedStyle(document.documentElement).direction }))
      if ((dir === 'rtl') !== (lang === 'ar')) all.push(`${where} ${path}: ${lang} runs ${dir}`)
      all.push(...(await seen(tab, `${where} ${path}`)))
    }
  }
  const other = await context.newPage()
  await other.setViewportSize(page.viewportSize())
  await Promise.all([tour(page), tour(other)])
  await other.close()
  for (const problem of problems.splice(0)) if (!absent.test(problem)) all.push(`${where}: ${problem}`)
  return all
}

/** spoken are the words of the app in the language that the page has. */
async function spoken(page) {
  const lang = await page.evaluate(() => document.documentElement.lang)
  return { ...JSON.parse(source(`text/${lang}.json`)), ...JSON.parse(source(`text/part/later.${lang}.json`)) }
}

/** layers opens what lies over a screen, one after the other. It goes by keys and marks that no language changes. */
async function layers({ page, problems }, where) {
  const all = []
  const shown = async (what, opened) => {
    await page.locator(opened).first().waitFor()
    all.push(...(await seen(page, `${where} ${what}`)))
  }
  const closed = async (layer) => {
    await page.keyboard.press('Escape')
    await page.locator(layer).waitFor({ state: 'detached' })
  }
  const home = async () => {
    await page.goto('/')
    await settled(page)
    await page.locator('#content article').first().waitFor()
  }
  await home()
  await page.keyboard.press('Control+k')
  await shown('palette', '.palette-row')
  await closed('dialog')
  await page.keyboard.press('?')
  await shown('help', 'dialog kbd')
  await closed('dialog')
  const me = page.locator('.rail-me, .bar a[href="/@reader"]').filter({ visible: true }).first()
  await me.click({ button: (await me.evaluate((e) => e.tagName)) === 'BUTTON' ? 'left' : 'right' })
  await shown('account menu', '[role=menu]')
  await closed('[role=menu]')
  for (const act of ['more', 'boost']) {
    await page.locator(`article [data-act="${act}"]:not(:disabled)`).first().click()
    await shown(`menu of ${act}`, '[role=menu]')
    await closed('[role=menu]')
  }
  // What the menu of somebody else's post asks first.
  await page.goto('/@carol')
  await settled(page)
  const words = await spoken(page)
  for (const key of ['post.react', 'trust.title', 'lists.add', 'post.people.mute', 'post.people.block', 'report.do']) {
    await page.locator('article [data-act="more"]').first().click()
    await page.getByRole('menuitem', { name: new RegExp('^' + words[key].replace(/[.*+?()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '.*Carol Mint.*') + '$') }).click()
    await shown(`dialog of ${key}`, 'dialog')
    await closed('dialog')
  }
  await page.keyboard.press('n')
  await shown('composer', 'dialog textarea')
  await closed('dialog')
  all.push(...problems.splice(0).map((problem) => `${where} layers: ${problem}`))
  return all
}

/** enter signs the reader in, and has the app speak a language. */
async function enter({ page, context }, site, reader, lang) {
  await signIn(page, reader.name, reader.password)
  if (lang) await context.addCookies([{ name: 'lang', value: lang, url: site.url }])
}

/** tour is a test of half of all screens, and of what goes with that half: public pages with the first, what lies over screens with the second. */
export function tour(where, { width, height, lang }, half) {
  let skein, elm, browser, there
  before(async () => {
    const all = await town()
    ;({ skein, elm } = all)
    there = await furnish(all)
    browser = await launch()
  })
  after(async () => {
    await browser?.close()
    await skein?.stop()
  })
  test(`no barrier and no breach: ${where}, ${half === 0 ? 'the first half' : 'the second half'}`, { timeout: patient(220_000) }, async (t) => {
    const at = await open(browser, elm, { width, height })
    t.after(at.close)
    const all = []
    if (half === 0) {
      if (lang) await at.context.addCookies([{ name: 'lang', value: lang, url: elm.url }])
      all.push(...(await walk(at, where, there.pages)))
      await at.context.clearCookies()
    }
    await enter(at, elm, there.reader, lang)
    if (half === 1) all.push(...(await layers(at, where)))
    all.push(...(await walk(at, where, there.screens.filter((_, i) => i % 2 === half))))
    assert.deepEqual(all, [])
  })
}
