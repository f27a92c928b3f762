// Writing, step by step, against the mock.
import assert from 'node:assert/strict'
import { seen } from './write.mjs'

const soon = (page, ms = 300) => page.waitForTimeout(ms)
const entry = (page, n) => page.locator('#content [data-entry]').nth(n)
const text = (page) => page.locator('#compose-text')
const post = (page) => page.keyboard.press('Control+Enter')

/** habit sets how somebody writes, before the page begins. */
const habit = (page, values) => page.addInitScript((v) => localStorage.getItem('habits') ?? localStorage.setItem('habits', v), JSON.stringify(values))

async function open(page, base) {
  await page.goto(base + '/')
  await page.waitForSelector('article')
  await page.keyboard.press('n')
  await text(page).waitFor()
}

/** jpeg is a picture with a place and a description in its EXIF. */
function jpeg(page) {
  return page.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 })
    canvas.getContext('2d').fillRect(20, 20, 200, 100)
    const plain = new Uint8Array(await (await new Promise((done) => canvas.toBlob(done, 'image/jpeg'))).arrayBuffer())
    const words = 'A heron at the weir\0'
    const tiff = [0x49, 0x49, 42, 0, 8, 0, 0, 0, 2, 0, 0x0e, 1, 2, 0, words.length, 0, 0, 0, 38, 0, 0, 0, 0x25, 0x88, 4, 0, 1, 0, 0, 0, 60, 0, 0, 0, 0, 0, 0, 0, ...[...words].map((c) => c.charCodeAt(0)), ...[...'GPS 52.1 N 4.3 E'].map((c) => c.charCodeAt(0))]
    const body = [0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff]
    const all = [...plain.slice(0, 2), 0xff, 0xe1, 0, body.length + 2, ...body, ...plain.slice(2)]
    return btoa(String.fromCharCode(...all))
  }).then((b) => Buffer.from(b, 'base64'))
}

const attach = (page, ...files) => page.setInputFiles('.composer input[type=file]', files)

