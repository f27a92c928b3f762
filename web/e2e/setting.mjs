// What somebody sets, for the mock: profile, filters, people and servers they do without.
let last = 500
const source = { privacy: 'public', sensitive: false, language: 'en', fields: [{ name: 'Website', value: 'https://ada.example', verified_at: '2026-11-01T09:00:00.000Z' }, { name: 'Pronouns', value: 'she/her', verified_at: null }], follow_requests_count: 1, discoverable: true, indexable: false, hide_collections: false, quote_policy: 'public' }
export const sourceOf = (me) => ({ ...source, note: me.note.replace(/<[^>]+>/g, '') })

const filters = [{ id: '400', title: 'End of the series', context: ['home', 'public'], expires_at: new Date(Date.now() + 8e8).toISOString(), filter_action: 'warn', keywords: [{ id: '401', keyword: 'finale', whole_word: true }, { id: '402', keyword: 'last episode', whole_word: false }], statuses: [] }]
const domains = ['spam.example', 'loud.example']
const tags = [{ id: '410', name: 'ceramics', url: '', statuses_count: '12', last_status_at: '2026-11-20' }]

function filter(f, body) {
  for (const k of ['title', 'context', 'filter_action']) if (body[k] !== undefined) f[k] = body[k]
  if (body.expires_in !== undefined) f.expires_at = body.expires_in === null ? null : new Date(Date.now() + body.expires_in * 1000).toISOString()
  for (const { id, _destroy, ...k } of body.keywords_attributes ?? []) {
    const old = f.keywords.find((x) => x.id === id)
    if (_destroy) f.keywords = f.keywords.filter((x) => x !== old)
    else if (old) Object.assign(old, k)
    else f.keywords.push({ id: String(++last), ...k })
  }
  return f
}

/** setting answers what is about settings, undefined else. */
export function setting(method, path, q, body, { me, accounts, credential, muted, blocked }) {
  const found = (id) => filters.find((f) => f.id === id)
  let m
  if (path === '/api/v1/accounts/update_credentials') {
    if (body.display_name?.length > 40) return { status: 422, body: { error: 'Validation failed', details: { display_name: [{ error: 'too_long', description: 'A display name holds 40 characters.' }] } } }
    if (body.display_name !== undefined) me.display_name = body.display_name
    if (body.note !== undefined) me.note = `<p>${body.note}</p>`
    for (const k of ['locked', 'bot', 'avatar_description', 'header_description']) if (body[k] !== undefined) me[k] = body[k]
    for (const k of ['discoverable', 'indexable', 'hide_collections']) if (body[k] !== undefined) source[k] = body[k]
    Object.assign(source, body.source)
    if (body.fields_attributes) source.fields = body.fields_attributes.map((f) => ({ verified_at: null, ...source.fields.find((x) => x.name === f.name && x.value === f.value), ...f }))
    if (body.multipart) me.avatar = me.avatar_static = '/proxy/picture/me?tone=2'
    return { body: credential() }
  }
  if (path.startsWith('/api/v1/profile/')) return { body: credential() }
  if (path === '/api/v2/filters') return { body: method === 'POST' ? (filters.push(filter({ id: String(++last), expires_at: null, filter_action: 'warn', keywords: [], statuses: [] }, body)), filters.at(-1)) : filters }
  if ((m = /^\/api\/v2\/filters\/(\d+)$/.exec(path))) {
    if (method === 'DELETE') return filters.splice(filters.indexOf(found(m[1])), 1), { body: {} }
    return { body: filter(found(m[1]), body) }
  }
  if (path === '/api/v1/mutes') return { body: [{ ...accounts[2], mute_expires_at: null }, { ...accounts[5], mute_expires_at: new Date(Date.now() + 4e8).toISOString() }] }
  if (path === '/api/v1/blocks') return { body: [accounts[7], ...accounts.filter((a) => blocked.has(a.id))] }
  if (path === '/api/v1/domain_blocks/preview') return { body: { following_count: 1, followers_count: 3 } }
  if (path === '/api/v1/domain_blocks') {
    if (method === 'POST') domains.unshift(body.domain)
    if (method === 'DELETE') domains.splice(domains.indexOf(q.get('domain')), 1)
    return { body: method === 'GET' ? domains : {} }
  }
  if (path === '/api/v1/featured_tags/suggestions') return { body: ['glaze', 'craft', 'elm'].map((name) => ({ name, url: '', history: [] })) }
  if (path === '/api/v1/featured_tags') return { body: method === 'POST' ? (tags.push({ id: String(++last), name: body.name, url: '', statuses_count: '1', last_status_at: null }), tags.at(-1)) : tags }
  if ((m = /^\/api\/v1\/featured_tags\/(\d+)$/.exec(path))) return tags.splice(tags.findIndex((x) => x.id === m[1]), 1), { body: {} }
}
