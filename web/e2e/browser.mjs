// Debian's Chromium, driven by playwright-core.
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const path = process.env.CHROMIUM ?? '/usr/bin/chromium'

export function launch() {
  if (!existsSync(path)) throw new Error('Chromium is missing. Install it: apt-get install chromium')
  return chromium.launch({
    executablePath: path,
    args: '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split(' '),
  })
}

/** tab opens a page of a width and a theme. Whatever the policy refuses or the console complains of is collected. */
export async function tab(browser, { width = 1280, height = 900, theme = 'light', contrast, cookies = [], worker = false } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, ...(contrast && { contrast }), hasTouch: width < 640, isMobile: width < 640, reducedMotion: 'reduce', serviceWorkers: worker ? 'allow' : 'block' })
  if (cookies.length) await context.addCookies(cookies)
  const page = await context.newPage()
  const problems = []
  page.on('pageerror', (error) => problems.push(String(error.stack ?? error)))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  return { page, context, problems, close: () => context.close() }
}

/** come waits for a part of the app that comes when the page is quiet, and until it has started. */
export async function come(page, name) {
  const found = await page.waitForFunction((name) => performance.getEntriesByType('resource').find((e) => new RegExp(`/assets/${name}-[\\w-]+\\.js$`).test(e.name))?.name, name)
  await page.evaluate((url) => import(url), await found.jsonValue())
}
