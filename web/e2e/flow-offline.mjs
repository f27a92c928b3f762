// The service worker: starting without a connection, files of other apps, pushes, and nothing left after signing out.
import assert from 'node:assert/strict'
import { notifications } from './seed.mjs'

const active = (page) => page.waitForFunction(async () => !!(await navigator.serviceWorker.ready) && !!navigator.serviceWorker.controller, null, { timeout: 30000 })
const kept = (page) => page.waitForFunction(() => localStorage.getItem('me') !== null, null, { timeout: 30000 })

const flows = {
  async 'the app starts without a connection, with the last page and its age, and finds back'({ page, context, base }) {
    await page.goto(base + '/')
    await active(page)
    await kept(page)
    const first = await page.locator('[data-entry] .post-text').first().textContent()
    await context.request.get(base + '/mock/away')
    await page.goto(base + '/')
    await page.getByText(/cannot be reached. This is how it was/).waitFor()
    assert.equal(await page.locator('[data-entry] .post-text').first().textContent(), first)
    await context.request.get(base + '/mock/here')
    await page.evaluate(() => dispatchEvent(new Event('online')))
    await page.getByText(/This is how it was/).waitFor({ state: 'detached' })
  },
  async 'files of another app come into the composer'({ page, base }) {
    await page.goto(base + '/')
    await active(page)
    // As the system does it: a form that is sent, which is a new page.
    await page.evaluate(() => {
      const files = new DataTransfer()
      for (const name of ['heron.png', 'the weir.png']) files.items.add(new File([Uint8Array.from([137, 80, 78, 71])], name, { type: 'image/png' }))
      const form = Object.assign(document.createElement('form'), { action: '/share', method: 'post', enctype: 'multipart/form-data' })
      const field = (by) => form.append(Object.assign(document.createElement('input'), by))
      field({ name: 'title', value: 'A heron' })
      field({ name: 'text', value: 'stood at the weir' })
      field({ type: 'file', name: 'files', multiple: true, files: files.files })
      document.body.append(form)
      form.submit()
    })
    await page.waitForURL('**/share?*')
    assert.equal(new URL(page.url()).search, '?files=2&title=A+heron&text=stood+at+the+weir')
    await page.waitForFunction(() => document.querySelector('textarea')?.value === 'A heron\nstood at the weir')
    await page.getByRole('listitem', { name: /^Picture 2 of 2/ }).waitFor()
    assert.deepEqual(await page.evaluate(async () => (await (await caches.open('share')).keys()).length), 0)
  },
  async 'a push is shown, and leads to its post'({ page, context, base }) {
    await context.grantPermissions(['notifications'], { origin: base })
    await page.goto(base + '/')
    await active(page)
    const [worker] = context.serviceWorkers()
    const n = notifications.find((x) => x.type === 'mention')
    const shown = await worker.evaluate(async (id) => {
      const wait = (ms) => new Promise((done) => setTimeout(done, ms))
      const data = JSON.stringify({ notification_id: id, notification_type: 'mention', title: 'Bo mentioned you', body: 'The mug', icon: 'https://elsewhere.example/x.png' })
      self.dispatchEvent(new PushEvent('push', { data }))
      for (let i = 0; i < 50; i++) {
        const [one] = await self.registration.getNotifications()
        if (one) {
          self.dispatchEvent(new NotificationEvent('notificationclick', { notification: one }))
          return { title: one.title, icon: new URL(one.icon).pathname }
        }
        await wait(100)
      }
      return null
    }, n.id)
    assert.deepEqual(shown, { title: 'Bo mentioned you', icon: '/icon-192.png' })
    await page.waitForURL(`**/@${n.status.account.acct}/${n.status.id}`)
  },
  async 'signing out leaves nothing on the device'({ page, base }) {
    await page.goto(base + '/')
    await active(page)
    await kept(page)
    await page.goto(base + '/settings/account')
    const out = page.getByRole('button', { name: 'Sign out', exact: true })
    await Promise.all([page.waitForURL(base + '/'), out.click()])
    // The stand-in signs in at once again: what is there now is of the new visit, and its list is not kept yet.
    const left = await page.evaluate(async () => ({ me: localStorage.getItem('me'), db: (await indexedDB.databases()).map((db) => db.name).filter((name) => name.startsWith('kept:')) }))
    assert.deepEqual(left, { me: null, db: [] })
  },
}
for (const run of Object.values(flows)) run.worker = true
export { flows }
