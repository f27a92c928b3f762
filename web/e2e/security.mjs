// Signing in, as the server has it for the web app: several accounts, browsers, apps, password.
const day = (n) => new Date(Date.now() - n * 86_400_000).toISOString()
const fresh = () => ({
  email: 'ann@mail.example',
  sessions: [
    { id: '71', agent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0', address: '192.0.2.7', created_at: day(9), used_at: day(0), current: true },
    { id: '72', agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/605', address: '2001:db8::7', created_at: day(40), used_at: day(3), current: false },
    { id: '73', agent: 'strange', address: '', created_at: day(80), used_at: day(60), current: false },
  ],
  apps: [
    { id: '81', name: 'Pocket reader', website: 'https://reader.example', scopes: ['read', 'write:statuses', 'push'], since: day(30), used_at: day(1) },
    { id: '82', name: 'Clock', website: null, scopes: ['read:accounts'], since: day(200), used_at: null },
  ],
})
let it = fresh()
const wrong = { status: 403, body: { error: 'This is not your password.' } }

export function security(method, path, body, { accounts, me, here }) {
  if (path === '/api/skein/v1/browser/accounts') {
    return { body: here.map((id) => ({ account: accounts.find((a) => a.id === id), current: id === me.id, mentions: id === me.id ? 0 : 2, news: id !== me.id })) }
  }
  const at = '/api/skein/v1/security'
  if (!path.startsWith(at)) return undefined
  const rest = path.slice(at.length)
  if (rest === '') return { body: it }
  if (method === 'POST') return (body.old_password ?? body.password) === 'right horse' ? { body: {} } : wrong
  const [, list, id] = rest.split('/')
  if (list === 'apps') it = { ...it, apps: it.apps.filter((a) => a.id !== id) }
  else it = { ...it, sessions: it.sessions.filter((s) => (id ? s.id !== id : s.current)) }
  return { body: {} }
}
