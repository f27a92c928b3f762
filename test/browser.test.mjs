// A new person in a browser, on a phone and at a desk: from sign-up to sign-out, with somebody on another site answering. Whatever a page
// must not do on the way (an error on the console, a violation of the policy, a request to another host, a barrier) fails the test.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { desktop, faults, launch, onDevice, open, patient, phone } from './lib/browser.mjs'
import { article, choose, composer, password, signIn, signUp } from './lib/door.mjs'
import { api, request, until } from './lib/skein.mjs'
import { town } from './lib/town.mjs'
import { zip } from './lib/zip.mjs'

let skein, elm, browser, ben, carol

before(async () => {
  ;({ skein, elm, ben, carol } = await town())
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await skein?.stop()
})

/** go follows the link of the main navigation that shows at this width. */
const go = (page, name) => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).filter({ visible: true }).first().click()

/** fresh opens what waits behind the pill, if it waits. */
async function fresh(page, thing) {
  await page.getByRole('button', { name: /\d new (post|notification)/ }).or(thing).first().waitFor()
  if (!(await thing.isVisible())) await page.getByRole('button', { name: /\d new (post|notification)/ }).click()
  await thing.waitFor()
}

for (const [where, size] of [['phone', phone], ['desktop', desktop]]) {
  test(`a new person finds her way, on a ${where}`, { timeout: patient(180_000) }, async (t) => {
    const name = `mia_${where}`
    const { page, problems, isLive, close } = await open(browser, elm, size)
    t.after(close)

    await signUp(skein, page, name)
    await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor()
    await page.getByRole('heading', { name: 'Your home is quiet' }).waitFor()

    // She writes, and it stands in her home.
    await page.getByRole('button', { name: 'What would you like to say?' }).click()
    await composer(page).fill(`Good morning from my ${where}. #hello`)
    await page.getByRole('dialog').getByRole('button', { name: 'Post', exact: true }).click()
    await article(page, 'Good morning from my').waitFor()
    assert.equal(await page.getByRole('dialog').count(), 0, 'the composer closes')

    // She answers somebody of her site.
    await go(page, 'Explore')
    await article(page, 'out of the oven').getByRole('button', { name: /^Reply/ }).click()
    await composer(page).waitFor()
    await page.keyboard.type(`Save me a slice, says my ${where}.`)
    await page.getByRole('dialog').getByRole('button', { name: 'Reply', exact: true }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await article(page, 'out of the oven').getByRole('link', { name: /^(now|\d+)/ }).first().click()
    await page.getByRole('heading', { name: 'Post by Carol Mint' }).waitFor()
    await article(page, `Save me a slice, says my ${where}.`).waitFor()
    assert.equal((await api(carol, 'GET', `/api/v1/statuses/${carol.bread}/context`)).descendants.filter((s) => s.content.includes(`says my ${where}`)).length, 1)

    // She finds ben on another site and follows him.
    await page.goto('/search')
    const field = page.getByRole('main').getByRole('searchbox')
    await field.fill(`@${ben.handle}`)
    await field.press('Enter')
    await page.getByRole('main').getByRole('link', { name: /Ben Okafor/ }).click()
    await page.getByRole('heading', { name: 'Ben Okafor', level: 1 }).waitFor()
    await page.getByRole('button', { name: 'Follow Ben Okafor' }).click()
    await page.getByRole('button', { name: /^Following/ }).waitFor()
    const her = await until('ben is followed', async () => {
      const [follower] = await api(ben, 'GET', `/api/v1/accounts/${(await api(ben, 'GET', '/api/v1/accounts/verify_credentials')).id}/followers`)
      return follower?.acct === `${name}@${elm.domain}` && follower
    })
    assert.equal(her.username, name)

    // He answers her, and the answer comes into the open page by itself.
    await go(page, 'Home')
    await article(page, 'Good morning from my').getByRole('link', { name: /^(now|\d+)/ }).first().click()
    await page.getByRole('heading', { name: `Post by ${name}` }).waitFor()
    await until('the page listens', isLive) // the socket opens when the page is quiet
    const url = page.url().replace(/.*\/(\d+)$/, `${elm.url}/@${name}/$1`)
    const seen = await until('ben reads her post', async () => (await api(ben, 'GET', `/api/v2/search?resolve=true&q=${encodeURIComponent(url)}`)).statuses[0])
    await page.evaluate(() => (globalThis.samePage = true))
    const answer = await api(ben, 'POST', '/api/v1/statuses', { status: `@${name}@${elm.domain} Good morning from oak.`, in_reply_to_id: seen.id })
    await article(page, 'Good morning from oak.').waitFor()
    await page.getByRole('link', { name: /^Notifications\b.*(1 new mention|There is news)/ }).filter({ visible: true }).first().waitFor()
    await go(page, /^Notifications/)
    await article(page, 'Good morning from oak.').waitFor()
    await api(ben, 'POST', `/api/v1/statuses/${seen.id}/favourite`)
    await fresh(page, page.getByRole('article').filter({ hasText: 'Ben Okafor likes your post' }))
    await go(page, 'Home')
    await fresh(page, article(page, 'Good morning from oak.'))
    assert.equal(await page.evaluate(() => globalThis.samePage), true, 'the page was never loaded anew')

    // She likes and boosts; both reach him.
    const his = article(page, 'Good morning from oak.')
    await his.getByRole('button', { name: /^Like/ }).click()
    await his.getByRole('button', { name: /^Boost/ }).click()
    await page.getByRole('menuitem', { name: 'Boost now' }).click()
    await until('like and boost arrive on oak', async () => {
      const s = await api(ben, 'GET', `/api/v1/statuses/${answer.id}`)
      return s.favourites_count === 1 && s.reblogs_count === 1
    })
    assert.equal(await his.getByRole('button', { name: /^Like/ }).getAttribute('aria-pressed'), 'true')

    // She changes her post, and deletes it.
    await go(page, 'Profile')
    await page.getByRole('heading', { name, level: 1 }).waitFor()
    await choose(page, article(page, 'Good morning from my'), 'Edit')
    await composer(page).fill(`Good evening from my ${where}. #hello`)
    await page.getByRole('button', { name: 'Save changes' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await article(page, 'Good evening from my').waitFor()
    await until('the change arrives on oak', async () => (await api(ben, 'GET', `/api/v1/statuses/${seen.id}`)).content.includes('Good evening'))
    await choose(page, article(page, 'Good evening from my'), 'Delete')
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
    await article(page, 'Good evening from my').waitFor({ state: 'detached' })
    await until('it is gone on oak', async () => (await request(ben, 'GET', `/api/v1/statuses/${seen.id}`)).status === 404)

    // She stays signed in, until she signs out.
    await page.reload()
    await page.getByRole('heading', { name, level: 1 }).waitFor()
    await page.goto('/settings/account')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('link', { name: 'Sign in' }).first().waitFor()
    await page.goto('/notifications')
    await page.waitForURL(/\/signin\?return_to=/)
    await page.getByLabel('Handle or email').fill(name)
    await page.getByLabel('Password').fill('wrong')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('alert').waitFor()
    problems.splice(0, problems.length, ...problems.filter((p) => !/Failed to load resource.*422/.test(p))) // the form says no with a status
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('heading', { name: 'Notifications', level: 1 }).waitFor()
    assert.deepEqual(problems, [])
  })
}

test('keys walk, like, write and send', { timeout: patient(60_000) }, async (t) => {
  const { page, problems, close } = await open(browser, elm, desktop)
  t.after(close)
  await signUp(skein, page, 'keys')
  await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('e')
  await article(page, 'out of the oven').waitFor()
  const focused = () => page.evaluate(() => document.activeElement.dataset.entry)
  await page.keyboard.press('j')
  const first = await focused()
  await page.keyboard.press('j')
  const second = await focused()
  assert.ok(first && second && first !== second, `j goes from ${first} to ${second}`)
  await page.keyboard.press('k')
  assert.equal(await focused(), first)
  const like = page.locator(`[data-entry="${first}"]`).getByRole('button', { name: /^Like/ })
  assert.equal(await like.getAttribute('aria-pressed'), 'false')
  await page.keyboard.press('l')
  await until('liked', async () => (await like.getAttribute('aria-pressed')) === 'true')
  await page.keyboard.press('n')
  await composer(page).waitFor()
  await page.keyboard.type('Written without a mouse.')
  await page.keyboard.press('Control+Enter')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.keyboard.press('g')
  await page.keyboard.press('h')
  await article(page, 'Written without a mouse.').waitFor()
  assert.deepEqual(problems, [])
})

test('public pages are whole without JavaScript', { timeout: patient(60_000) }, async (t) => {
  const { page, problems, close } = await open(browser, elm, { ...phone, script: false })
  t.after(close)
  await page.goto('/')
  await page.getByRole('link', { name: 'Sign up' }).first().waitFor()
  await article(page, 'out of the oven').waitFor()
  await page.goto('/about')
  await page.getByRole('heading', { name: /^About/, level: 1 }).waitFor()
  await page.goto('/@carol')
  await page.getByRole('heading', { name: 'Carol Mint', level: 1 }).waitFor()
  await page.getByText('Bread and maps.').waitFor()
  const warned = article(page, 'How the book ends')
  assert.equal(await warned.getByText('The hero dies.').isVisible(), false, 'what a warning covers is covered')
  await warned.getByText('Show').click()
  await warned.getByText('The hero dies. <b>Not bold</b>').waitFor()
  await page.goto(`/@carol/${carol.bread}`)
  await page.getByRole('heading', { name: 'Post by Carol Mint' }).waitFor()
  await article(page, 'a crust that sings').waitFor()
  await page.getByRole('link', { name: '#bread' }).first().click()
  await page.getByRole('heading', { name: '#bread', level: 1 }).waitFor()
  await article(page, 'out of the oven').waitFor()
  await page.goto('/signin')
  await page.getByLabel('Handle or email').waitFor()
  await page.goto('/signup')
  await page.getByLabel('Email').waitFor()
  assert.deepEqual(problems, [])

  // The same on an app address, for somebody who is signed in: it says so, instead of showing bones for ever.
  await page.goto('/signin')
  await page.getByLabel('Handle or email').fill('carol')
  await page.getByLabel('Password').fill(carol.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.locator('noscript p').filter({ hasText: 'The app needs JavaScript.' }).waitFor()
  assert.deepEqual(problems, [])
})

test('what is written with pictures survives a killed tab, loses its places, and goes out once', { timeout: patient(120_000) }, async (t) => {
  const dora = await skein.person('dora', { domain: elm.domain })
  const { page, context, problems, close } = await open(browser, elm, desktop)
  t.after(close)
  await signIn(page, 'dora', dora.password)
  await page.keyboard.press('n')
  await composer(page).waitFor()
  await page.keyboard.type('Two from the weir')
  // A picture of a camera: it says where it was taken, and what is to be seen.
  const picture = Buffer.from(await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 })
    canvas.getContext('2d').fillRect(20, 20, 200, 100)
    const plain = new Uint8Array(await (await new Promise((done) => canvas.toBlob(done, 'image/jpeg'))).arrayBuffer())
    const words = 'A heron at the weir\0GPS 52.1 N'
    const exif = [...'Exif\0\0II*\0'].map((c) => c.charCodeAt(0)).concat([8, 0, 0, 0, 1, 0, 0x0e, 1, 2, 0, 20, 0, 0, 0, 26, 0, 0, 0, 0, 0, 0, 0], [...words].map((c) => c.charCodeAt(0)))
    return btoa(String.fromCharCode(...plain.slice(0, 2), 0xff, 0xe1, 0, exif.length + 2, ...exif, ...plain.slice(2)))
  }), 'base64')
  const sent = []
  context.on('request', (r) => r.url().endsWith('/api/v2/media') && sent.push(r.postDataBuffer()))
  await page.setInputFiles('.composer input[type=file]', ['a', 'b'].map((name) => ({ name: `${name}.jpg`, mimeType: 'image/jpeg', buffer: picture })))
  const files = page.getByRole('listitem', { name: /^Picture \d of 2/ })
  await files.nth(1).waitFor()
  await files.nth(0).getByRole('button', { name: 'Use it' }).click()
  await files.nth(1).getByLabel('Description').fill('The weir, without a heron')
  await until('both are sent', () => sent.length === 2)
  assert.equal(sent.some((body) => body?.includes('GPS') || body?.includes('heron at')), false, 'places and words of the camera stay on the device')
  assert.deepEqual(await faults(page), [])
  await onDevice(page, 'The weir, without a heron')

  // The renderer dies: no event runs.
  const other = await context.newPage()
  const crashed = page.waitForEvent('crash')
  const cdp = await context.newCDPSession(page)
  cdp.send('Page.crash').catch(() => {})
  await crashed
  await other.goto('/saved/drafts')
  await other.getByText('Two from the weir').waitFor()
  await other.getByRole('button', { name: 'Go on writing' }).click()
  await composer(other).waitFor()
  assert.equal(await composer(other).inputValue(), 'Two from the weir')
  const words = other.getByLabel('Description')
  assert.deepEqual([await words.nth(0).inputValue(), await words.nth(1).inputValue()], ['A heron at the weir', 'The weir, without a heron'])

  // The server takes it, but its answer is lost: it goes out again, and is there once.
  let lost = 0
  await other.route('**/api/v1/statuses', async (route) => {
    if (route.request().method() !== 'POST' || lost++) return route.continue()
    await route.fetch()
    await route.abort()
  })
  await other.getByRole('dialog').getByRole('button', { name: 'Post', exact: true }).click()
  await other.getByText('Waits for the connection').waitFor()
  await other.getByRole('button', { name: 'Try now' }).click()
  await other.getByText('Posted').first().waitFor()
  const me = await api(dora, 'GET', '/api/v1/accounts/verify_credentials')
  const posts = await api(dora, 'GET', `/api/v1/accounts/${me.id}/statuses`)
  assert.deepEqual(posts.map((p) => p.media_attachments.map((m) => m.description)), [['A heron at the weir', 'The weir, without a heron']])
  assert.deepEqual(problems.filter((p) => !/ERR_FAILED/.test(p)), [])
})

