// A stand-in for the server: the shell with its boot block, enough of the API, live frames, and the real policy.
// node e2e/mock.mjs [port]; needs a build in dist.
import { readFileSync, existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { imports } from './import.mjs'
import { security } from './security.mjs'
import { accounts, followers, follows, make, me, notifications, rootId, statuses } from './seed.mjs'
import { around } from './around.mjs'
import { kinds } from './kinds.mjs'
import { groups, notes } from './notes.mjs'
import { seldom } from './seldom.mjs'
import { picture } from './pictures.mjs'
import { sourceOf, setting } from './setting.mjs'
import { accept } from './socket.mjs'
import { longer } from './longer.mjs'
import { file as uploaded, limits, write } from './write.mjs'

const dist = fileURLToPath(new URL('../dist', import.meta.url))
const types = { '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2', '.svg': 'image/svg+xml', '.png': 'image/png', '.json': 'application/json' }
const compare = (a, b) => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
const newest = (list) => [...list].sort((a, b) => compare(b.id, a.id))

const relationship = (id) => ({
  id, following: follows.has(id) && id !== '1005', showing_reblogs: true, notifying: false, followed_by: followers.has(id), blocking: blocked.has(id), blocked_by: false,
  muting: muted.has(id), muting_notifications: false, requested: id === '1005' && follows.has(id), requested_by: id === '1009', domain_blocking: hosts.has(accounts.find((a) => a.id === id)?.acct.split('@')[1]), endorsed: endorsed.has(id), note: remarks.get(id) ?? '', languages: null, ...terms.get(id),
})
const blocked = new Set()
const hosts = new Set()
const endorsed = new Set()
const remarks = new Map([['1002', 'Met at the type fair in Göteborg.']])
const terms = new Map()
/** threads that other servers were asked about */
const fetched = new Set()
const asked = new Set()
const muted = new Set()
const markers = { notifications: { last_read_id: notifications[3].id, version: 1, updated_at: new Date().toISOString() } }

const credential = () => ({ ...me, locked: true, source: sourceOf(me) })
const instance = {
  domain: 'elm.example', title: 'elm.example', version: '0.0', description: 'A small site for people who make things, run by one of them.', source_url: 'https://code.example/skein', languages: ['en', 'sv'],
  configuration: { urls: {}, translation: { enabled: true }, statuses: { max_characters: 5000, max_media_attachments: 20, characters_reserved_per_url: 23 }, ...limits, accounts: { max_display_name_length: 40, max_note_length: 500 } },
  rules: [{ id: '1', text: 'Be kind.' }], contact: { email: 'ivo@elm.example', account: accounts[8] }, registrations: { enabled: true },
}

const home = () => [...statuses.values()].filter((s) => (s.account === me || follows.has(s.account.id)) && (!s.in_reply_to_id || s.account === me) && s.account.acct !== 'farah' || s.account.acct === 'farah')
const open = (local) => [...statuses.values()].filter((s) => !s.reblog && !s.in_reply_to_id && s.visibility === 'public' && (!local || !s.account.acct.includes('@')))
const of = (id) => [...statuses.values()].filter((s) => s.account.id === id)

function page(list, q, path) {
  const limit = Math.min(Number(q.get('limit')) || 20, 40)
  let all = newest(list)
  const [max, since, min] = ['max_id', 'since_id', 'min_id'].map((k) => q.get(k))
  if (max) all = all.filter((s) => compare(s.id, max) < 0)
  if (since) all = all.filter((s) => compare(s.id, since) > 0)
  if (min) all = all.filter((s) => compare(s.id, min) > 0).slice(-limit)
  const items = all.slice(0, limit)
  const more = new URLSearchParams(q)
  for (const k of ['since_id', 'min_id']) more.delete(k)
  if (items.length) more.set('max_id', items.at(-1).id)
  return { body: items, link: items.length ? `<http://elm.example${path}?${more}>; rel="next"` : null }
}

function context(id) {
  const ancestors = []
  for (let s = statuses.get(statuses.get(id).in_reply_to_id); s; s = statuses.get(s.in_reply_to_id)) ancestors.unshift(s)
  const under = (x) => [...statuses.values()].filter((s) => s.in_reply_to_id === x).flatMap((s) => [s, ...under(s.id)])
  return { ancestors, descendants: under(id) }
}

/** fetching says once, and until it is done, that more of the one thread that others answered is on its way. */
const fetching = (id) => (!fetched.has(id) && id === rootId ? `id="thread-${id}", retry=1` : undefined)

let here = [me.id] // accounts that the browser is signed in to
let away = false // as if the connection were gone
const sockets = new Set()
const tell = (event, value) => sockets.forEach((send) => send({ stream: ['user'], event, payload: typeof value === 'string' ? value : JSON.stringify(value) }))

const flags = { favourite: ['favourited', true, 'favourites_count'], unfavourite: ['favourited', false, 'favourites_count'], reblog: ['reblogged', true, 'reblogs_count'], unreblog: ['reblogged', false, 'reblogs_count'], bookmark: ['bookmarked', true], unbookmark: ['bookmarked', false], mute: ['muted', true], unmute: ['muted', false], pin: ['pinned', true], unpin: ['pinned', false] }

/** api answers a call: {body, link} or {status, body}. */
function api(method, path, q, body) {
  let m
  const lost = { status: 404, body: { error: 'Record not found' } }
  const written = write(method, path, q, body, { make, me, statuses, accounts, tell })
  if (written) return written
  const rare = seldom(method, path, q, body, { accounts, statuses, me })
  if (rare) return rare
  const looked = around(method, path, q, body, { accounts, statuses, follows, page, open })
  if (looked) return looked
  const noted = notes(method, path, q, body)
  if (noted) return noted
  if (method === 'GET' && path === '/api/skein/v1/imports') return { body: imports }
  const sure = security(method, path, body, { accounts, me, here })
  if (sure) return sure
  const set = setting(method, path, q, body, { me, accounts, credential, muted, blocked })
  if (set) return set
  if (path === '/api/v1/timelines/home') return page(home(), q, path)
  if (path === '/api/v1/timelines/public') return page(open(q.get('local') === 'true'), q, path)
  if ((m = /^\/api\/v1\/timelines\/tag\/(.+)$/.exec(path))) return page(open().filter((s) => s.tags.some((t) => t.name === decodeURIComponent(m[1]).toLowerCase())), q, path)
  if (path === '/api/v1/favourites') return page([...statuses.values()].filter((s) => s.favourited), q, path)
  if (path === '/api/v1/bookmarks') return page([...statuses.values()].filter((s) => s.bookmarked), q, path)
  if (path === '/api/v1/follow_requests') return { body: [accounts[9]] }
  if ((m = /^\/api\/v1\/follow_requests\/(\d+)\/(authorize|reject)$/.exec(path))) return { body: (m[2] === 'authorize' && followers.add(m[1]), relationship(m[1])) }
  if (path === '/api/v1/markers') {
    if (method === 'POST') for (const k of Object.keys(body)) markers[k] = { ...body[k], version: 2, updated_at: new Date().toISOString() }
    return { body: markers }
  }
  if (path === '/api/v1/accounts/relationships') return { body: q.getAll('id[]').map(relationship) }
  if (path === '/api/v1/accounts/familiar_followers') return { body: q.getAll('id[]').map((id) => ({ id, accounts: id === '1007' ? accounts.slice(1, 7) : [] })) }
  if (path === '/api/v1/domain_blocks') {
    if (method === 'POST') hosts.add(body.domain)
    else hosts.delete(q.get('domain'))
    return { body: {} }
  }
  if (path === '/api/v1/accounts/lookup') {
    const a = accounts.find((x) => x.acct === q.get('acct').toLowerCase())
    return a ? { body: a } : lost
  }
  if ((m = /^\/api\/v1\/accounts\/(\d+)\/(\w+)$/.exec(path))) {
    const [, id, what] = m
    if (what === 'statuses') return page(of(id).filter((s) => (q.get('pinned') ? s.pinned : (!q.get('exclude_replies') || !s.in_reply_to_id) && (!q.get('only_media') || (s.media_attachments.length && !s.reblog)) && (!q.get('tagged') || s.tags.some((x) => x.name === q.get('tagged').toLowerCase())))), q, path)
    if (what === 'featured_tags') return { body: id === '1000' ? ['Ceramics', 'Glaze'].map((name, i) => ({ id: String(i), name, url: '', statuses_count: '14', last_status_at: '2026-11-21' })) : [] }
    if (what === 'endorsements') return { body: id === '1000' ? accounts.slice(1, 3) : [] }
    if (what === 'note') return remarks.set(id, body.comment), { body: relationship(id) }
    if (what === 'endorse' || what === 'unendorse') return what === 'endorse' ? endorsed.add(id) : endorsed.delete(id), { body: relationship(id) }
    if (what === 'follow' && body) terms.set(id, { ...terms.get(id), ...(body.notify !== undefined && { notifying: body.notify }), ...(body.reblogs !== undefined && { showing_reblogs: body.reblogs }), ...(body.languages && { languages: body.languages.length ? body.languages : null }) })
    if (what === 'followers') return { body: accounts.filter((a) => followers.has(a.id)) }
    if (what === 'following') return { body: accounts.filter((a) => follows.has(a.id)) }
    const set = { follow: follows, mute: muted, block: blocked }[what.replace(/^un/, '')]
    if (set) what.startsWith('un') ? set.delete(id) : set.add(id)
    return { body: relationship(id) }
  }
  if ((m = /^\/api\/v1\/tags\/([^/]+)(\/\w+)?$/.exec(path))) return { body: { name: decodeURIComponent(m[1]), url: '', history: [], following: m[2] === '/follow' } }
  if ((m = /^\/api\/v1\/polls\/(\d+)$/.exec(path))) return { body: [...statuses.values()].find((x) => x.poll?.id === m[1]).poll }
  if ((m = /^\/api\/v1\/polls\/(\d+)\/votes$/.exec(path))) {
    const s = [...statuses.values()].find((x) => x.poll?.id === m[1])
    s.poll = { ...s.poll, voted: true, own_votes: body.choices, voters_count: s.poll.voters_count + 1, options: s.poll.options.map((o, i) => ({ ...o, votes_count: o.votes_count + (body.choices.includes(i) ? 1 : 0) })) }
    return { body: s.poll }
  }
  if ((m = /^\/api\/v1\/statuses\/(\d+)\/quotes\/(\d+)\/revoke$/.exec(path))) {
    const s = statuses.get(m[2])
    return { body: Object.assign(s, { quote: { state: 'revoked', quoted_status: null } }) }
  }
  if ((m = /^\/api\/v1\/pleroma\/statuses\/(\d+)\/reactions\/(.+)$/.exec(path))) {
    const [s, name] = [statuses.get(m[1]), decodeURIComponent(m[2])]
    const others = (s.reactions ?? []).filter((r) => r.name !== name)
    return { body: Object.assign(s, { reactions: method === 'PUT' ? [...others, { name, count: 1, me: true }] : others }) }
  }
  if ((m = /^\/api\/v1_alpha\/async_refreshes\/thread-(\d+)$/.exec(path))) {
    const done = fetched.has(m[1]) || asked.has(m[1])
    asked.add(m[1])
    if (done && !fetched.has(m[1])) make('juno@tide.example', 'When the kettle boils.', { in_reply_to_id: m[1], favourites_count: 900 }, Date.now() + 3 * 365 * 86_400_000)
    if (done) fetched.add(m[1])
    return { body: { async_refresh: { id: `thread-${m[1]}`, status: done ? 'finished' : 'running', result_count: null } } }
  }
  if (path === '/api/v1/reports') return { body: { id: '1', ...body, target_account: accounts.find((a) => a.id === body.account_id) } }
  if ((m = /^\/api\/v1\/statuses\/(\d+)(?:\/(\w+))?$/.exec(path))) {
    const s = statuses.get(m[1])
    if (!s) return lost
    if (!m[2] && method === 'GET') return { body: s }
    if (!m[2] && method === 'DELETE') return statuses.delete(s.id), tell('delete', s.id), { body: { ...s, content: undefined, text: s.content.replace(/<[^>]+>/g, '') } }
    if (m[2] === 'quotes') return { body: [...statuses.values()].filter((x) => x.quote?.quoted_status?.id === s.id && x.quote.state === 'accepted') }
    if (m[2] === 'translate') return { body: { content: '<p>The kiln is still warm, and the cat knows it.</p>', spoiler_text: '', detected_source_language: 'de', language: body.lang, provider: 'Testa', media_attachments: [], poll: null } }
    if (m[2] === 'context') return { body: context(s.id), refresh: fetching(s.id) }
    if (m[2] === 'source') return { body: { id: s.id, text: s.content.replace(/<[^>]+>/g, ''), spoiler_text: s.spoiler_text } }
    if (m[2] === 'favourited_by' || m[2] === 'reblogged_by') return { body: accounts.slice(1, 5) }
    if (m[2] === 'history') return { body: [{ account: s.account, content: s.content.replace('finished', 'done'), spoiler_text: '', sensitive: false, created_at: s.created_at, media_attachments: [], emojis: [] }, { account: s.account, content: s.content, spoiler_text: '', sensitive: false, created_at: s.edited_at ?? s.created_at + '1', media_attachments: [], emojis: [] }].slice(s.edited_at ? 0 : 1) }
    const [flag, on, count] = flags[m[2]]
    if (count && s[flag] !== on) s[count] += on ? 1 : -1
    s[flag] = on
    return { body: m[2] === 'reblog' ? { ...s, id: s.id + '0', account: me, reblog: s } : s }
  }
  return lost
}

/** boot is the first page of data for an address, as the server would bring it. */
function boot(path, q) {
  if (path === '/shell') return { offline: true, path, theme: 'system' }
  const data = {}
  const timeline = (name, list) => (data[name] = page(list, new URLSearchParams({ limit: 20 }), path).body)
  let m
  if (path === '/') timeline('home', home())
  else if (path === '/notifications') data.notifications = groups(new URLSearchParams())
  else if (path === '/explore' || path === '/public/local') timeline('public', open(true))
  else if ((m = /^\/@[^/]+\/(\d+)$/.exec(path)) && statuses.get(m[1])) Object.assign(data, { status: statuses.get(m[1]), context: context(m[1]), refresh: fetching(m[1]) })
  else if ((m = /^\/@([^/]+)$/.exec(path))) {
    const a = accounts.find((x) => x.acct === m[1])
    if (a) Object.assign(data, { profile: a, relationship: relationship(a.id), statuses: page(of(a.id).filter((s) => !s.in_reply_to_id), q, path).body })
  }
  const list = data.home ?? data.public ?? data.statuses
  const api = { home: '/api/v1/timelines/home', public: '/api/v1/timelines/public', statuses: `/api/v1/accounts/${data.profile?.id}/statuses` }
  const kind = Object.keys(api).find((k) => data[k])
  const next = list?.length >= 20 ? `http://elm.example${api[kind]}?max_id=${list.at(-1).id}${kind === 'public' ? '&local=true' : ''}` : null
  const several = here.length > 1 ? { accounts: security('GET', '/api/skein/v1/browser/accounts', {}, { accounts, me, here }).body } : {}
  return { ...several, account: credential(), preferences: { 'posting:default:visibility': 'public' }, instance, path, theme: 'system', page: data, ...((list || data.notifications) && { links: { next: list ? next : null } }) }
}

function shell(url, cookies) {
  const manifest = JSON.parse(readFileSync(`${dist}/.vite/manifest.json`, 'utf8'))
  const entry = manifest['src/main.ts']
  const look = (name, usual) => new RegExp(`${name}=([\\w-]+)`).exec(cookies)?.[1] ?? usual
  const json = JSON.stringify(boot(decodeURI(url.pathname), url.searchParams)).replace(/</g, '\\u003c')
  return `<!doctype html><html lang="${look('lang', 'en')}" dir="${look('lang', 'en') === 'ar' ? 'rtl' : 'ltr'}" data-theme="${look('theme', 'system')}" data-contrast="${look('contrast', 'system')}" data-size="${look('size', '100')}" data-font="${look('font', 'own')}" data-density="${look('density', 'roomy')}" data-motion="${look('motion', 'system')}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"><title>Skein</title><link rel="icon" href="/mark.svg">
${(entry.css ?? []).map((c) => `<link rel="stylesheet" href="/${c}">`).join('')}
<script type="module" src="/${entry.file}"></script><link rel="preload" as="font" type="font/woff2" crossorigin href="/${entry.assets.find((a) => a.endsWith('.woff2') && a.includes('hyperlegible') === (look('font', 'own') === 'legible'))}">${(entry.imports ?? []).map((i) => `<link rel="modulepreload" href="/${manifest[i].file}">`).join('')}
</head><body><div id="app"></div><script type="application/json" id="boot">${json}</script></body></html>`
}

export function serve(port) {
  const policy = (host) =>
    `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self' ws://${host}; worker-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html skein`
  const server = createServer(async (request, answer) => {
    const url = new URL(request.url, `http://${request.headers.host}`)
    if (url.pathname === '/mock/accounts') {
      here = url.searchParams.get('ids').split(',')
      return answer.end()
    }
    if (url.pathname === '/mock/away' || url.pathname === '/mock/here') {
      away = url.pathname === '/mock/away'
      return answer.end()
    }
    if (away) return request.socket.destroy()
    const long = /lang=en-XA/.test(request.headers.cookie ?? '') && longer(url.pathname)
    if (long) return answer.writeHead(200, { 'Content-Type': 'text/javascript' }).end(long)
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const send = (status, type, body, more = {}) => {
      answer.writeHead(status, { 'Content-Type': type, ...more })
      answer.end(body)
    }
    if (url.pathname.startsWith('/api/')) {
      const sent = Buffer.concat(chunks)
      const input = /multipart/.test(request.headers['content-type'] ?? '') ? { multipart: sent, type: request.headers['content-type'] } : sent.length ? JSON.parse(sent.toString()) : {}
      input.key = request.headers['idempotency-key']
      const { status = 200, body, link, refresh } = api(request.method, url.pathname, url.searchParams, input)
      return send(status, 'application/json', JSON.stringify(body), { ...(link && { Link: link }), ...(refresh && { 'Mastodon-Async-Refresh': refresh }) })
    }
    if (url.pathname === '/mock/sockets') return answer.end(String(sockets.size))
    if (url.pathname === '/mock/unfetched') {
      for (const s of [...statuses.values()]) if (s.content.includes('When the kettle boils.')) statuses.delete(s.id)
      fetched.clear()
      asked.clear()
      return answer.end()
    }
    if (url.pathname === '/mock/post') {
      for (let i = Number(url.searchParams.get('many') ?? 0); i > 0; i--) make('cleo', `Letter ${i} of many.`, { visibility: 'private' }, Date.now())
      const s = make(url.searchParams.get('by') ?? 'cleo', url.searchParams.get('text') ?? 'Something new.', {}, Date.now())
      tell('update', s)
      return send(200, 'text/plain', s.id)
    }
    if (url.pathname.startsWith('/proxy/picture/')) return send(200, 'image/svg+xml', picture(url.searchParams), { 'Cache-Control': 'max-age=604800' })
    const own = uploaded(url.pathname)
    if (own) return send(200, own.type, own.bytes)
    if (url.pathname === '/signout') return send(303, 'text/plain', '', { Location: '/' })
    const file = dist + url.pathname
    if (extname(file) in types && existsSync(file)) return send(200, types[extname(file)], readFileSync(file), { 'Cache-Control': url.pathname.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache' })
    send(200, 'text/html; charset=utf-8', shell(url, request.headers.cookie ?? ''), { 'Content-Security-Policy': policy(request.headers.host), 'Cache-Control': 'private, no-store' })
  })
  server.on('upgrade', (request, socket) => {
    const send = accept(request, socket, () => {})
    sockets.add(send)
    socket.on('close', () => sockets.delete(send))
  })
  return new Promise((done) => server.listen(port, '127.0.0.1', () => done(server)))
}

export const paths = { thread: `/@esi@oak.example/${rootId}`, translated: `/@dan@peer.example/${kinds.foreign.id}` }

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.argv[2] ?? 5174)
  await serve(port)
  console.log(`http://127.0.0.1:${port}/   thread: ${paths.thread}`)
}
