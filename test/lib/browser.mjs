// Debian's Chromium, driven by playwright-core, with an eye on everything that a page of ours must never do.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'
import { until } from './skein.mjs'

const path = process.env.CHROMIUM ?? '/usr/bin/chromium'
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** SKEIN_SLOW=3 makes pages three times slower than the machine is, to find what holds by chance only. */
const slow = Number(process.env.SKEIN_SLOW ?? 1)
/** patient is how long a test may take that takes so long on a machine that is not slowed down. */
export const patient = (ms) => ms * slow
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice']

export const phone = { width: 390, height: 844 }
export const desktop = { width: 1280, height: 900 }

/** launch starts a browser with a profile folder of its own, which goes when the browser goes. Names under .localhost lie here, all others nowhere. */
export function launch() {
  if (!existsSync(path)) throw new Error('Chromium is missing. Install it: apt-get install chromium')
  return chromium.launch({
    executablePath: path,
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
      '--disable-sync', '--force-color-profile=srgb', '--host-resolver-rules=MAP localhost 127.0.0.1, MAP *.localhost 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  })
}

/**
 * open makes a page of a size and a theme, signed in as nobody. `problems` fills with what must not be: errors on the console, exceptions,
 * violations of the policy, requests to any other host than `site`, answers that the server is to blame for. isLive tells whether the page
 * listens to its person's stream.
 */
export async function open(browser, site, { width, height, theme = 'light', script = true, scale = 1, motion = 'reduce', worker = false }) {
  const small = width < 640
  const context = await browser.newContext({
    baseURL: site.url, viewport: { width, height }, colorScheme: theme, isMobile: small, hasTouch: small, reducedMotion: motion,
    javaScriptEnabled: script, deviceScaleFactor: scale, locale: 'en-GB', timezoneId: 'UTC', serviceWorkers: worker ? 'allow' : 'block',
  })
  context.setDefaultTimeout(patient(20_000)) // what waits for a state may wait: a busy machine is no fault
  const problems = []
  const blame = (what) => problems.push(what)
  const foreign = (url) => {
    const u = new URL(url)
    if (!['data:', 'blob:', 'about:'].includes(u.protocol) && u.host !== site.domain) blame(`request to another host: ${url}`)
  }
  context.on('request', (request) => foreign(request.url()))
  context.on('response', (response) => response.status() >= 500 && blame(`${response.status()} ${response.url()}`))
  context.on('console', (message) => {
    if (message.type() === 'error') blame(`console: ${message.text()} (${message.location().url})`)
  })
  context.on('weberror', (error) => blame(`exception: ${error.error().stack ?? error.error()}`))
  if (script) {
    // Posts go out at once: the seconds in which one can be taken back are a matter of web/e2e.
    await context.addInitScript(() => location.protocol.startsWith('http') && (localStorage.getItem('habits') ?? localStorage.setItem('habits', '{"undo":0}')))
    await context.exposeBinding('skeinViolation', (_, what) => blame(`content security policy: ${what}`))
    await context.addInitScript(() =>
      document.addEventListener('securitypolicyviolation', (e) => globalThis.skeinViolation(`${e.violatedDirective} refuses ${e.blockedURI} at ${e.sourceFile}:${e.lineNumber} on ${location.href}`)),
    )
  }
  if (slow > 1) await hamper(context)
  const page = await context.newPage()
  let live = false
  page.on('websocket', (socket) => {
    foreign(socket.url().replace(/^ws/, 'http'))
    socket.on('framesent', ({ payload }) => (live ||= String(payload).includes('"user"')))
    socket.on('close', () => (live = false))
  })
  return { page, context, problems, isLive: () => live, close: () => context.close() }
}

/** hamper makes pages slow, and answers come late and out of order: what holds then, holds. */
async function hamper(context) {
  context.on('page', async (page) => {
    const cdp = await context.newCDPSession(page).catch(() => undefined)
    await cdp?.send('Emulation.setCPUThrottlingRate', { rate: slow }).catch(() => {})
  })
  await context.route('**/*', async (route) => {
    await new Promise((done) => setTimeout(done, Math.random() ** 3 * 300 * slow))
    await route.continue().catch(() => {}) // the page has gone
  })
}

/** faults runs axe over the page (all its rules, or those that are named) and looks for what it does not: one h1, and nothing wider than the window. */
export async function faults(page, only) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe + '\n;0') // as a script of the debugger, which no policy binds
  await page.waitForFunction(() => document.getAnimations().every((a) => a.playState !== 'running' || a.effect?.getComputedTiming().endTime === Infinity)) // colours on their way are no colours
  return page.evaluate(async (runOnly) => {
    const result = await globalThis.axe.run(document, { runOnly, resultTypes: ['violations'] })
    const all = result.violations.map((v) => {
      const where = v.nodes.slice(0, 3).map((n) => `${n.target.join(' ')} [${(n.any[0] ?? n.all[0] ?? n.none[0])?.message ?? ''}]`)
      return `${v.id} (${v.impact}): ${where.join(' | ')}`
    })
    const titles = document.querySelectorAll('h1').length
    if (titles !== 1) all.push(`${titles} h1`)
    const root = document.documentElement
    if (root.scrollWidth > root.clientWidth) all.push(`${root.scrollWidth - root.clientWidth} px wider than the window`)
    return all
  }, only ? { type: 'rule', values: only } : { type: 'tag', values: rules })
}

/** onDevice waits until a draft with these words lies in the database of the browser, where no crash takes it away. */
export const onDevice = (page, words) =>
  until(`“${words}” lies on the device`, () =>
    page.evaluate(async (words) => {
      const done = (request) => new Promise((yes, no) => Object.assign(request, { onsuccess: () => yes(request.result), onerror: () => no(request.error) }))
      for (const { name } of (await indexedDB.databases()).filter((d) => d.name.startsWith('drafts:'))) {
        const db = await done(indexedDB.open(name))
        const all = JSON.stringify(await done(db.transaction('drafts').objectStore('drafts').getAll()))
        db.close()
        if (all.includes(words)) return true
      }
      return false
    }, words),
  )

/** settled waits until a screen has its heading and its data. */
export async function settled(page) {
  await page.locator('#content h1').first().waitFor()
  await page.waitForFunction(() => !document.querySelector('#content .bone, #content .bones'), undefined)
  await page.waitForTimeout(150)
}
