// Draws the pictures of the installed app from the mark: node script/marks.mjs, with Chromium.
import { writeFileSync } from 'node:fs'
import { launch } from '../e2e/browser.mjs'

const mark = 'M3 7c3-2 6-1 7 2 3-2 6-1 7.5 2 4-2 8 0 11 4-4-1-8 0-9.5 3-4-1-6.5 1-7.5 4-3-1-6 0-7.5 4'
/** name, side, how much of it the mark takes, radius of the paper's corners, colours */
const all = [
  ['icon-192', 192, 0.72, 0.2, '#FAF8F4', '#1B5E85'],
  ['icon-512', 512, 0.72, 0.2, '#FAF8F4', '#1B5E85'],
  ['icon-mask', 512, 0.56, 0, '#FAF8F4', '#1B5E85'],
  ['icon-apple', 180, 0.68, 0, '#FAF8F4', '#1B5E85'],
  ['badge', 96, 0.92, 0, 'none', '#FFFFFF'],
]
const browser = await launch()
for (const [name, side, part, round, paper, ink] of all) {
  const page = await browser.newPage({ viewport: { width: side, height: side } })
  const m = (side * part) / 28
  const at = (size) => (side - size * m) / 2
  await page.setContent(`<style>body{margin:0}</style><svg width="${side}" height="${side}"><rect width="${side}" height="${side}" rx="${side * round}" fill="${paper}"/>
    <path transform="translate(${at(31)} ${at(27)}) scale(${m})" d="${mark}" fill="none" stroke="${ink}" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"/></svg>`)
  writeFileSync(new URL(`../public/${name}.png`, import.meta.url), await page.screenshot({ omitBackground: true }))
  await page.close()
}
await browser.close()