test('a picture of another site is shown from here, opened, and its post quoted', { timeout: patient(120_000) }, async (t) => {
  const erik = await skein.person('erik', { domain: elm.domain })
  const { page, problems, close } = await open(browser, elm, desktop)
  t.after(close)
  await signIn(page, 'erik', erik.password)
  // Ben shows a picture on oak, with a vote beside it in another post.
  const png = Buffer.from(await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 400 })
    const c = canvas.getContext('2d')
    for (const [i, colour] of ['#9cb', '#375', '#b63'].entries()) Object.assign(c, { fillStyle: colour }).fillRect(0, i * 130, 640, 140)
    return btoa(String.fromCharCode(...new Uint8Array(await (await new Promise((done) => canvas.toBlob(done))).arrayBuffer())))
  }), 'base64')
  const form = new FormData()
  form.set('file', new Blob([png], { type: 'image/png' }), 'weir.png')
  form.set('description', 'The weir in three colours')
  const file = await (await fetch(`${ben.url}/api/v2/media`, { method: 'POST', headers: { authorization: `Bearer ${ben.token}` }, body: form })).json()
  const his = await api(ben, 'POST', '/api/v1/statuses', { status: 'How the weir looks today.', media_ids: [file.id] })
  const asked = await api(ben, 'POST', '/api/v1/statuses', { status: 'Herons or egrets?', poll: { options: ['Herons', 'Egrets'], expires_in: 3600 } })

  await page.goto(`/search?q=${encodeURIComponent(his.url)}`)
  await page.getByRole('heading', { name: 'Post by Ben Okafor', level: 1 }).waitFor() // an address leads to its post
  const post = article(page, 'How the weir looks today.')
  const img = post.getByRole('img', { name: 'The weir in three colours' })
  await until('the picture is there', () => img.evaluate((e) => e.complete && e.naturalWidth > 0))
  assert.equal(new URL(await img.evaluate((e) => e.currentSrc)).host, elm.domain)
  await post.getByRole('link', { name: 'The weir in three colours' }).click()
  const viewer = page.getByRole('dialog', { name: /Picture 1 of 1, by Ben Okafor/ })
  await until('it is shown large', () => viewer.getByRole('img').evaluate((e) => e.complete && e.naturalWidth === 640))
  await viewer.getByRole('button', { name: 'Larger' }).click()
  await viewer.getByRole('button', { name: 'Description' }).click()
  await viewer.getByText('The weir in three colours').waitFor()
  assert.deepEqual(await faults(page), [])
  await page.goBack()
  await viewer.waitFor({ state: 'detached' })

  await post.getByRole('button', { name: /^Boost/ }).click()
  await page.getByRole('menuitem', { name: /^Quote/ }).click()
  await composer(page).fill('I was there, and it was so.')
  await page.getByRole('dialog').getByRole('button', { name: 'Post', exact: true }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await go(page, 'Home')
  const quoting = article(page, 'I was there, and it was so.')
  await quoting.getByRole('group', { name: 'Quoted post' }).getByText('How the weir looks today.').waitFor()

  // Votes travel; Ben takes his post out of the quote, and erik's page says so.
  await page.goto(`/search?q=${encodeURIComponent(asked.url)}`)
  await page.getByRole('heading', { name: 'Post by Ben Okafor', level: 1 }).waitFor()
  const poll = article(page, 'Herons or egrets?')
  await poll.getByRole('radio', { name: 'Herons' }).check()
  await poll.getByRole('button', { name: 'Vote' }).click()
  await poll.getByText('your choice').waitFor()
  await until('the vote arrives on oak', async () => (await api(ben, 'GET', `/api/v1/polls/${asked.poll.id}`)).options[0].votes_count === 1)
  const quotes = await until('ben sees the quote', async () => {
    const list = await api(ben, 'GET', `/api/v1/statuses/${his.id}/quotes`)
    return list.length && list
  })
  await api(ben, 'POST', `/api/v1/statuses/${his.id}/quotes/${quotes[0].id}/revoke`)
  await go(page, 'Home')
  await until('the quote is gone', async () => {
    await page.reload()
    return quoting.getByText('The author of the quoted post took it out of this post.').isVisible()
  })
  assert.deepEqual(problems, [])
})

