// Screens that few visit, for the stand-in: collections, the review of a year, who waits for the reader's leave.
let last = 900
const at = new Date().toISOString()
const item = (account_id, state = 'accepted') => ({ id: String(++last), state, created_at: at, account_id })
const make = (more) => ({ id: String(++last), uri: 'https://elm.example/c', url: `https://elm.example/collections/${last}`, description: null, language: 'en', account_id: '1000', local: true, sensitive: false, discoverable: true, created_at: at, updated_at: at, tag: null, items: [], ...more })
const all = [
  make({ id: '61', url: 'https://elm.example/collections/61', name: 'People of clay and fire', description: 'Potters, glazers, kiln builders.', tag: { name: 'ceramics', url: '' }, items: [item('1001'), item('1002'), item('1005', 'pending'), { id: '7', state: 'rejected', created_at: at }] }),
  make({ id: '62', url: 'https://elm.example/collections/62', name: 'Neighbours', discoverable: false, items: [item('1003')] }),
  make({ id: '63', url: 'https://elm.example/collections/63', account_id: '1001', name: 'Makers to follow', description: 'Each of them taught me something.', items: [item('1000'), item('1002'), item('1004')] }),
]
const shown = (c) => ({ ...c, item_count: c.items.filter((i) => i.account_id).length })

function fill(c, body) {
  for (const k of ['name', 'description', 'sensitive', 'discoverable']) if (body[k] !== undefined) c[k] = body[k]
  if (body.tag_name !== undefined) c.tag = body.tag_name ? { name: body.tag_name, url: '' } : null
  return c
}

function collection(method, path, body, { accounts, me }) {
  let m
  if ((m = /^\/api\/v1\/accounts\/(\d+)\/(in_)?collections$/.exec(path))) return { body: { collections: all.filter((c) => (m[2] ? c.account_id !== m[1] && c.items.some((i) => i.account_id === m[1]) : c.account_id === m[1])).map(shown) } }
  if (path === '/api/v1/collections') return all.push(fill(make({}), body)), { body: { collection: shown(all.at(-1)) } }
  if (!(m = /^\/api\/v1\/collections\/(\d+)(?:\/items(?:\/(\w+))?(\/revoke)?)?$/.exec(path))) return null
  const c = all.find((x) => x.id === m[1])
  if (!c) return { status: 404, body: { error: 'Record not found' } }
  if (path.endsWith('/items')) return c.items.push(item(body.account_id, body.account_id === '1008' ? 'pending' : 'accepted')), { body: { collection_item: c.items.at(-1) } }
  if (m[2]) return (c.items = c.items.filter((i) => i.id !== m[2])), { body: {} }
  if (method === 'DELETE') return all.splice(all.indexOf(c), 1), { body: {} }
  if (method === 'PATCH') return { body: { collection: shown(fill(c, body)) } }
  const ids = [c.account_id, ...c.items.map((i) => i.account_id)]
  return { body: { collection: shown(c), accounts: [...new Set(ids)].flatMap((id) => (id === me.id ? me : (accounts.find((a) => a.id === id) ?? []))) } }
}

const best = (statuses, me) => [...statuses.values()].filter((s) => s.account === me && s.visibility === 'public').slice(0, 2)
let counted = 0
function year(method, path, { statuses, me }) {
  const m = /^\/api\/v1\/annual_reports\/(\d+)(?:\/(\w+))?$/.exec(path)
  if (!m) return null
  if (m[1] === '2024') return { body: { state: 'ineligible' } }
  if (m[2] === 'generate') return (counted = 1), { status: 202, body: {} }
  if (m[2] === 'state') return { body: { state: m[1] === '2025' ? 'available' : ['eligible', 'generating', 'available'][counted ? Math.min(2, counted++) : 0] } }
  if (m[2] === 'read') return { body: {} }
  const [a, b] = best(statuses, me)
  const data = { archetype: 'oracle', time_series: [4, 9, 12, 3, 0, 21, 34, 18, 9, 11, 40, 16].map((n, i) => ({ month: i + 1, statuses: n, following: i % 3, followers: (i * 7) % 5 })), top_hashtags: [{ name: 'Ceramics', count: 41 }, { name: 'Glaze', count: 12 }], top_statuses: { by_reblogs: a.id, by_favourites: a.id, by_replies: b?.id ?? null } }
  return { body: { annual_reports: [{ year: Number(m[1]), data, schema_version: 2, share_url: null, account_id: me.id }], accounts: [me], statuses: [a, ...(b ? [b] : [])] } }
}

const waiting = []
function leave(path, { accounts, statuses, me }) {
  if (!waiting.length && path === '/api/v1/interaction_requests') {
    const own = best(statuses, me)[0]
    const theirs = [...statuses.values()].find((s) => s.account === accounts[4])
    const ask = (id, type, i, more) => ({ id, type, created_at: at, account: accounts[i], status: own, accepted_at: null, rejected_at: null, uri: 'https://oak.example/1', ...more })
    waiting.push(ask('31', 'quote', 4, { quote: theirs }), ask('32', 'reply', 7, { reply: theirs }), ask('33', 'reblog', 8, {}))
  }
  if (path === '/api/v1/interaction_requests') return { body: waiting.filter((q) => !q.accepted_at && !q.rejected_at) }
  const m = /^\/api\/v1\/interaction_requests\/(\d+)\/(authorize|reject)$/.exec(path)
  if (!m) return null
  const q = waiting.find((x) => x.id === m[1])
  q[m[2] === 'authorize' ? 'accepted_at' : 'rejected_at'] = at
  return { body: q }
}

export function seldom(method, path, q, body, world) {
  return collection(method, path, body, world) ?? year(method, path, world) ?? leave(path, world)
}
