// Notifications of the stand-in: groups as the server makes them, who is held back, the rules.
import { accounts, me, notifications, statuses } from './seed.mjs'

const grouped = ['favourite', 'reblog', 'follow']
const later = (a, b) => b.id.length - a.id.length || (a.id < b.id ? 1 : -1)
const keyOf = (n) => (n.group_key?.startsWith('ungrouped') && grouped.includes(n.type) ? `${n.type}-${n.status?.id ?? 'me'}` : `ungrouped-${n.id}`)
const gone = new Set()
const by = (acct) => accounts.find((a) => a.acct === acct)
const held = ['juno@tide.example', 'dan@peer.example'].map((acct, i) => ({
  id: String(500 + i), account: by(acct), notifications_count: String(i + 1), created_at: new Date().toISOString(), updated_at: new Date().toISOString(),
  last_status: [...statuses.values()].find((s) => s.account.acct === acct && !s.reblog) ?? null,
}))
const policy = { for_not_following: 'filter', for_not_followers: 'accept', for_new_accounts: 'filter', for_private_mentions: 'filter', for_limited_accounts: 'filter', for_bots: 'accept' }
const summary = () => ({ pending_requests_count: held.length, pending_notifications_count: held.length })
const answer = (yes) => (id) => {
  const at = held.findIndex((q) => q.id === id)
  if (at >= 0) held.splice(at, 1)
  return yes
}

/** groups of an answer, in the shape of GroupedNotificationsResults. */
export function groups(q, list = notifications) {
  const types = q.getAll('types[]')
  const out = new Map()
  for (const n of [...list].sort(later)) {
    if (gone.has(keyOf(n)) || (types.length && !types.includes(n.type))) continue
    if (q.get('account_id') && n.account.id !== q.get('account_id')) continue
    const g = out.get(keyOf(n)) ?? { group_key: keyOf(n), type: n.type, notifications_count: 0, most_recent_notification_id: n.id, latest_page_notification_at: n.created_at, sample_account_ids: [], status_id: n.status?.id ?? null, ...n.more }
    g.notifications_count++
    if (!g.sample_account_ids.includes(n.account.id)) g.sample_account_ids.push(n.account.id)
    out.set(g.group_key, g)
  }
  const min = q.get('min_id')
  const newer = (id) => !min || id.length > min.length || (id.length === min.length && id > min)
  const all = [...out.values()].filter((g) => newer(g.most_recent_notification_id))
  const ids = new Set(all.flatMap((g) => g.sample_account_ids))
  const posts = new Set(all.map((g) => g.status_id))
  return { accounts: [me, ...accounts].filter((a) => ids.has(a.id)), statuses: [...statuses.values()].filter((s) => posts.has(s.id)), notification_groups: all }
}

export function notes(method, path, q, body) {
  let m
  if (path === '/api/v2/notifications') return { body: groups(q) }
  if (path === '/api/v2/notifications/unread_count') return { body: { count: q.getAll('types[]').length ? 1 : 3 } }
  if (path === '/api/v2/notifications/clear') return notifications.splice(0), { body: {} }
  if (path === '/api/v2/notifications/policy') return { body: { ...Object.assign(policy, method === 'PATCH' ? body : {}), summary: summary() } }
  if ((m = /^\/api\/v2\/notifications\/([^/]+)\/accounts$/.exec(path))) return { body: notifications.filter((n) => keyOf(n) === decodeURIComponent(m[1])).map((n) => n.account) }
  if ((m = /^\/api\/v2\/notifications\/([^/]+)\/dismiss$/.exec(path))) return gone.add(decodeURIComponent(m[1])), { body: {} }
  if (path === '/api/v1/notifications/requests') return { body: held }
  if ((m = /^\/api\/v1\/notifications\/requests\/(accept|dismiss)$/.exec(path))) return body.id.forEach(answer(m[1])), { body: {} }
  if ((m = /^\/api\/v1\/notifications\/requests\/(\d+)\/(accept|dismiss)$/.exec(path))) return answer(m[2])(m[1]), { body: {} }
  if (path === '/api/v1/accounts/familiar_followers' && q.get('id[]') !== '1007') return { body: [{ id: q.get('id[]'), accounts: accounts.slice(1, 3) }] }
  if ((m = /^\/api\/v1\/notifications\/(\d+)$/.exec(path))) return { body: notifications.find((n) => n.id === m[1]) }
  if (path === '/api/v1/push/subscription') return { status: 404, body: { error: 'Record not found' } }
  return null
}