/** dot is a PNG with one pixel. */
const dot = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==', 'base64')

/** archives are downloads of other services, with what stands on the profile afterwards, the newest first. */
const archives = () => ({
  'Mastodon archive': {
    files: [zip({
      'actor.json': JSON.stringify({ id: 'https://old.example/users/jo', preferredUsername: 'jo' }),
      'outbox.json': JSON.stringify({ orderedItems: ['Second of May', 'First of May'].map((text, n) => ({ type: 'Create', object: {
        id: `https://old.example/users/jo/statuses/${n}`, type: 'Note', content: `<p>${text}</p>`, published: `2019-05-0${2 - n}T10:00:00Z`,
        to: ['https://www.w3.org/ns/activitystreams#Public'], cc: [], attachment: [{ url: '/media_attachments/a.png', name: 'A square' }],
      } })) }),
      'media_attachments/a.png': dot,
    })],
    found: /^Posts: 2/,
    posts: ['Second of May', 'First of May'],
  },
  'Instagram download': {
    files: [
      zip({ 'your_instagram_activity/media/posts_1.json': JSON.stringify([
        { media: [{ uri: 'media/posts/2.png', creation_timestamp: 1718409700, title: 'At the caf\u00c3\u00a9' }] },
        { media: [{ uri: 'media/posts/1.png', creation_timestamp: 1718409600 }, { uri: 'media/posts/2.png', creation_timestamp: 1718409600 }], title: 'An album', creation_timestamp: 1718409600 },
      ]) }),
      zip({ 'media/posts/1.png': dot, 'media/posts/2.png': dot }),
    ],
    found: /^Posts: 2/,
    posts: ['At the café', 'An album'],
  },
})

