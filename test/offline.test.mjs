// What the service worker does on the real server: files of another app come into the composer, home is there without a connection
// for each account of the browser, and nothing stays when the last of them has left.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { desktop, launch, open, patient } from './lib/browser.mjs'
import { article, composer, signIn } from './lib/door.mjs'
import { Skein, api, until } from './lib/skein.mjs'
import { picture } from './lib/upload.mjs'

let skein, browser, ada, ben

before(async () => {
  skein = await Skein.start()
  ;[ada, ben] = [await skein.person('ada'), await skein.person('ben')]
  for (const who of [ada, ben]) who.id = (await api(who, 'GET', '/api/v1/accounts/verify_credentials')).id
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await skein?.stop()
})

/** active waits until the worker sees to the pages of the app. */
const active = (page) => page.waitForFunction(async () => Boolean((await navigator.serviceWorker.ready).active))
/** kept tells the accounts whose home lies on this device. */
const kept = (page) =>
  page.evaluate(async () => {
    const done = (request) => new Promise((yes, no) => Object.assign(request, { onsuccess: () => yes(request.result), onerror: () => no(request.error) }))
    const names = []
    for (const { name } of (await indexedDB.databases()).filter((d) => d.name.startsWith('kept:'))) {
      const db = await done(indexedDB.open(name))
      if (await done(db.transaction('pages').objectStore('pages').count('home'))) names.push(name.slice(5))
      db.close()
    }
    return names
  })
/** painted makes a picture in the page. */
const painted = async (page, colour) =>
  Buffer.from(await page.evaluate(async (colour) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 200 })
    Object.assign(canvas.getContext('2d'), { fillStyle: colour }).fillRect(0, 0, 320, 200)
    return btoa(String.fromCharCode(...new Uint8Array(await (await new Promise((done) => canvas.toBlob(done))).arrayBuffer())))
  }, colour), 'base64')

test('text, an address and two pictures of another app arrive in the composer, and go out', { timeout: patient(90_000) }, async (t) => {
  const { page, problems, close } = await open(browser, skein, { ...desktop, worker: true })
  t.after(close)
  await signIn(page, 'ada', ada.password)
  await active(page)
  const target = await page.evaluate(async () => (await (await fetch(document.querySelector('link[rel=manifest]').href)).json()).share_target)
  // As the system does it: a form that is sent to the address in the manifest.
  await page.evaluate(({ action, method, enctype, params }) => {
    const form = Object.assign(document.createElement('form'), { action, method, enctype, id: 'shared' })
    const field = (name, value, type = 'text') => form.append(Object.assign(document.createElement('input'), { name, type, ...(type === 'file' ? { multiple: true } : { value }) }))
    field(params.text, 'A heron at the weir')
    field(params.url, 'https://weir.example/heron')
    field(params.files[0].name, undefined, 'file')
    document.body.append(form)
  }, target)
  await page.setInputFiles('#shared input[type=file]', [
    { name: 'heron.png', mimeType: 'image/png', buffer: await painted(page, '#375') },
    { name: 'the weir.png', mimeType: 'image/png', buffer: await painted(page, '#9cb') },
  ])
  await page.evaluate(() => document.getElementById('shared').submit())
  await composer(page).waitFor()
  assert.equal(await composer(page).inputValue(), 'A heron at the weir\nhttps://weir.example/heron')
  for (const [i, words] of ['A heron', 'The weir'].entries()) await page.getByRole('listitem', { name: `Picture ${i + 1} of 2` }).getByLabel('Description').fill(words)
  assert.deepEqual(await page.evaluate(async () => (await (await caches.open('share')).keys()).length), 0, 'what was handed over is gone')
  await page.getByRole('button', { name: 'Post', exact: true }).click()
  const post = await until('it is out', async () => (await api(ada, 'GET', `/api/v1/accounts/${ada.id}/statuses`))[0])
  assert.match(post.content, /A heron at the weir.*weir\.example\/heron/)
  assert.deepEqual(post.media_attachments.map((m) => [m.type, m.description]), [['image', 'A heron'], ['image', 'The weir']])
  assert.deepEqual(problems, [])
})

