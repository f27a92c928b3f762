// axe on every screen in two widths and three themes, what a reader does, and pictures to look at.
//   node e2e/run.mjs                                    against the mock (needs npm run build)
//   node e2e/run.mjs https://elm.example --paths /,/explore,/@ada     against a running site, signed in with
//   SKEIN_COOKIE="name=value" in the environment. Flows that need the mock's posts are left out then.
//   --lang <ar or en-XA>                              only this language, with --only languages
//   --name <part of a name>                             runs only such flows
//   --shots <folder>                                    also writes a picture of each screen
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { launch, tab } from './browser.mjs'
import { flows as first } from './flow.mjs'
import { flows as written } from './flow-compose.mjs'
import { flows as around } from './flow-home.mjs'
import { flows as caught } from './flow-catchup.mjs'
import { flows as keyed } from './flow-keys.mjs'
import { flows as noted } from './flow-note.mjs'
import { flows as several } from './flow-accounts.mjs'
import { flows as away } from './flow-offline.mjs'
import { flows as places } from './flow-place.mjs'
import { flows as posts } from './flow-post.mjs'
import { flows as profiles } from './flow-profile.mjs'
import { flows as rare } from './flow-seldom.mjs'
import { flows as settings } from './flow-setting.mjs'
import { flows as threads } from './flow-thread.mjs'

const flows = { ...first, ...posts, ...written, ...noted, ...settings, ...profiles, ...threads, ...caught, ...around, ...places, ...away, ...keyed, ...several, ...rare }

/** settingPages are the pages of the settings, as the app lists them */
const settingPages = [...readFileSync(new URL('../src/screen/settings/tree.ts', import.meta.url), 'utf8').matchAll(/\bname: '([a-z]+)', icon:/g)].map((m) => m[1])

const args = process.argv.slice(2)
const option = (name) => (args.includes(name) ? args.splice(args.indexOf(name), 2)[1] : undefined)
const shots = option('--shots')
const chosen = option('--paths')?.split(',')
const only = option('--only')
const tongue = option('--lang')
const named = option('--name')
const given = args[0]

const mock = given ? null : await import('./mock.mjs')
const server = mock && (await mock.serve(0))
const base = given ?? `http://127.0.0.1:${server.address().port}`
const thread = mock?.paths.thread
const screens = chosen ?? [
  '/', '/explore', '/public', '/explore/posts', '/explore/tags', '/explore/people', '/explore/news', '/links?url=https%3A%2F%2Ftype.example%2Fnotes%2Fspacing', '/search?q=c', '/search?q=the+from%3Acleo', '/search', '/notifications', '/notifications/mentions', '/notifications/requests', '/notifications/filtered', '/notifications?kind=favourite', '/saved/bookmarks', '/saved/likes', '/saved/drafts', '/saved/scheduled',
  '/settings', ...settingPages.map((p) => '/settings/' + p), '/compose', '/tags/elm', '/catchup', '/lists', '/lists/tags', '/lists/51', '/lists/51/members', ...(given ? [] : ['/collections', '/collections/within', '/collections/61', '/collections/63', '/year/2025', '/year/2024', '/notifications/leave']), '/home/list-51', '/nowhere/at/all', ...(mock ? ['/@ada', '/@esi@oak.example', '/@hana@peer.example', '/@dan@peer.example', '/@ada/followers', '/@ada/about', '/@hana@peer.example/media', '/@cleo/tagged/elm', '/@nobody', thread, thread + '/history', thread + '/likes'] : []),
]
const cookie = process.env.SKEIN_COOKIE?.split(/=(.*)/s)
const cookies = cookie ? [{ name: cookie[0], value: cookie[1], url: base }] : []
const looks = [
  { width: 1280, theme: 'light' },
  { width: 390, height: 844, theme: 'light' },
  { width: 1280, theme: 'dark' },
  { width: 390, height: 844, theme: 'dark' },
  { width: 390, height: 844, theme: 'light', contrast: 'more' },
]
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
if (shots) mkdirSync(shots, { recursive: true })

const browser = await launch()
let failures = 0
let walked = 0
const fail = (where, what) => {
  failures++
  console.log(`FAIL ${where}: ${what}`)
}

/** inject puts axe into the page past the policy: as a script of the debugger, not of the page. */
async function check(page) {
  await page.evaluate(readFileSync(axe, 'utf8') + '\n;0')
  return page.evaluate(async () => {
    const result = await globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
    return result.violations.map((v) => `${v.id} (${v.impact}): ${v.nodes.slice(0, 3).map((n) => n.target.join(' ') + ' ' + (n.any[0]?.message ?? n.all[0]?.message ?? '')).join(' | ')}`)
  })
}

