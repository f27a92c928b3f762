// The mock's lists, trends, suggestions and searches.
const day = 86_400
const history = (...counts) => counts.map((n, i) => ({ day: String((Math.floor(Date.now() / 1000 / day) - i) * day), accounts: String(n), uses: String(n + (n >> 1)) }))
const tags = [['ceramics', 14, 9, 11, 4, 6, 2, 3], ['glaze', 3, 8, 5, 5, 1, 0, 0], ['craft', 7, 7, 2, 6, 9, 12, 4], ['elm', 1, 0, 2, 0, 0, 1, 1]].map(([name, ...counts]) => ({ id: name, name, url: '', following: false, history: history(...counts) }))
const link = { url: 'https://type.example/notes/spacing', title: 'The space between letters is also drawn', description: 'Why fitting takes longer than drawing, and what a hundred-year-old foundry manual has to say about it.', type: 'link', provider_name: 'Type notes', provider_url: '', author_name: 'K. Sund', author_url: '', authors: [], html: '', width: 0, height: 0, image: null, image_description: '', embed_url: '', blurhash: null, language: 'en', published_at: new Date(Date.now() - day * 2000).toISOString() }
const links = [{ ...link, history: history(12, 9, 2, 0, 0, 0, 0) }, { ...link, url: 'https://birds.example/count', title: 'What forty-one lapwings mean', provider_name: 'Birds', author_name: '', description: '', history: history(5, 1, 0, 0, 0, 0, 0) }]

let lists = [{ id: '51', title: 'Makers', replies_policy: 'list', exclusive: false }, { id: '52', title: 'Tide', replies_policy: 'none', exclusive: true }]
let last = 60
const members = new Map([['51', new Set(['1002', '1007'])], ['52', new Set(['1006'])]])
const followed = new Map(tags.slice(0, 2).map((t) => [t.name, { ...t, following: true }]))

/** around answers what it knows, else nothing. */
export function around(method, path, q, body, { accounts, statuses, follows, page, open }) {
  let m
  const lost = { status: 404, body: { error: 'Record not found' } }
  const people = (ids) => accounts.filter((a) => ids.has(a.id))
  if (path === '/api/v1/lists') {
    if (method === 'POST') lists.push({ id: String(last++), title: body.title, replies_policy: body.replies_policy, exclusive: body.exclusive })
    return { body: method === 'POST' ? lists.at(-1) : lists }
  }
  if ((m = /^\/api\/v1\/lists\/(\d+)(\/accounts)?$/.exec(path))) {
    const list = lists.find((l) => l.id === m[1])
    if (!list) return lost
    if (m[2]) {
      const set = members.get(list.id) ?? members.set(list.id, new Set()).get(list.id)
      if (method === 'POST') body.account_ids.forEach((id) => set.add(id))
      if (method === 'DELETE') q.getAll('account_ids[]').forEach((id) => set.delete(id))
      return { body: method === 'GET' ? people(set) : {} }
    }
    if (method === 'PUT') Object.assign(list, { title: body.title, replies_policy: body.replies_policy, exclusive: body.exclusive })
    if (method === 'DELETE') lists = lists.filter((l) => l !== list)
    return { body: method === 'DELETE' ? {} : list }
  }
  if ((m = /^\/api\/v1\/accounts\/(\d+)\/lists$/.exec(path))) return { body: lists.filter((l) => members.get(l.id)?.has(m[1])) }
  if ((m = /^\/api\/v1\/timelines\/list\/(\d+)$/.exec(path))) return lists.some((l) => l.id === m[1]) ? page([...statuses.values()].filter((s) => members.get(m[1])?.has(s.account.id) && !s.in_reply_to_id), q, path) : lost
  if (path === '/api/v1/accounts/search') {
    const text = q.get('q').toLowerCase()
    return { body: accounts.filter((a) => (a.acct + a.display_name).toLowerCase().includes(text) && (!q.get('following') || follows.has(a.id))) }
  }
  if (path === '/api/v1/followed_tags') return { body: [...followed.values()] }
  if ((m = /^\/api\/v1\/tags\/([^/]+)\/(un)?follow$/.exec(path))) {
    const name = decodeURIComponent(m[1])
    const tag = { ...(tags.find((t) => t.name === name) ?? { id: name, name, url: '', history: [] }), following: !m[2] }
    if (m[2]) followed.delete(name)
    else followed.set(name, tag)
    return { body: tag }
  }
  if (path === '/api/v1/trends/tags') return { body: tags }
  if (path === '/api/v1/trends/links') return { body: links }
  if (path === '/api/v1/trends/statuses') return { body: open().sort((a, b) => b.favourites_count - a.favourites_count).slice(0, 20) }
  if (path === '/api/v2/suggestions') return { body: accounts.filter((a) => !follows.has(a.id) && a.acct !== 'ada').map((account) => ({ source: 'past_interactions', sources: [account.acct === 'farah' ? 'featured' : 'friends_of_friends'], account })) }
  if ((m = /^\/api\/v1\/suggestions\/(\d+)$/.exec(path))) return { body: {} }
  if (path === '/api/v1/directory') return { body: accounts.filter((a) => !q.get('local') || !a.acct.includes('@')).slice(Number(q.get('offset') ?? 0)).slice(0, Number(q.get('limit') ?? 40)) }
  if (path === '/api/v1/timelines/link') return page([...statuses.values()].filter((s) => s.card?.url === q.get('url')), q, path)
  if (path === '/api/v2/search') {
    const words = q.get('q').toLowerCase().split(/\s+/)
    const from = words.find((w) => w.startsWith('from:'))?.slice(5).replace(/^@/, '')
    const text = words.filter((w) => !w.includes(':')).join(' ').replace(/^[@#]/, '')
    if (/^https?:/.test(words[0]) || text.includes('nobody@')) return { body: { accounts: [], statuses: [], hashtags: [] } }
    const kind = q.get('type')
    const at = Number(q.get('offset') ?? 0)
    const posts = open().filter((s) => s.content.toLowerCase().includes(text) && (!from || s.account.acct === from)).sort((a, b) => (a.id < b.id ? 1 : -1))
    return { body: { accounts: kind && kind !== 'accounts' ? [] : accounts.filter((a) => (a.acct + a.display_name).toLowerCase().includes(text)).slice(at), statuses: kind && kind !== 'statuses' ? [] : posts.slice(at, at + Number(q.get('limit') ?? 20)), hashtags: kind && kind !== 'hashtags' ? [] : tags.filter((t) => t.name.includes(text)) } }
  }
  return null
}
