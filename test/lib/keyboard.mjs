// A person without a pointer. After every key the focus must be somewhere, in sight, and drawn.
import assert from 'node:assert/strict'

export class Keyboard {
  constructor(page) {
    this.page = page
  }

  async press(key, watched = true) {
    await this.page.keyboard.press(key)
    if (watched) await this.watch(key)
  }

  async type(text) {
    await this.page.keyboard.type(text)
    await this.watch(text)
  }

  /** tabTo presses Tab until the focus is on a control of a role and a name; back goes the other way. */
  async tabTo(role, name, back = false) {
    const wanted = this.page.getByRole(role, { name, ...(typeof name === 'string' && { exact: true }) })
    await wanted.first().waitFor({ state: 'attached' }) // who sees nothing to go to does not go yet
    for (let i = 0; i < 90; i++) {
      if ((await this.page.locator('*:focus').and(wanted).count()) === 1) return
      await this.press(back ? 'Shift+Tab' : 'Tab')
    }
    assert.fail(`Tab does not come to the ${role} ${name}`)
  }

  /** watch waits a moment for what a key brings about, then looks where the focus is. */
  async watch(key) {
    const look = () =>
      this.page.evaluate(() => {
        const e = document.activeElement
        if (!e || e === document.body) return 'nowhere'
        if (!e.isConnected) return 'on what is gone'
        const what = `${e.tagName.toLowerCase()}${e.id && '#' + e.id}.${String(e.className).split(' ')[0]} "${(e.getAttribute('aria-label') ?? e.textContent ?? '').trim().slice(0, 40)}"`
        const box = e.getBoundingClientRect()
        if (!box.width || !box.height) return `on ${what}, which has no size`
        if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) return `on ${what}, out of sight (${Math.round(box.top)} to ${Math.round(box.bottom)} of ${innerHeight})`
        // A heading that was arrived at is no control: it needs no ring.
        if (/^h[1-6]$/i.test(e.tagName) || e.matches('main, [role=menu], dialog')) return ''
        const points = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.1], [0.5, 0.9]].map(([x, y]) => [box.left + box.width * x, box.top + box.height * y])
        const hit = points.some(([x, y]) => {
          const top = document.elementFromPoint(Math.min(Math.max(x, 1), innerWidth - 2), Math.min(Math.max(y, 1), innerHeight - 2))
          return top && (e.contains(top) || top.contains(e) || e.labels && [...e.labels].some((l) => l.contains(top)))
        })
        if (!hit) return `on ${what}, behind something else`
        const ring = (of) => {
          const s = getComputedStyle(of)
          return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none'
        }
        // A hidden box of a radio is drawn by its label.
        if (e.matches('textarea, input:not([type]), input[type=text], input[type=search]')) return '' // the caret shows it
        const drawn = [e, e.nextElementSibling, e.parentElement, e.closest('label, .search, .field, li')].some((of) => of && ring(of))
        return drawn ? '' : `on ${what}, without a ring`
      })
    let fault
    for (let i = 0; i < 25; i++) {
      fault = await look().catch(() => 'on its way') // a page that is just going
      if (!fault) return
      await this.page.waitForTimeout(40)
    }
    assert.fail(`after ${key} the focus is ${fault}`)
  }
}
