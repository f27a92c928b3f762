// The service worker: the app starts without a connection, pictures are kept, pushes are shown. What the API says is never
// kept here: the app keeps its last page itself. An answer of the server with the header "Skein-Worker: none" ends it.
const sw = self as unknown as ServiceWorkerGlobalScope & { navigator: WorkerNavigator & { setAppBadge?(n?: number): Promise<void> } }

/** the files of this build: the build writes them in */
const build: { version: string; files: string[]; words: Record<string, string[]> } = JSON.parse('{"version":"0","files":[],"words":{}}')
const shell = `shell-${build.version}`
const media = 'media'
const mediaMost = 50 * 2 ** 20
const mediaLargest = 5 * 2 ** 20
const patience = 2000
/** pages of the server itself, which have no place in the app */
const foreign = /^\/(api|oauth|auth|admin|signin|signup|signout|about|rules|privacy|terms|authorize_interaction|language|media|proxy|\.well-known)(\/|$)|\.(rss|atom|json|xml|txt)$/

async function install(): Promise<void> {
  await keep(build.files)
  await speak()
}

async function keep(files: string[]): Promise<void> {
  const cache = await caches.open(shell)
  await Promise.all(
    files.map(async (file) => {
      const old = await caches.match(file)
      await (old ? cache.put(file, old) : cache.add(file))
    }),
  )
}

/** speak keeps the page that the app starts from, which is in the language of its reader, and the words of that language. */
async function speak(): Promise<void> {
  const page = await fetch(new Request('/shell', { cache: 'reload' }))
  if (!page.ok) throw new TypeError(`/shell: ${page.status}`)
  const lang = /<html lang="([\w-]+)"/.exec(await page.clone().text())?.[1] ?? 'en'
  await keep(build.words[lang] ?? build.words.en ?? [])
  await (await caches.open(shell)).put('/shell', page)
}

async function activate(): Promise<void> {
  for (const name of await caches.keys()) if (name.startsWith('shell-') && name !== shell) await caches.delete(name)
  await sw.clients.claim()
}

/** end takes the worker away, with all that it kept. */
async function end(): Promise<void> {
  for (const name of await caches.keys()) await caches.delete(name)
  await sw.registration.unregister()
}

/** knows: the app has something of its own to start with. */
const knows = async (): Promise<boolean> => (await indexedDB.databases?.())?.some((db) => db.name?.startsWith('kept:')) ?? false

/** page asks the server; after two seconds without an answer, or without a connection, the app starts from here. */
async function page(event: FetchEvent): Promise<Response> {
  const kept = () => caches.match('/shell', { cacheName: shell })
  const answer = fetch(event.request).then((answer) => {
    if (answer.headers.get('Skein-Worker') === 'none') event.waitUntil(end())
    return answer
  })
  const late = new Promise<undefined>((done) => setTimeout(done, patience))
  try {
    const first = await Promise.race([answer, late])
    if (first) return first.status === 502 || first.status === 504 ? ((await kept()) ?? first) : first
    return ((await knows()) && (await kept())) || (await answer)
  } catch (error) {
    const page = await kept()
    if (page) return page
    throw error
  } finally {
    answer.catch(() => {}) // an answer too late
  }
}

/** file gives a file whose name tells its content. */
async function file(request: Request): Promise<Response> {
  const kept = await caches.match(request)
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.ok) await (await caches.open(shell)).put(request, answer.clone())
  return answer
}

let puts = 0

/** picture gives a picture from here; what was not looked at for long goes first. */
async function picture(event: FetchEvent): Promise<Response> {
  const cache = await caches.open(media)
  const { request } = event
  const kept = await cache.match(request)
  if (kept) {
    event.waitUntil(cache.put(request, kept.clone())) // the last of the row again
    return kept
  }
  const answer = await fetch(request)
  const size = Number(answer.headers.get('Content-Length') ?? mediaLargest + 1)
  if (answer.status === 200 && answer.type === 'basic' && size <= mediaLargest) {
    const copy = answer.clone()
    event.waitUntil(cache.put(request, copy).then(() => (puts++ % 20 ? undefined : trim(cache)), () => {})) // no room
  }
  return answer
}

async function trim(cache: Cache): Promise<void> {
  const all: [Request, number][] = []
  for (const request of await cache.keys()) all.push([request, Number((await cache.match(request))?.headers.get('Content-Length') ?? 0)])
  let sum = all.reduce((n, [, size]) => n + size, 0)
  for (const [request, size] of all) {
    if (sum <= mediaMost) return
    await cache.delete(request)
    sum -= size
  }
}

/** share puts files of another app aside for the composer. */
async function share(request: Request): Promise<Response> {
  const form = await request.formData()
  const cache = await caches.open('share')
  let n = 0
  for (const it of form.getAll('files')) {
    if (!(it instanceof File) || !it.size) continue
    await cache.put(`/share/${n++}/${encodeURIComponent(it.name || 'file')}`, new Response(it, { headers: { 'Content-Type': it.type } }))
  }
  const q = new URLSearchParams({ files: String(n) })
  for (const key of ['title', 'text', 'url']) {
    const value = form.get(key)
    if (typeof value === 'string' && value) q.set(key, value)
  }
  return Response.redirect(`/share?${q}`, 303)
}