export const flows = {
  async 'write, keep the draft, send, edit, delete'({ page, base }) {
    await habit(page, { undo: 0 })
    await open(page, base)
    assert.match(page.url(), /\/compose$/)
    await page.keyboard.type('A thought I may lose')
    await soon(page, 600)
    await page.keyboard.press('Escape')
    await soon(page)
    assert.equal(await page.locator('dialog').count(), 0)
    assert.match(page.url(), /\/$/)
    await page.keyboard.press('n')
    await text(page).waitFor()
    assert.equal(await text(page).inputValue(), 'A thought I may lose')
    await page.keyboard.type(', but REFUSE')
    await post(page)
    await page.waitForSelector('.toast >> text=refused here')
    await page.waitForSelector('.offline >> text=1 post was not taken')
    await page.locator('.toast button').last().click()
    await text(page).waitFor()
    assert.equal(await text(page).inputValue(), 'A thought I may lose, but REFUSE')
    await text(page).fill('A thought that I kept')
    await post(page)
    await page.waitForSelector('dialog', { state: 'detached' })
    await page.waitForSelector('[data-entry] >> text=A thought that I kept')
    await soon(page, 500)
    assert.equal(await page.locator('article >> text=A thought that I kept').count(), 1)
    assert.equal(await page.locator('.offline').count(), 0)
    await entry(page, 0).locator('[data-act="more"]').click()
    await page.getByRole('menuitem', { name: 'Edit' }).click()
    await text(page).waitFor()
    await text(page).fill('A thought, improved')
    await post(page)
    await page.waitForSelector('[data-entry] >> text=A thought, improved')
    await entry(page, 0).locator('[data-act="more"]').click()
    await page.waitForSelector('[role=menu]')
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await soon(page, 500)
    assert.equal(await page.locator('text=A thought, improved').count(), 0)
  },

  async 'reply names the author and lands in the thread'({ page, base, thread }) {
    await habit(page, { undo: 0 })
    await page.goto(base + thread)
    await page.waitForSelector('.post-focus')
    await page.locator('.post-focus [data-act="reply"]').click()
    await text(page).waitFor()
    assert.equal(await text(page).inputValue(), '@esi@oak.example ')
    await page.keyboard.type('When it is fired.')
    await post(page)
    await page.waitForSelector('dialog', { state: 'detached' })
    await page.waitForSelector('.replies >> text=When it is fired.')
  },

  async 'a post can be taken back for a moment'({ page, base }) {
    await habit(page, { undo: 2 })
    await open(page, base)
    await page.keyboard.type('Sent too early')
    await post(page)
    await page.waitForSelector('.toast >> text=Sending')
    await page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
    await text(page).waitFor()
    assert.equal(await text(page).inputValue(), 'Sent too early')
    await soon(page, 2300)
    assert.equal(seen.posts.filter((p) => p.status.startsWith('Sent too early')).length, 0)
    await page.keyboard.type(', and then in time')
    await post(page)
    await page.waitForSelector('[data-entry] >> text=and then in time', { timeout: 6000 })
    assert.equal(seen.posts.filter((p) => p.status.startsWith('Sent too early')).length, 1)
  },

  async 'pictures lose their places, keep their words, and go out in order'({ page, base }) {
    await habit(page, { undo: 0 })
    await open(page, base)
    await page.keyboard.type('Two from the weir')
    const bytes = await jpeg(page)
    assert(bytes.includes('GPS 52.1'))
    await attach(page, { name: 'home.jpg', mimeType: 'image/jpeg', buffer: bytes }, { name: 'second.jpg', mimeType: 'image/jpeg', buffer: bytes })
    const files = page.locator('.file')
    await files.nth(1).waitFor()
    await soon(page, 800)
    const ups = seen.uploads.slice(-2)
    assert.equal(ups.length, 2)
    for (const u of ups) {
      assert(!u.bytes.includes('GPS') && !u.bytes.includes('Exif'), 'the place stays on the device')
      assert(!/home|second/.test(u.name), 'so does the name of the file')
    }
    await files.nth(0).getByRole('button', { name: 'Use it' }).click()
    assert.equal(await files.nth(0).getByLabel('Description').inputValue(), 'A heron at the weir')
    // The second goes up, by its button, and takes its focus along.
    await files.nth(1).getByRole('button', { name: 'Move up: Picture 2 of 2' }).click()
    assert.equal(await files.nth(1).getByLabel('Description').inputValue(), 'A heron at the weir')
    await files.nth(0).getByRole('button', { name: 'Focus point: Picture 1 of 2' }).click()
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowUp')
    await page.getByRole('button', { name: 'Set' }).click()
    await text(page).focus()
    await post(page)
    // One has no words: asked once, and the focus goes to its field.
    await page.getByRole('button', { name: 'Add descriptions' }).click()
    await soon(page, 200)
    assert.match(await page.evaluate(() => document.activeElement.id), /^alt-/)
    await page.keyboard.type('The weir')
    await post(page)
    await page.waitForSelector('[data-entry] >> text=Two from the weir')
    const sent = seen.posts.at(-1)
    assert.equal(sent.media_ids.length, 2)
    const media = await page.evaluate((ids) => Promise.all(ids.map((id) => fetch('/api/v1/media/' + id).then((r) => r.json()))), sent.media_ids)
    assert.deepEqual(media.map((m) => m.description), ['The weir', 'A heron at the weir'])
    assert.deepEqual(media[0].meta.focus, { x: 0.3, y: 0.1 })
    // An edit keeps the pictures, and changes a description.
    await entry(page, 0).locator('[data-act="more"]').click()
    await page.getByRole('menuitem', { name: 'Edit' }).click()
    await page.locator('.file').nth(1).waitFor()
    await page.locator('.file').nth(0).getByLabel('Description').fill('The weir at dawn')
    await text(page).focus()
    await post(page)
    await page.waitForSelector('.toast >> text=Changed')
    assert.deepEqual(seen.edits.at(-1).media_ids, sent.media_ids)
    assert.equal(seen.edits.at(-1).media_attributes[0].description, 'The weir at dawn')
  },

  async 'nothing is lost when the page dies'({ page, base }) {
    await open(page, base)
    await page.keyboard.type('Half a thought')
    const bytes = await jpeg(page)
    await attach(page, { name: 'a.jpg', mimeType: 'image/jpeg', buffer: bytes }, { name: 'b.jpg', mimeType: 'image/jpeg', buffer: bytes })
    await page.locator('.file').nth(1).waitFor()
    await page.locator('.file').nth(1).getByLabel('Description').fill('Second of two')
    await soon(page, 700)
    // The renderer is killed: no event runs, as when the device has no more memory.
    const next = await page.context().newPage()
    const cdp = await page.context().newCDPSession(page)
    const crashed = page.waitForEvent('crash')
    cdp.send('Page.crash').catch(() => {})
    await crashed
    await next.goto(base + '/saved/drafts')
    await next.waitForSelector('.draft >> text=Half a thought')
    assert.equal(await next.locator('.draft-file img').count(), 2)
    await next.getByRole('button', { name: 'Go on writing' }).click()
    await next.locator('.file').nth(1).waitFor()
    assert.equal(await text(next).inputValue(), 'Half a thought')
    assert.equal(await next.locator('.file').nth(1).getByLabel('Description').inputValue(), 'Second of two')
    assert.equal(await next.locator('.file img').evaluateAll((all) => Promise.all(all.map((i) => i.decode().then(() => i.naturalWidth > 0))).then((x) => x.filter(Boolean).length)), 2)
  },

  async 'without a connection posts wait, and go out once'({ page, base }) {
    await habit(page, { undo: 0 })
    await open(page, base)
    let lost = 0
    // The server takes the post, but its answer is lost on the way: nobody can tell whether it arrived.
    await page.route('**/api/v1/statuses', async (route) => {
      if (route.request().method() !== 'POST') return route.continue()
      lost++
      await route.fetch()
      await route.abort()
    })
    await page.keyboard.type('Written on the train')
    await post(page)
    await page.waitForSelector('.offline >> text=1 post waits to go out')
    assert.equal(lost, 1)
    await page.reload()
    await page.waitForSelector('.offline >> text=1 post waits to go out')
    await page.locator('.offline a').click()
    await page.waitForSelector('.draft >> text=Waits for the connection')
    await page.unroute('**/api/v1/statuses')
    await page.getByRole('button', { name: 'Try now' }).click()
    await page.waitForSelector('.toast >> text=Posted')
    assert.equal(seen.posts.filter((p) => p.status === 'Written on the train').length, 1)
    assert.equal(await page.locator('.draft').count(), 0)
    assert.equal(await page.locator('.offline').count(), 0)
  },

  async 'an upload that is cut off goes on, and the post waits for it'({ page, base }) {
    await habit(page, { undo: 0, alt: false })
    await open(page, base)
    await page.keyboard.type('With a slow picture')
    let tries = 0
    let release
    const gate = new Promise((done) => (release = done))
    await page.route('**/api/v2/media', async (route) => {
      if (tries++ === 0) return route.abort()
      await gate
      await route.continue()
    })
    await attach(page, { name: 'a.jpg', mimeType: 'image/jpeg', buffer: await jpeg(page) })
    await page.waitForSelector('.file >> text=The connection is gone')
    await soon(page, 1500) // it tries again by itself
    assert.equal(tries, 2)
    await text(page).focus()
    await post(page)
    await page.waitForSelector('dialog', { state: 'detached' })
    release()
    await page.waitForSelector('.toast >> text=Posted', { timeout: 8000 })
    assert.equal(tries, 2, 'the upload was not begun anew')
    assert.equal(seen.posts.at(-1).media_ids.length, 1)
  },

  async 'whoever sends and closes the page at once has sent it, once'({ page, base }) {
    await habit(page, { undo: 20 })
    await open(page, base)
    await page.keyboard.type('Sent in passing')
    await post(page)
    await page.waitForSelector('.toast >> text=Sending')
    await page.goto(base + '/mark.svg')
    await soon(page, 500)
    const sent = () => seen.posts.filter((p) => p.status === 'Sent in passing').length
    assert.equal(sent(), 1)
    await page.goto(base + '/saved/drafts')
    await page.waitForSelector('.draft >> text=Goes out in a moment')
    await page.waitForSelector('text=No drafts', { timeout: 25_000 })
    assert.equal(sent(), 1)
  },

  async 'a thread goes out in order, and goes on at the post that failed'({ page, base }) {
    await habit(page, { undo: 0 })
    await open(page, base)
    await page.keyboard.type('First of a thread')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await page.keyboard.type('---')
    await page.keyboard.press('Enter')
    await soon(page, 200)
    await page.keyboard.type('Second, REFUSE')
    await page.getByRole('button', { name: 'Add to thread' }).click()
    await soon(page, 200)
    await page.keyboard.type('Third')
    await page.getByLabel('Number the posts').check()
    await page.getByRole('button', { name: 'Post all' }).click()
    await page.waitForSelector('.toast >> text=refused here')
    await page.locator('.toast button').last().click()
    await text(page).waitFor()
    assert.equal(await text(page).inputValue(), 'Second, REFUSE')
    await text(page).fill('Second')
    await post(page)
    await page.waitForSelector('.toast >> text=Posted')
    const sent = seen.posts.slice(-3)
    assert.deepEqual(sent.map((p) => p.status), ['First of a thread\n\n1/3', 'Second\n\n2/3', 'Third\n\n3/3'])
    assert.equal(sent[0].in_reply_to_id, undefined)
    assert(sent[1].in_reply_to_id && sent[2].in_reply_to_id && sent[1].in_reply_to_id !== sent[2].in_reply_to_id)
  },

  async 'polls, warnings and a time; what is scheduled can be changed and cancelled'({ page, base }) {
    await habit(page, { undo: 0 })
    await open(page, base)
    await page.keyboard.type('Which day?')
    await page.getByRole('button', { name: 'Poll', exact: true }).click()
    await soon(page, 100)
    await page.keyboard.type('Monday')
    await page.keyboard.press('Enter')
    await page.keyboard.type('Friday')
    await page.getByLabel('Ends after').selectOption({ label: '3 days' })
    await page.getByLabel('Several answers').check()
    await page.getByRole('button', { name: 'Warning', exact: true }).click()
    await soon(page, 100)
    await page.keyboard.type('Plans')
    await page.getByRole('button', { name: 'Schedule' }).first().click()
    await page.getByRole('button', { name: 'Schedule' }).last().click()
    await page.waitForSelector('.toast >> text=Goes out on')
    const sent = seen.posts.at(-1)
    assert.deepEqual(sent.poll, { options: ['Monday', 'Friday'], multiple: true, expires_in: 259_200 })
    assert.equal(sent.spoiler_text, 'Plans')
    assert(Date.parse(sent.scheduled_at) > Date.now())
    await page.goto(base + '/saved/scheduled')
    await page.waitForSelector('.draft >> text=Which day?')
    await page.getByRole('button', { name: 'Change time' }).click()
    await page.getByLabel('Goes out').fill('2027-05-01T08:30')
    await page.getByRole('button', { name: 'Set time' }).click()
    await page.waitForSelector('.draft >> text=May 1, 2027')
    await page.getByRole('button', { name: 'Edit' }).click()
    await text(page).waitFor()
    assert.equal(await text(page).inputValue(), 'Which day?')
    assert.equal(await page.getByLabel('Goes out').inputValue(), '2027-05-01T08:30')
    await page.getByRole('button', { name: 'Schedule' }).last().click()
    await page.waitForSelector('.draft >> text=Which day?')
    await page.getByRole('button', { name: 'Cancel post' }).click()
    await page.locator('dialog').getByRole('button', { name: 'Cancel post' }).click()
    await page.waitForSelector('text=Nothing is scheduled')
  },

  async 'a quote, who may reply and quote, and an edit that keeps all of it'({ page, base }) {
    await habit(page, { undo: 0 })
    await page.goto(base + '/')
    const other = page.locator('article', { hasText: 'First firing of the winter' }).first()
    await other.waitFor()
    await other.focus()
    await page.keyboard.press('q')
    await page.waitForSelector('.composer-quote >> text=First firing of the winter')
    await page.keyboard.type('On beams')
    await page.getByRole('button', { name: 'Everyone may reply' }).click()
    await page.getByRole('menuitemradio', { name: 'Only people I name' }).click()
    await page.getByRole('button', { name: 'Only people named may reply' }).waitFor()
    await page.getByRole('button', { name: 'Everyone may quote' }).click()
    await page.getByRole('menuitemradio', { name: 'Only me' }).click()
    await page.getByRole('button', { name: 'Only I may quote' }).waitFor()
    await page.getByRole('button', { name: 'Poll', exact: true }).click()
    await page.getByRole('textbox', { name: 'Answer 1' }).fill('Steel')
    await page.getByRole('textbox', { name: 'Answer 2' }).fill('Oak')
    await page.getByLabel('Hide results').check()
    await text(page).focus()
    await post(page)
    await page.waitForSelector('.toast >> text=Posted')
    const sent = seen.posts.at(-1)
    assert(sent.quoted_status_id)
    assert.deepEqual(sent.interaction_policy, { can_reply: { always: ['author', 'mentioned'] } })
    assert.equal(sent.quote_approval_policy, 'nobody')
    assert.equal(sent.poll.hide_totals, true)
    await entry(page, 0).locator('[data-act="more"]').click()
    await page.getByRole('menuitem', { name: 'Edit' }).click()
    await text(page).waitFor()
    await page.waitForSelector('.composer-quote >> text=First firing of the winter')
    assert.equal(await page.getByRole('textbox', { name: 'Answer 2' }).inputValue(), 'Oak')
    await text(page).fill('On beams, and other friends')
    await post(page)
    await page.waitForSelector('.toast >> text=Changed')
    assert.deepEqual(seen.edits.at(-1).poll, { options: ['Steel', 'Oak'], multiple: false })
  },

  async 'suggestions, links over words, and the browser’s own undo'({ page, base }) {
    await open(page, base)
    await page.keyboard.type('Ask @cl')
    await page.waitForSelector('[role=option]')
    assert.equal(await text(page).getAttribute('aria-activedescendant'), await page.locator('[role=option]').first().getAttribute('id'))
    await page.keyboard.press('Enter')
    assert.equal(await text(page).inputValue(), 'Ask @cleo ')
    await page.keyboard.type(':birthday')
    await page.waitForSelector('[role=option] >> text=birthday cake')
    await page.keyboard.press('Tab')
    assert.match(await text(page).inputValue(), /^Ask @cleo 🎂 $/u)
    await page.keyboard.type('the note')
    for (let i = 0; i < 8; i++) await page.keyboard.press('Shift+ArrowLeft')
    await page.evaluate(() => {
      const data = new DataTransfer()
      data.setData('text/plain', 'https://type.example/notes')
      document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
    })
    assert.match(await text(page).inputValue(), /the note https:\/\/type\.example\/notes$/)
    await page.keyboard.press('Control+z')
    assert.match(await text(page).inputValue(), /the note$/)
    // What is too much is marked, and counted.
    await text(page).fill('a'.repeat(5003))
    await page.waitForSelector('.field-mirror mark')
    assert.equal((await page.locator('.field-mirror mark').textContent()).length, 3)
    assert.match(await page.locator('.composer-over').innerText(), /3 characters too many/)
  },

  async 'who must not read it is asked about first'({ page, base }) {
    await habit(page, { undo: 0 })
    await open(page, base)
    await page.keyboard.type('Hello @nobody_at_all and @dan@peer.example ')
    await page.getByRole('button', { name: /Who can read this/ }).click()
    await page.getByRole('menuitemradio', { name: 'Followers' }).click()
    await text(page).focus()
    await post(page)
    const ask = page.locator('dialog.dialog-small')
    await ask.waitFor()
    assert.match(await ask.innerText(), /nobody called @nobody_at_all/)
    assert.match(await ask.innerText(), /@dan@peer.example does not follow you/)
    await ask.getByRole('button', { name: 'Back to the text' }).click()
    assert.equal(await text(page).inputValue(), 'Hello @nobody_at_all and @dan@peer.example ')
  },

  async 'what a closing window leaves behind goes out from the other'({ page, base }) {
    await habit(page, { undo: 3 })
    await page.goto(base + '/')
    await page.waitForSelector('article')
    await soon(page, 900) // the page is quiet: it listens
    const opened = page.waitForEvent('popup')
    await page.keyboard.press('Shift+C')
    const other = await opened
    await text(other).waitFor()
    await other.keyboard.type('From a window of its own')
    await Promise.all([other.waitForEvent('close'), post(other).catch(() => {})]) // the key comes up where there is no page
    await page.waitForSelector('[data-entry] >> text=From a window of its own', { timeout: 9000 })
    assert.equal(seen.posts.filter((p) => p.status === 'From a window of its own').length, 1)
  },

  async 'a second window begins a second draft, a share fills it'({ page, base }) {
    await open(page, base)
    await page.keyboard.type('In the first window')
    await soon(page, 600)
    const other = await page.context().newPage()
    await other.goto(base + '/compose')
    await text(other).waitFor()
    assert.equal(await text(other).inputValue(), '')
    await text(other).fill('In the second window')
    await soon(other, 600)
    await other.goto(base + '/saved/drafts')
    await other.waitForSelector('.draft >> text=In the second window')
    await other.waitForSelector('.draft >> text=In the first window')
    await other.goto(base + '/share?title=A+page&text=Worth+reading&url=https%3A%2F%2Ftype.example%2F')
    await text(other).waitFor()
    assert.equal(await text(other).inputValue(), 'A page\nWorth reading\nhttps://type.example/')
    await other.goto(base + '/intent?text=Look&hashtags=a,b')
    await text(other).waitFor()
    assert.equal(await text(other).inputValue(), 'Look\n\n#a #b')
  },
}
