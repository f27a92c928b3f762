// The part of the mock that takes what is written: files, posts, threads, polls, quotes, schedules, suggestions.

export const limits = {
  media_attachments: { description_limit: 1500, image_matrix_limit: 33_000_000, image_size_limit: 16 << 20, video_size_limit: 100 << 20, supported_mime_types: ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'video/mp4', 'audio/mpeg'] },
  polls: { max_options: 4, max_characters_per_option: 50, min_expiration: 300, max_expiration: 2_629_746 },
}

const files = new Map()
const made = new Map()
const scheduled = new Map()
/** seen is what arrived, for the flows to look at. */
export const seen = { posts: [], uploads: [], edits: [] }
let last = 5000

export function file(path) {
  const id = /^\/media\/up\/(\d+)$/.exec(path)?.[1]
  return id && files.get(id)
}

/** field reads a part of a form. */
function field(form, name) {
  const boundary = '--' + /boundary=(.+)$/.exec(form.type)[1]
  const text = form.multipart.toString('latin1')
  for (const part of text.split(boundary)) {
    const m = /name="(\w+)"(?:; filename="([^"]*)")?(?:\r\nContent-Type: ([^\r]+))?\r\n\r\n([\s\S]*)\r\n$/.exec(part)
    if (m?.[1] === name) return { name: m[2], type: m[3], bytes: Buffer.from(m[4], 'latin1') }
  }
}

const attachment = (id) => files.get(id)?.entity
const html = (text) => text.split(/\n\n+/).map((p) => `<p>${p.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/\n/g, '<br>')}</p>`).join('')

function pollOf(poll, old) {
  if (!poll) return null
  const same = old && JSON.stringify(old.options.map((o) => o.title)) === JSON.stringify(poll.options)
  return {
    id: old?.id ?? String(++last), expires_at: same && !poll.expires_in ? old.expires_at : new Date(Date.now() + (poll.expires_in ?? 86_400) * 1000).toISOString(), expired: false, multiple: poll.multiple,
    votes_count: same ? old.votes_count : 0, voters_count: 0, voted: true, own_votes: [], emojis: [], options: poll.options.map((title, i) => ({ title, votes_count: same ? old.options[i].votes_count : 0 })),
  }
}

export function write(method, path, q, body, { make, me, statuses, accounts, tell }) {
  let m
  if (path === '/api/v2/media' && method === 'POST') {
    const f = field(body, 'file')
    const id = String(++last)
    const description = field(body, 'description')?.bytes.toString() ?? ''
    seen.uploads.push({ id, ...f, description })
    const [x, y] = (field(body, 'focus')?.bytes.toString() ?? '0,0').split(',').map(Number)
    const entity = { id, type: f.type.split('/')[0], url: `/media/up/${id}`, preview_url: `/media/up/${id}`, remote_url: null, preview_remote_url: null, text_url: null, description, blurhash: null, meta: { original: { width: 640, height: 480 }, small: { width: 640, height: 480 }, focus: { x, y } } }
    files.set(id, { type: f.type, bytes: f.bytes, entity })
    return { body: entity }
  }
  if ((m = /^\/api\/v1\/media\/(\d+)$/.exec(path))) {
    const f = files.get(m[1])
    if (!f) return { status: 404, body: { error: 'Record not found' } }
    if (method === 'PUT') {
      const [x, y] = (body.focus ?? '0,0').split(',').map(Number)
      Object.assign(f.entity, { description: body.description, meta: { ...f.entity.meta, focus: { x, y } } })
    }
    if (method === 'DELETE') files.delete(m[1])
    return { body: method === 'DELETE' ? {} : f.entity }
  }
  if (path === '/api/v1/accounts/search') {
    const text = q.get('q').toLowerCase()
    return { body: accounts.filter((a) => (a.acct + ' ' + a.display_name).toLowerCase().includes(text)).slice(0, 8) }
  }
  if (path === '/api/v1/custom_emojis') return { body: [] }
  if (path === '/api/v1/scheduled_statuses') return { body: [...scheduled.values()] }
  if ((m = /^\/api\/v1\/scheduled_statuses\/(\d+)$/.exec(path))) {
    const s = scheduled.get(m[1])
    if (method === 'DELETE') scheduled.delete(m[1])
    if (method === 'PUT') s.scheduled_at = body.scheduled_at
    return { body: method === 'DELETE' ? {} : s }
  }
  if (path === '/api/v1/statuses' && method === 'POST') {
    if (body.status.includes('REFUSE')) return { status: 422, body: { error: 'Validation failed: that word is refused here' } }
    if (body.key && made.has(body.key)) return { body: made.get(body.key) }
    seen.posts.push(body)
    const media = (body.media_ids ?? []).map(attachment)
    if (body.scheduled_at) {
      const id = String(++last)
      const s = { id, scheduled_at: body.scheduled_at, params: { text: body.status, spoiler_text: body.spoiler_text || null, visibility: body.visibility, language: body.language, media_ids: body.media_ids ?? [], poll: body.poll ?? null, sensitive: body.sensitive, in_reply_to_id: body.in_reply_to_id ?? null, quoted_status_id: null, quote_approval_policy: 'public' }, media_attachments: media }
      scheduled.set(id, s)
      return { body: s }
    }
    const quoted = body.quoted_status_id && statuses.get(body.quoted_status_id)
    const s = make(me.acct, html(body.status), { visibility: body.visibility, spoiler_text: body.spoiler_text, sensitive: body.sensitive, language: body.language, in_reply_to_id: body.in_reply_to_id ?? null, media_attachments: media, poll: pollOf(body.poll), quote: quoted ? { state: 'accepted', quoted_status: quoted } : null }, Date.now())
    s.text = body.status
    made.set(body.key, s)
    tell('update', s)
    return { body: s }
  }
  if ((m = /^\/api\/v1\/statuses\/(\d+)$/.exec(path)) && method === 'PUT') {
    const s = statuses.get(m[1])
    seen.edits.push(body)
    for (const a of body.media_attributes ?? []) Object.assign(attachment(a.id) ?? {}, { description: a.description })
    s.text = body.status
    return { body: Object.assign(s, { content: html(body.status), spoiler_text: body.spoiler_text, sensitive: body.sensitive, media_attachments: (body.media_ids ?? []).map(attachment), poll: pollOf(body.poll, s.poll), edited_at: new Date().toISOString() }) }
  }
  if ((m = /^\/api\/v1\/statuses\/(\d+)\/source$/.exec(path)) && statuses.get(m[1])?.text !== undefined) return { body: { id: m[1], text: statuses.get(m[1]).text, spoiler_text: statuses.get(m[1]).spoiler_text } }
  return null
}
