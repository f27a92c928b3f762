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
  passkeys: [{ id: '91', name: 'Blue phone', created_at: day(50), used_at: day(2) }, { id: '92', name: 'Key on the ring', created_at: day(4), used_at: null }],
  passkeys_work: true,
  second_step: { since: null, codes_left: 0, codes_made: null },
  proven_until: null,
  recovery: { asked_at: day(1), ready_at: day(-6), agent: 'Mozilla/5.0 (Windows NT 10.0) Chrome/140.0', address: '198.51.100.0/24' },
})
let it = fresh()
const codes = () => Array.from({ length: 10 }, (_, i) => `${String(i).repeat(4)}-abcd-efgh`)
const events = ['new_browser', 'passkey_added', 'recovery_asked', 'password_changed', 'app_allowed', 'signed_in'].map((kind, i) => ({
  id: String(99 - i), kind, name: kind === 'app_allowed' ? 'Pocket reader' : kind.startsWith('passkey') ? 'Key on the ring' : '', agent: it.sessions[i % 2].agent, address: '192.0.2.0/24', created_at: day(i),
}))
const dots = Array.from({ length: 29 * 29 }, (_, i) => ((i * i * 7 + i) % 5 < 2 ? `M${i % 29} ${Math.floor(i / 29)}h1v1h-1z` : '')).join('')
const wrong = { status: 403, body: { error: 'This is not your password.' } }

export function security(method, path, body, { accounts, me, here }) {
  if (path === '/api/skein/v1/browser/accounts') {
    return { body: here.map((id) => ({ account: accounts.find((a) => a.id === id), current: id === me.id, mentions: id === me.id ? 0 : 2, news: id !== me.id })) }
  }
  const at = '/api/skein/v1/security'
  if (!path.startsWith(at)) return undefined
  const rest = path.slice(at.length)
  if (rest === '') return { body: it }
  if (rest === '/log') return { body: method === 'GET' ? events : [] }
  if (rest === '/second_step' && method === 'POST') return { body: { secret: 'JBSW Y3DP EHPK 3PXP', uri: 'otpauth://totp/x', qr: { size: 29, path: dots } } }
  if (rest === '/second_step/confirm') {
    if (body.code !== '123456') return { status: 403, body: { error: 'This code is not right, or it was used already. Wait for the next one and try again.' } }
    it = { ...it, second_step: { since: day(0), codes_left: 10, codes_made: day(0) } }
    return { body: { codes: codes() } }
  }
  if (rest === '/recovery_codes') return { body: { codes: codes() } }
  if (rest === '/second_step') {
    it = { ...it, second_step: fresh().second_step }
    return { body: {} }
  }
  if (rest === '/recovery') {
    it = { ...it, recovery: null }
    return { body: {} }
  }
  if (rest === '/prove' && body.password === 'right horse') it = { ...it, proven_until: day(-1) }
  if (rest.startsWith('/passkeys/')) {
    const key = it.passkeys.find((k) => rest.endsWith(`/${k.id}`))
    it = { ...it, passkeys: it.passkeys.flatMap((k) => (k !== key ? [k] : method === 'PUT' ? [{ ...k, name: body.name }] : [])) }
    return { body: method === 'PUT' ? { ...key, name: body.name } : {} }
  }
  if (method === 'POST') return (body.old_password ?? body.password) === 'right horse' ? { body: {} } : wrong
  const [, list, id] = rest.split('/')
  if (list === 'apps') it = { ...it, apps: it.apps.filter((a) => a.id !== id) }
  else it = { ...it, sessions: it.sessions.filter((s) => (id ? s.id !== id : s.current)) }
  return { body: {} }
}
