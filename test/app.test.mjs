// A site with people and hundreds of posts, and what somebody does there from morning to night: on both databases, on a phone (360),
// a tablet (768) and at a desk (1440). lib/browser watches every page: no error, no violation of the policy, no other host.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { faults, launch, onDevice, open, patient } from './lib/browser.mjs'
import { article, choose, composer, signIn, signUp } from './lib/door.mjs'
import { Keyboard } from './lib/keyboard.mjs'
import { Skein, api, database, until } from './lib/skein.mjs'

const phone = { width: 360, height: 740 }
const tablet = { width: 768, height: 1024 }
const desk = { width: 1440, height: 900 }

let browser
before(async () => (browser = await launch()))
after(() => browser?.close())

/** crowd writes posts, eight at a time; the last one to be answered is the newest. */
async function crowd(person, count, words) {
  let n = 0
  const one = async () => {
    while (n < count) {
      const i = ++n
      await api(person, 'POST', '/api/v1/statuses', { status: `${words} ${i}. ${'Wind from the west, and rain by noon. '.repeat(i % 5)}` })
    }
  }
  await Promise.all(Array.from({ length: 8 }, one))
}

/** painted makes a picture in the page: colours, no two alike. */
const painted = async (page, hue) =>
  Buffer.from(await page.evaluate(async (hue) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 420 })
    const c = canvas.getContext('2d')
    for (let i = 0; i < 6; i++) Object.assign(c, { fillStyle: `hsl(${hue + i * 20} 50% ${30 + i * 9}%)` }).fillRect(0, i * 70, 640, 70)
    return btoa(String.fromCharCode(...new Uint8Array(await (await new Promise((done) => canvas.toBlob(done, 'image/jpeg'))).arrayBuffer())))
  }, hue), 'base64')

/** flow is a test on a page of a size. What stood there when it failed is told. */
const flow = (name, size, run) =>
  test(`${size.width}: ${name}`, { timeout: patient(150_000) }, async (t) => {
    const at = await open(browser, size.site(), size)
    t.after(at.close)
    try {
      await run(at)
    } catch (error) {
      const text = await at.page.locator('body').innerText({ timeout: 2000 }).catch(() => 'no page')
      error.message += `\nat ${at.page.url()}, problems: ${JSON.stringify(at.problems)}\n${text.slice(0, 1500)}`
      throw error
    }
  })

const send = (page, name = 'Post') => page.getByRole('dialog').getByRole('button', { name, exact: true }).click()
const sent = (page) => page.getByRole('dialog').waitFor({ state: 'detached' })
/** write opens the composer from wherever one is, as the width has it. */
const write = async (page) => {
  await page.getByRole('link', { name: 'New post' }).filter({ visible: true }).first().click()
  await composer(page).waitFor()
}
const posts = async (person) => api(person, 'GET', `/api/v1/accounts/${(await api(person, 'GET', '/api/v1/accounts/verify_credentials')).id}/statuses?limit=40`)