/** narrow runs in the page: what does not fit, and what is not in its language. */
function narrow(lang) {
  const wrong = []
  const root = document.documentElement
  if (root.scrollWidth > root.clientWidth) wrong.push(`${root.scrollWidth - root.clientWidth} px too wide`)
  if (root.lang !== lang || (getComputedStyle(root).direction === 'rtl') !== (lang === 'ar')) wrong.push(`is in ${root.lang}, ${getComputedStyle(root).direction}`)
  for (const it of document.querySelectorAll('button, .btn, .tab, label, legend, summary, h2, h3, .field-hint, .field-error')) {
    if (!it.checkVisibility() || it.matches('.sr, .sr *') || it.querySelector('img, picture, video, canvas')) continue
    if (it.scrollWidth > it.clientWidth + 1 && getComputedStyle(it).display !== 'inline') wrong.push(`cut: ${it.tagName} “${it.textContent.trim().slice(0, 40)}” ${it.scrollWidth} > ${it.clientWidth}`)
  }
  return wrong
}

if (!only || only === 'axe') {
  for (const look of looks) {
    const t = await tab(browser, { ...look, cookies })
    const { page } = t
    for (const path of screens) {
      const where = `${look.width} ${look.theme}${look.contrast ? ' more contrast' : ''} ${path}`
      await page.goto(base + path)
      await page.waitForSelector('#content h1', { timeout: 20000 }).catch(() => fail(where, 'no heading'))
      await page.waitForTimeout(350)
      for (const v of await check(page)) fail(where, v)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      if (wide > 0) fail(where, `${wide} px too wide`)
      const headings = await page.locator('h1').count()
      if (headings !== 1) fail(where, `${headings} h1`)
      if (shots && !look.contrast) await page.screenshot({ path: `${shots}/${path.replace(/\W+/g, '-').replace(/^-|-$/g, '') || 'home'}-${look.width}-${look.theme}.png` })
      for (const problem of t.problems.splice(0)) if (!/Failed to load resource.*404/.test(problem)) fail(where, problem)
    }
    await t.close()
  }
  // 320 px and 200 % text: nothing may need sideways scrolling.
  const narrow = await tab(browser, { width: 320, height: 640, cookies: [...cookies, { name: 'size', value: '150', url: base }] })
  for (const path of screens) {
    await narrow.page.goto(base + path)
    await narrow.page.waitForTimeout(250)
    const wide = await narrow.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    if (wide > 0) fail(`320 px ${path}`, `${wide} px too wide`)
    if (shots) await narrow.page.screenshot({ path: `${shots}/narrow-${path.replace(/\W+/g, '-').replace(/^-|-$/g, '') || 'home'}.png` })
  }
  await narrow.close()
}

// Arabic, which runs the other way, and English grown by 40 %, on a narrow phone: nothing scrolls sideways, no button or label is cut.
if (mock && (!only || only === 'languages')) {
  for (const lang of tongue ? [tongue] : ['ar', 'en-XA']) {
    const t = await tab(browser, { width: 360, height: 740, cookies: [{ name: 'lang', value: lang, url: base }] })
    const { page } = t
    for (const path of screens) {
      const where = `${lang} ${path}`
      await page.goto(base + path)
      await page.waitForSelector('#content h1', { timeout: 20000 }).catch(() => fail(where, 'no heading'))
      await page.waitForTimeout(350)
      // What lies under a bar at this moment is no matter of language, and that no language has a filler within its names.
      for (const v of await check(page)) if (!v.startsWith('target-size') && !(lang === 'en-XA' && v.startsWith('label-content-name-mismatch'))) fail(where, v)
      for (const problem of await page.evaluate(narrow, lang)) fail(where, problem)
      if (shots) await page.screenshot({ path: `${shots}/${lang}-${path.replace(/\W+/g, '-').replace(/^-|-$/g, '') || 'home'}.png` })
      for (const problem of t.problems.splice(0)) if (!/Failed to load resource.*404/.test(problem)) fail(where, problem)
    }
    await t.close()
  }
}

if (mock && (!only || only === 'flow')) {
  for (const [name, run] of Object.entries(flows)) {
    if (named && !name.includes(named)) continue
    walked++
    const t = await tab(browser, { width: 1280, theme: 'light', worker: run.worker ?? false })
    try {
      await run({ ...t, base, thread })
      for (const problem of t.problems) if (!/Failed to load resource/.test(problem)) fail(name, problem)
    } catch (error) {
      fail(name, error.message.split('\n').slice(0, 6).join(' '))
      if (shots && !t.page.isClosed()) await t.page.screenshot({ path: `${shots}/failed-${name.replace(/\W+/g, '-')}.png` })
    }
    await t.close()
  }
}

if (named && !walked) fail(named, 'no flow has this in its name')
await browser.close()
server?.close()
console.log(failures ? `${failures} failures` : `all well: ${screens.length} screens, ${looks.length} looks, ${walked} flows`)
process.exit(failures ? 1 : 0)