test('without a connection each account finds its last home; when the last one leaves, nothing is left', { timeout: patient(120_000) }, async (t) => {
  await api(ben, 'POST', '/api/v1/statuses', { status: 'Ben was here.' })
  const form = new FormData()
  form.set('file', picture())
  form.set('description', 'A dot')
  const file = await (await fetch(`${ada.url}/api/v2/media`, { method: 'POST', headers: { authorization: `Bearer ${ada.token}` }, body: form })).json()
  await api(ada, 'POST', '/api/v1/statuses', { status: 'Ada was here.', media_ids: [file.id] })
  const { page, context, problems, close } = await open(browser, skein, { ...desktop, worker: true })
  t.after(close)
  /** looked: the window of this tab comes to the front, and pages are loaded for its account from now on. */
  const looked = (tab, who) =>
    until(`the window of ${who.name} is in front`, () =>
      tab.evaluate((id) => {
        dispatchEvent(new Event('focus'))
        return document.cookie.includes(`account=${id}`)
      }, who.id),
    )
  await signIn(page, 'ada', ada.password)
  await active(page)
  await page.reload() // now it is the worker that brings the picture
  await article(page, 'Ada was here.').getByRole('img', { name: 'A dot' }).waitFor()
  await until('the home of ada is kept', async () => (await kept(page)).includes(ada.id))
  const other = await context.newPage()
  await signIn(other, 'ben', ben.password, '/signin?add=1')
  await article(other, 'Ben was here.').waitFor()
  await until('the home of ben is kept', async () => (await kept(other)).includes(ben.id))
  await until('pictures are kept', () => page.evaluate(async () => (await (await caches.open('media')).keys()).length))
  assert.deepEqual(problems, [])

  await skein.away()
  for (const [tab, who, text, not] of [[page, ada, 'Ada was here.', 'Ben was here.'], [other, ben, 'Ben was here.', 'Ada was here.']]) {
    await looked(tab, who)
    await tab.evaluate((id) => void (document.cookie = `account=${id}; path=/`), who === ada ? ben.id : ada.id) // another window was in front last
    await tab.reload()
    await tab.getByText(/cannot be reached. This is how it was/).waitFor()
    await article(tab, text).waitFor()
    assert.equal(await article(tab, not).count(), 0, `${who.name} sees only what is theirs`)
  }
  await skein.serve()
  for (const tab of [page, other]) {
    await until('the server is found again', async () => {
      await tab.evaluate(() => dispatchEvent(new Event('online')))
      return (await tab.getByText(/This is how it was/).count()) === 0
    })
  }
  const away = /ERR_CONNECTION|ERR_SOCKET|ERR_EMPTY|ERR_FAILED|WebSocket/
  assert.deepEqual(problems.splice(0).filter((p) => !away.test(p)), [])

  // Ben leaves: what is ada's stays. Ada leaves: nothing is left.
  const leave = async (tab, who) => {
    // Without a window that is in front, each tab thinks that it is: another one may say so in between.
    await until(`the settings of ${who.name}`, async () => {
      await looked(tab, who)
      await tab.goto('/settings/account')
      return (await tab.getByRole('button', { name: 'Your account' }).first().textContent()).includes(`@${who.name}`)
    })
    const out = tab.getByRole('button', { name: 'Sign out', exact: true })
    await Promise.all([tab.waitForURL(skein.url + '/'), out.click()])
  }
  await leave(other, ben)
  await article(other, 'Ada was here.').waitFor()
  await until('only what is of ada is kept', async () => String(await kept(other)) === ada.id)
  await other.close()
  await leave(page, ada)
  await page.getByRole('link', { name: 'Sign in' }).first().waitFor()
  // The browser takes databases away when nobody holds them any more.
  await until('nothing is left', async () => {
    const left = await page.evaluate(async () => ({
      databases: (await indexedDB.databases()).map((d) => d.name), caches: await caches.keys(), workers: (await navigator.serviceWorker.getRegistrations()).length,
      keys: Object.keys(localStorage).filter((key) => /\d{6}|^me$/.test(key)),
    }))
    assert.deepEqual(left, { databases: [], caches: [], workers: 0, keys: [] })
    return true
  })
  assert.deepEqual(problems, [])
})