test('archives of other services come to the profile in order, and go again', { timeout: patient(180_000) }, async (t) => {
  const jo = await skein.person('jo', { domain: elm.domain })
  const { page, problems, close } = await open(browser, elm, desktop)
  t.after(close)
  await signIn(page, 'jo', jo.password)
  const main = page.getByRole('main')
  for (const [source, { files, found, posts }] of Object.entries(archives())) {
    await page.goto('/settings/import')
    const again = main.getByRole('button', { name: 'Import something else' })
    await again.or(main.getByLabel('What do you bring?')).first().waitFor()
    if (await again.isVisible()) await again.click()
    await main.getByLabel('What do you bring?').selectOption(source)
    await main.getByLabel('The file').setInputFiles(files.map((buffer, n) => ({ name: `part${n}.zip`, mimeType: 'application/zip', buffer })))
    await main.getByRole('button', { name: 'Read the file' }).click()
    await main.getByRole('checkbox', { name: found }).waitFor()
    assert.deepEqual(await faults(page), [])
    assert.equal((await api(jo, 'GET', '/api/v1/accounts/verify_credentials')).statuses_count, 0, 'the preview brings nothing')
    await main.getByRole('button', { name: 'Bring it' }).click()
    await main.getByRole('button', { name: 'Undo all' }).first().waitFor()
    await main.getByText('2 brought').first().waitFor()
    assert.deepEqual(await faults(page), [])

    await go(page, 'Profile')
    for (const text of posts) await article(page, text).getByRole('img').or(article(page, text).getByRole('button', { name: /picture/i })).first().waitFor()
    const shown = await page.getByRole('article').allTextContents()
    assert.deepEqual(shown.map((text) => posts.find((p) => text.includes(p))).filter(Boolean), posts, 'in the order of their dates')

    await page.goto('/settings/import')
    await main.getByRole('button', { name: 'Undo all' }).first().click()
    await page.getByRole('alertdialog').or(page.getByRole('dialog')).getByRole('button', { name: 'Undo all' }).click()
    await main.getByText('All of it was taken back.').first().waitFor()
    assert.equal((await api(jo, 'GET', '/api/v1/accounts/verify_credentials')).statuses_count, 0)
  }
  assert.deepEqual(problems, [])
})