for (const engine of ['sqlite', 'postgres']) {
  describe(`the app on ${engine}`, () => {
    let skein, place, ada, ben, carol, story
    const site = () => skein
    before(async () => {
      place = await database(engine)
      skein = await Skein.start({ db: place.db })
      await skein.cli('site', 'set', '--site', skein.domain, '--joining', 'open')
      ada = await skein.person('ada', { role: 'admin', scopes: 'read write follow push admin:read admin:write' })
      ben = await skein.person('ben')
      carol = await skein.person('carol')
      await api(carol, 'PATCH', '/api/v1/accounts/update_credentials', { display_name: 'Carol Mint', discoverable: true })
      const id = async (who) => (await api(who, 'GET', '/api/v1/accounts/verify_credentials')).id
      for (const who of [ben, carol]) await api(ada, 'POST', `/api/v1/accounts/${await id(who)}/follow`)
      story = await api(carol, 'POST', '/api/v1/statuses', { status: 'The first loaf of the year.' })
      const more = await api(ben, 'POST', '/api/v1/statuses', { status: 'How long did it rise?', in_reply_to_id: story.id })
      await api(carol, 'POST', '/api/v1/statuses', { status: 'A night and a morning.', in_reply_to_id: more.id })
      await crowd(ben, 400, 'Note')
      await api(carol, 'POST', '/api/v1/statuses', { status: 'Today: rye with seeds.' })
    })
    after(async () => {
      await skein?.stop()
      await place?.drop()
    })

    flow('from sign-up to the first posts: words, a picture, a poll, a warning', { ...phone, site }, async ({ page, problems }) => {
      await signUp(skein, page, 'mia')
      await page.getByRole('heading', { name: 'Your home is quiet' }).waitFor()
      await write(page)
      await composer(page).fill('Here I am.')
      await send(page)
      await article(page, 'Here I am.').waitFor()

      await write(page)
      await composer(page).fill('The hills at six.')
      await page.setInputFiles('.composer input[type=file]', { name: 'hills.jpg', mimeType: 'image/jpeg', buffer: await painted(page, 90) })
      await page.getByLabel('Description').fill('Green hills in six stripes')
      await send(page)
      await sent(page)
      const picture = article(page, 'The hills at six.').getByRole('img', { name: 'Green hills in six stripes' })
      await until('the picture is there', () => picture.evaluate((e) => e.complete && e.naturalWidth > 0))

      await write(page)
      await composer(page).fill('Which hill first?')
      await page.getByRole('button', { name: 'Poll', exact: true }).click()
      await page.getByLabel('Answer 1', { exact: true }).fill('The near one')
      await page.getByLabel('Answer 2', { exact: true }).fill('The far one')
      assert.deepEqual(await faults(page), [])
      await send(page)
      await sent(page)
      await article(page, 'Which hill first?').getByText('The far one').waitFor()

      await write(page)
      await composer(page).fill('They all come home.')
      await page.getByRole('button', { name: 'Warning', exact: true }).click()
      await page.getByLabel('Warning shown before the text').fill('How the film ends')
      await send(page)
      await sent(page)
      const warned = article(page, 'How the film ends')
      assert.equal(await warned.getByText('They all come home.').isVisible(), false)
      await warned.getByRole('button', { name: 'Show' }).click()
      await warned.getByText('They all come home.').waitFor()

      const mine = await api(ben, 'GET', `/api/v1/accounts/${(await api(ben, 'GET', '/api/v1/accounts/lookup?acct=mia')).id}/statuses`)
      assert.deepEqual(mine.map((s) => [s.spoiler_text, s.poll?.options.length ?? 0, s.media_attachments[0]?.description ?? '']), [['How the film ends', 0, ''], ['', 2, ''], ['', 0, 'Green hills in six stripes'], ['', 0, '']])
      assert.deepEqual(await faults(page), [])
      assert.deepEqual(problems, [])
    })

    flow('a thread, a reply, a quote, a later post, one taken back, a report', { ...tablet, site }, async ({ page, problems }) => {
      await signIn(page, 'ada', ada.password)
      await page.goto(`/@carol/${story.id}`)
      await article(page, 'A night and a morning.').waitFor()
      const order = await page.getByRole('article').allInnerTexts()
      assert.deepEqual(['The first loaf', 'How long did it', 'A night and a'].map((w) => order.findIndex((o) => o.includes(w))), [0, 1, 2])
      await article(page, 'A night and a morning.').getByRole('button', { name: /^Reply/ }).click()
      await composer(page).waitFor()
      await page.keyboard.type('Worth every hour.')
      await send(page, 'Reply')
      await sent(page)
      await article(page, 'Worth every hour.').waitFor()
      assert.equal((await api(carol, 'GET', `/api/v1/statuses/${story.id}/context`)).descendants.length, 3)

      await article(page, 'The first loaf').getByRole('button', { name: /^Boost/ }).click()
      await page.getByRole('menuitem', { name: 'Quote', exact: true }).click()
      await composer(page).fill('I was there when it came out.')
      await send(page)
      await sent(page)
      const quoting = await until('the quote is out', async () => (await posts(ada)).find((s) => s.content.includes('when it came out')))
      assert.equal(quoting.quote?.quoted_status?.id, story.id)

      await write(page)
      await composer(page).fill('For tomorrow morning.')
      await page.getByRole('button', { name: 'Schedule', exact: true }).first().click()
      await page.getByLabel('Goes out', { exact: true }).waitFor()
      await page.locator('.composer-foot .btn-primary').click()
      await sent(page)
      const waiting = await until('it waits on the server', async () => (await api(ada, 'GET', '/api/v1/scheduled_statuses'))[0])
      assert.equal(waiting.params.text, 'For tomorrow morning.')
      await page.goto('/saved/scheduled')
      await page.getByText('For tomorrow morning.').waitFor()

      await page.evaluate(() => localStorage.setItem('habits', '{"undo":60}'))
      await page.clock.install()
      await page.goto('/')
      await write(page)
      await composer(page).fill('Too early')
      await send(page)
      await page.getByRole('button', { name: 'Undo' }).click()
      await composer(page).waitFor()
      assert.equal(await composer(page).inputValue(), 'Too early')
      await page.clock.runFor(61_000) // until it would have gone
      assert.equal((await posts(ada)).some((s) => s.content.includes('Too early')), false)
      await page.keyboard.press('Escape')

      await page.goto('/@carol')
      await choose(page, article(page, 'Today: rye with seeds.'), 'Report')
      await page.getByLabel('It is spam').check()
      await page.getByLabel(/tell us|add|comment|else/i).last().fill('The same loaf again and again.')
      await page.getByRole('button', { name: 'Send report' }).click()
      await page.getByRole('dialog').getByText('Thank you.').waitFor()
      const [report] = await api(ada, 'GET', '/api/v1/admin/reports')
      assert.deepEqual([report.category, report.comment, report.target_account.username, report.statuses.length], ['spam', 'The same loaf again and again.', 'carol', 1])
      assert.equal((await posts(ada)).some((s) => s.content.includes('Too early')), false)
      assert.deepEqual(problems, [])
    })

    flow('a killed tab loses no words and no pictures; a server that is away gets the post once', { ...tablet, site }, async ({ page, context, problems }) => {
      await signIn(page, 'carol', carol.password)
      await write(page)
      await page.keyboard.type('Two of the oven')
      await page.setInputFiles('.composer input[type=file]', [await painted(page, 10), await painted(page, 200)].map((buffer, i) => ({ name: `${i}.jpg`, mimeType: 'image/jpeg', buffer })))
      await page.getByLabel('Description').nth(1).waitFor()
      await page.getByLabel('Description').nth(0).fill('The oven, red')
      await page.getByLabel('Description').nth(1).fill('The oven, cold')
      await onDevice(page, 'The oven, cold')
      const other = await context.newPage()
      const crashed = page.waitForEvent('crash')
      const cdp = await context.newCDPSession(page)
      cdp.send('Page.crash').catch(() => {})
      await crashed
      await other.goto('/')
      await other.getByRole('heading', { name: 'Home', level: 1 }).waitFor()
      await write(other)
      assert.equal(await composer(other).inputValue(), 'Two of the oven')
      const words = other.getByLabel('Description')
      await words.nth(1).waitFor()
      assert.deepEqual([await words.nth(0).inputValue(), await words.nth(1).inputValue()], ['The oven, red', 'The oven, cold'])

      // The server goes while the post is sent, and comes back.
      await until('both files are there', async () => (await other.locator('.file [role=progressbar], .file progress').count()) === 0)
      await other.waitForTimeout(500)
      assert.deepEqual(problems, [])
      await skein.away()
      await send(other)
      await other.getByText(/1 post waits to go out|The server cannot be reached/).first().waitFor()
      await skein.serve()
      await other.goto('/saved/drafts')
      // It may be on its way by itself at any moment: then there is nothing to press.
      const again = other.getByRole('button', { name: 'Try now' })
      await until('it is out', async () => {
        if (await again.isVisible()) await again.click({ timeout: 1000 }).catch(() => {})
        return (await posts(carol)).some((s) => s.content.includes('Two of the oven'))
      })
      await other.reload()
      await other.waitForTimeout(500)
      const out = (await posts(carol)).filter((s) => s.content.includes('Two of the oven'))
      assert.deepEqual(out.map((s) => s.media_attachments.map((m) => m.description)), [['The oven, red', 'The oven, cold']])
      const away = /ERR_CONNECTION|ERR_SOCKET|ERR_EMPTY|WebSocket/
      assert.deepEqual(problems.filter((p) => !away.test(p)), [])
    })

    flow('four hundred posts down, one opened, back, reloaded, thirty more: the same line', { ...desk, site }, async ({ page, problems }) => {
      await signIn(page, 'ada', ada.password)
      await page.getByRole('article').first().waitFor()
      await until('400 posts are here', async () => {
        await page.evaluate(() => scrollTo(0, document.body.scrollHeight - 2400))
        return (await page.locator('[data-sheet]').count()) >= 40
      }, patient(90))
      const find = () =>
        page.evaluate(() => {
          const e = [...document.querySelectorAll('#content [data-entry]')].find((x) => x.getBoundingClientRect().top > 120)
          // noted: a reload would come back to where the page stands now
          return e && { id: e.dataset.entry, top: Math.round(e.getBoundingClientRect().top), noted: Math.abs((history.state?.mark?.y ?? -9) - scrollY) < 2 }
        })
      /** still waits until nothing moves any more, and a reload would come back to it. */
      const still = (what, fits = () => true) => {
        let before = ''
        return until(what, async () => {
          const it = await find()
          const [was, now] = [before, JSON.stringify(it)]
          before = now
          if (it?.noted && was === now && fits(it)) return it
          await page.waitForTimeout(200)
        })
      }
      const line = await still('the list stands still')
      const same = async (when) => {
        const now = await still(`the line is there ${when}`, (it) => it.id === line.id)
        assert.ok(Math.abs(now.top - line.top) <= 1, `${when} it stands at ${now.top}, not ${line.top}`)
      }
      await page.locator(`[data-entry="${line.id}"] .post-time`).click()
      await page.locator('.post-focus').waitFor()
      await page.goBack()
      await same('after Back')
      await crowd(ben, 30, 'New')
      await page.reload()
      await page.getByRole('button', { name: /^\d+ new posts/ }).waitFor()
      await same('after a reload')
      assert.deepEqual(problems, [])
    })

    flow('a whole day without a pointer, and the focus is never lost', { ...desk, site }, async ({ page, problems }) => {
      const keys = new Keyboard(page)
      await page.goto('/signin')
      await keys.tabTo('textbox', 'Handle or email')
      await keys.type('ben')
      await keys.tabTo('textbox', 'Password')
      await keys.type(ben.password)
      await keys.press('Enter', false) // another page: it begins anew
      await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor()
      await page.getByRole('article').first().waitFor()

      // She reads, likes, boosts and answers somebody else's post.
      await keys.press('g', false) // nothing has the focus yet
      await keys.press('e')
      await page.getByRole('heading', { name: 'Explore', level: 1 }).waitFor()
      await page.goto(`/@carol/${story.id}`) // typed into the field of the browser
      await article(page, 'The first loaf').waitFor()
      await keys.press('j')
      await keys.press('l')
      await until('liked', async () => (await api(ben, 'GET', `/api/v1/statuses/${story.id}`)).favourited)
      await keys.press('b')
      await page.getByRole('menuitem', { name: 'Boost now' }).waitFor()
      await keys.press('Enter')
      await until('boosted', async () => (await api(ben, 'GET', `/api/v1/statuses/${story.id}`)).reblogged)
      await keys.press('r')
      await composer(page).waitFor()
      await keys.type('And how did it taste?')
      await keys.press('Control+Enter')
      await sent(page)
      await article(page, 'And how did it taste?').waitFor()
      await keys.press('u')
      await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor()

      // She writes, with a poll.
      await keys.press('n')
      await composer(page).waitFor()
      await keys.type('Rain or shine?')
      await keys.tabTo('button', 'Poll')
      await keys.press('Enter')
      await keys.tabTo('textbox', 'Answer 1', true)
      await keys.type('Rain')
      await keys.press('Enter')
      await keys.type('Shine')
      await keys.press('Control+Enter')
      await sent(page)
      await until('the poll is out', async () => (await posts(ben)).some((s) => s.poll?.options[1]?.title === 'Shine'))

      // She finds somebody and follows them.
      await keys.press('/')
      await keys.type('carol')
      await keys.press('Enter')
      await page.locator('.person').filter({ hasText: 'Carol Mint' }).waitFor()
      await keys.press('j')
      await keys.press('Enter')
      await page.getByRole('heading', { name: 'Carol Mint', level: 1 }).waitFor()
      await keys.tabTo('button', 'Follow Carol Mint', true)
      await keys.press('Enter')
      await page.getByRole('button', { name: /^Following/ }).waitFor()

      // News, and how the app looks.
      await api(carol, 'POST', `/api/v1/statuses/${(await posts(ben)).find((s) => s.poll).id}/favourite`)
      await until('ben is told', async () => (await api(ben, 'GET', '/api/v1/notifications?types[]=favourite')).length)
      await keys.press('g')
      await keys.press('n')
      await page.getByRole('heading', { name: 'Notifications', level: 1 }).waitFor()
      const liked = page.getByText(/like your post|likes your post|liked your post/).first()
      const waits = page.getByRole('button', { name: /\d new notification/ }) // it came while the list was read
      await liked.or(waits).first().waitFor()
      if (!(await liked.isVisible())) await keys.press('.')
      await liked.waitFor()
      await keys.press('j')
      await keys.press('g')
      await keys.press('s')
      await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor()
      await keys.tabTo('link', /^Look/)
      await keys.press('Enter')
      await page.getByRole('heading', { name: 'Look', level: 1 }).waitFor()
      await keys.tabTo('radio', 'Like the device')
      await keys.press('ArrowRight')
      await until('it is light', () => page.evaluate(() => document.documentElement.dataset.theme === 'light'))

      // And out, by the palette.
      await keys.press('Control+k')
      await page.getByRole('combobox', { name: 'Where to, or what to do?' }).waitFor()
      await keys.type('sign out')
      await keys.press('Enter', false)
      await page.getByRole('link', { name: 'Sign in' }).first().waitFor()
      assert.deepEqual(problems, [])
    })

    test('reduced motion: nothing moves for who does not want it', { timeout: patient(90_000) }, async (t) => {
      const moves = async (motion) => {
        const { page, problems, close } = await open(browser, skein, { ...phone, motion })
        t.after(close)
        await page.addInitScript(() => {
          globalThis.moved = []
          const note = () => {
            for (const a of document.getAnimations()) if ((a.effect?.getComputedTiming().duration ?? 0) > 90) globalThis.moved.push(a.animationName ?? a.transitionProperty)
            requestAnimationFrame(note)
          }
          note()
        })
        await signIn(page, 'carol', carol.password)
        await page.getByRole('article').first().waitFor()
        await article(page, 'Today: rye with seeds.').getByRole('button', { name: 'More' }).click()
        await page.getByRole('menu').waitFor()
        await page.keyboard.press('Escape')
        await write(page)
        await page.keyboard.press('Escape')
        await page.waitForTimeout(300)
        assert.deepEqual(problems, [])
        return page.evaluate(() => [...new Set(globalThis.moved)])
      }
      assert.deepEqual(await moves('reduce'), [])
      assert.notDeepEqual(await moves('no-preference'), [], 'otherwise this finds nothing')
    })
  })
}