sw.addEventListener('install', (event) => event.waitUntil(install()))
sw.addEventListener('activate', (event) => event.waitUntil(activate()))
sw.addEventListener('message', (event) => {
  if (event.data === 'take over') void sw.skipWaiting()
  if (event.data === 'end') event.waitUntil(end())
  if (event.data === 'speak') event.waitUntil(speak())
})

sw.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (url.origin !== location.origin) return
  if (request.method === 'POST' && url.pathname === '/share') return event.respondWith(share(request))
  if (request.method !== 'GET') return
  if (request.mode === 'navigate') {
    if (!foreign.test(url.pathname)) event.respondWith(page(event))
  } else if (url.pathname.startsWith('/assets/') || build.files.includes(url.pathname)) event.respondWith(file(request))
  else if (request.destination === 'image' && /^\/(media|proxy)\//.test(url.pathname) && !request.headers.has('Range')) event.respondWith(picture(event))
})

/** owner is the name of an account by what was kept of it. */
function owner(id: string): Promise<string> {
  return new Promise((done) => {
    const open = indexedDB.open(`kept:${id}`)
    open.onerror = () => done('')
    open.onupgradeneeded = () => open.transaction?.abort() // nothing is kept: nothing is made
    open.onsuccess = () => {
      try {
        const read = open.result.transaction('pages').objectStore('pages').get('home')
        read.onerror = () => done('')
        read.onsuccess = () => done(read.result ? ((JSON.parse(String(read.result)) as { boot: { account: { acct: string } } }).boot.account.acct) : '')
      } catch {
        done('')
      }
      open.result.close()
    }
  })
}

/** many: several accounts keep something here. */
const many = async (): Promise<boolean> => ((await indexedDB.databases?.()) ?? []).filter((db) => db.name?.startsWith('kept:')).length > 1

interface Push {
  account?: string
  notification_id: string
  notification_type: string
  icon: string
  title: string
  body: string
}

async function show(push: Push): Promise<void> {
  const { notification_id: id, notification_type: type, account } = push
  const name = account && (await many()) ? await owner(account) : ''
  await sw.registration.showNotification(name ? `${push.title} · @${name}` : push.title, {
    body: push.body, tag: `note-${id}`, data: { id, type, account }, badge: '/badge.png',
    icon: push.icon.startsWith(location.origin) ? push.icon : '/icon-192.png',
  })
  const mentions = (await sw.registration.getNotifications()).filter((n) => n.data?.type === 'mention').length
  if (mentions) await sw.navigator.setAppBadge?.(mentions)
}

sw.addEventListener('push', (event) => {
  try {
    const push = event.data?.json() as Push | undefined
    if (push?.title) event.waitUntil(show(push))
  } catch {
    // not of ours
  }
})

/** as says for which account a request is. */
const as = (account?: string): Record<string, string> => (account ? { 'Skein-Account': account } : {})

/** target is the page of what a notification tells. */
async function target(id: string, account?: string): Promise<string> {
  try {
    const answer = await fetch(`/api/v1/notifications/${encodeURIComponent(id)}`, { credentials: 'same-origin', headers: as(account) })
    const n = (await answer.json()) as { type: string; status?: { id: string; account: { acct: string } }; account?: { acct: string } }
    if (n.status) return `/@${n.status.account.acct}/${n.status.id}`
    if (n.type === 'follow' && n.account) return `/@${n.account.acct}`
    if (n.type === 'follow_request') return '/notifications/requests'
  } catch {
    // no connection, or it is gone
  }
  return '/notifications'
}

async function open(path: string, account?: string): Promise<void> {
  const windows = await sw.clients.matchAll({ type: 'window' })
  const here = windows.find((w) => w.focused) ?? windows[0]
  if (!here) return void (await sw.clients.openWindow(account ? `${path}?as=${account}` : path))
  here.postMessage({ go: path, account })
  await here.focus()
}

sw.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const { id, account } = (event.notification.data ?? {}) as { id?: string; account?: string }
  event.waitUntil((id ? target(id, account) : Promise.resolve('/notifications')).then((path) => open(path, account)))
})

/** The browser made a new address: the server learns it for each account, with the wishes it knows. */
async function renew(key: BufferSource | null | undefined): Promise<void> {
  const path = '/api/v1/push/subscription'
  const list = await fetch('/api/skein/v1/browser/accounts')
  if (!key || !list.ok) return
  for (const { account } of (await list.json()) as { account: { id: string } }[]) {
    const old = await fetch(path, { headers: as(account.id) })
    if (!old.ok) continue
    const { alerts, policy } = await old.json()
    const { endpoint, keys } = (await sw.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })).toJSON()
    await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json', ...as(account.id) }, body: JSON.stringify({ subscription: { endpoint, keys, standard: true }, data: { alerts, policy } }) })
  }
}

sw.addEventListener('pushsubscriptionchange', (event) => {
  const change = event as Event & ExtendableEvent & { oldSubscription?: PushSubscription }
  change.waitUntil(renew(change.oldSubscription?.options.applicationServerKey))
})
