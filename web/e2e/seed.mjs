// A small site with people, posts and threads, always the same. Times are counted back from the start.
const start = Date.now()
let ms = start - 30 * 86_400_000

/** id as the server makes them: milliseconds, then 16 bits. */
let counter = 0
export const idAt = (when) => ((BigInt(Math.floor(when)) << 16n) + BigInt(counter++ % 65536)).toString()

const people = [
  ['ada', 'Ada Lindqvist', 'Ceramics, slow mornings, and the sea at Käringön. I write about glazes and about making things that last.'],
  ['bo@oak.example', 'Bo Okafor', 'Bird counts and bad puns. Wetlands restoration in the north.'],
  ['cleo', 'Cléo Marchetti', 'Typography, mostly. Sometimes bread.'],
  ['dan@peer.example', 'dan', ''],
  ['esi@oak.example', 'Esi Mensah-Boateng', 'Structural engineer. Bridges are just patient sentences.'],
  ['farah', 'Farah ناصر', 'Translator between three alphabets.'],
  ['gus@tide.example', 'Gus van der Meulen-Hallström 🌊', 'Sails, mostly wet ones.'],
  ['hana@peer.example', 'Hana Kōno', 'I draw small comics about large feelings.'],
  ['ivo', 'Ivo', 'Runs elm.example. Ask me anything about this site.'],
  ['juno@tide.example', 'Juno Reyes', 'Night-shift nurse, day-shift gardener.'],
]

export const accounts = people.map(([acct, display_name, note], i) => {
  const [username, host] = acct.split('@')
  const url = host ? `https://${host}/@${username}` : `https://elm.example/@${username}`
  return {
    id: String(1000 + i), username, acct, display_name, note: note && `<p>${note}</p>`, url, uri: url,
    locked: acct === 'farah', bot: false, group: false, discoverable: true, created_at: '2026-03-14T00:00:00.000Z',
    avatar: 'https://elm.example/avatars/original/missing.png', avatar_static: 'https://elm.example/avatars/original/missing.png',
    header: 'https://elm.example/headers/original/missing.png', header_static: 'https://elm.example/headers/original/missing.png',
    followers_count: [248, 1312, 97, 4, 512, 88, 23410, 980, 61, 301][i], following_count: 40 + i * 17, statuses_count: 120 + i * 31,
    last_status_at: '2026-11-21', emojis: [], feature_approval: acct === 'ivo' ? { automatic: [], manual: [], current_user: 'denied' } : { automatic: ['public'], manual: [], current_user: 'automatic' },
    fields: i === 0
      ? [{ name: 'Studio', value: '<a href="https://lindqvist.example" rel="me nofollow noopener">lindqvist.example</a>', verified_at: '2026-05-02T10:00:00.000+00:00' }, { name: 'Pronouns', value: 'she/her', verified_at: null }]
      : [],
  }
})
export const me = accounts[0]

export const statuses = new Map()
const by = (acct) => accounts.find((a) => a.acct === acct)

export function make(acct, html, more = {}, at = (ms += 900_000 + (counter % 7) * 300_000)) {
  const account = by(acct)
  const id = idAt(at)
  const s = {
    id, uri: `${account.url}/${id}`, url: `${account.url}/${id}`, created_at: new Date(at).toISOString(), edited_at: null,
    in_reply_to_id: null, in_reply_to_account_id: null, sensitive: false, spoiler_text: '', visibility: 'public', language: 'en',
    content: html.startsWith('<') ? html : `<p>${html}</p>`, replies_count: 0, reblogs_count: 0, favourites_count: 0, reblog: null,
    account, media_attachments: [], mentions: [], tags: [], emojis: [], card: null, poll: null, quote: null, quotes_count: 0, quote_approval: { automatic: ['public'], manual: [], current_user: 'automatic' },
    favourited: false, reblogged: false, muted: false, bookmarked: false, filtered: [], ...more,
  }
  if (s.in_reply_to_id) {
    const parent = statuses.get(s.in_reply_to_id)
    parent.replies_count++
    s.in_reply_to_account_id = parent.account.id
    s.mentions = [{ id: parent.account.id, username: parent.account.username, url: parent.account.url, acct: parent.account.acct }]
  }
  statuses.set(id, s)
  return s
}

const tag = (name) => `<a href="https://elm.example/tags/${name}" class="mention hashtag" rel="tag">#<span>${name}</span></a>`
const mention = (acct) => `<span class="h-card" translate="no"><a href="${by(acct).url}" class="u-url mention">@<span>${by(acct).username}</span></a></span>`
const named = (acct) => ({ id: by(acct).id, username: by(acct).username, url: by(acct).url, acct })

const fill = [
  ['cleo', 'The new sourdough has a lean to it, like a lower-case f that has heard good news.'],
  ['bo@oak.example', 'Forty-one lapwings this morning. Forty-two if you count the one who was clearly a bag.'],
  ['esi@oak.example', 'Spent the day persuading a beam that it is not, in fact, a cantilever.'],
  ['juno@tide.example', 'Tomatoes in November. The greenhouse and I have stopped talking about the weather.'],
  ['hana@peer.example', 'Panel three took six hours. Panel four is a circle.'],
  ['ivo', `Tonight at 22:00 the site moves to a new disk. It will be away for about five minutes. ${tag('elm')}`],
  ['gus@tide.example', 'Sailed round the headland with the wind doing all the talking.'],
  ['farah', 'There is a word for the light that falls through leaves in Japanese, and none for the sound of a kettle just before it boils. Somebody should see to that.'],
]
for (let i = 0; i < 72; i++) {
  const [acct, text] = fill[(i * 5 + 3) % fill.length]
  make(acct, i % 9 === 4 ? `<p>${text}</p><p>Also: ${text.toLowerCase()}</p>` : text, { favourites_count: (i * 7) % 23, reblogs_count: (i * 3) % 8, tags: text.includes('tags/') ? [{ name: 'elm', url: 'https://elm.example/tags/elm' }] : [] })
}
ms = start - 15 * 3_600_000

const root = make('esi@oak.example', `<p>Question for people who make things with their hands: how do you know when it is finished?</p><p>I ask because I never do, and bridges have deadlines. ${tag('craft')}</p>`, {
  favourites_count: 1284, reblogs_count: 211, tags: [{ name: 'craft', url: 'https://oak.example/tags/craft' }], edited_at: new Date(ms + 3_600_000).toISOString(),
})
const r1 = make('ada', 'When the next change would only make it different, not better.', { in_reply_to_id: root.id, favourites_count: 64 })
const r2 = make('bo@oak.example', 'When the birds use it.', { in_reply_to_id: root.id, favourites_count: 31 })
const r3 = make('esi@oak.example', 'Half of the answers so far are about time and the other half are about courage. I find that comforting.', { in_reply_to_id: root.id, favourites_count: 88 })
const r4 = make('cleo', 'Different and not better is how most of my weekends go.', { in_reply_to_id: r1.id, favourites_count: 12 })
const r5 = make('ada', 'There is a glaze for that.', { in_reply_to_id: r4.id, favourites_count: 9 })
make('cleo', 'Of course there is.', { in_reply_to_id: r5.id })
make('hana@peer.example', 'When I can no longer see where I started. It is not always a good sign.', { in_reply_to_id: r1.id, favourites_count: 5 })
make('juno@tide.example', 'And if they nest in it, you may not even take the scaffolding down.', { in_reply_to_id: r2.id, favourites_count: 3 })
export const rootId = root.id
export const replyId = r5.id
void r3

make('cleo', `<p>A short list of letters that are secretly chairs:</p><p>h, obviously<br>n, if you are brave<br>Œ, which seats two</p>`, { favourites_count: 402, reblogs_count: 96, reblogged: true })
make('juno@tide.example', '<p>It ended the way these nights end, with tea from the machine and somebody’s grandfather telling me about the flood of 1962.</p>', { spoiler_text: 'Hospital night shift, nothing graphic', sensitive: true, favourites_count: 57 })
make('gus@tide.example', `<p>The log of the Maren, week 46. ${'We left before light with the tide and two thermos flasks, and for an hour nobody said anything worth writing down. '.repeat(16)}</p><p>${'Then the fog lifted all at once, as if somebody had remembered it. '.repeat(10)}</p>`, { favourites_count: 33, reblogs_count: 4 })
make('hana@peer.example', '<p>New page is up. It is about moving house with a cat who did not vote for it.</p>', {
  favourites_count: 219, reblogs_count: 41, bookmarked: true,
  media_attachments: [{ id: '1', type: 'image', url: 'https://peer.example/media/1.png', preview_url: 'https://peer.example/media/1s.png', remote_url: 'https://peer.example/media/1.png', meta: { original: { width: 1200, height: 900 } }, description: 'Four panels: a cat looks at a box, sits in the box, refuses to leave the box, is carried out in the box.', blurhash: null }],
})
make('farah', '<p dir="rtl">صباح الخير من المطبخ. القهوة جاهزة والقطة ليست كذلك.</p>', { language: 'ar', favourites_count: 18 })
make('ivo', '<p>When shall the site have its quiet hour for updates?</p>', {
  poll: { id: '77', expires_at: new Date(start + 86_400_000).toISOString(), expired: false, multiple: false, votes_count: 41, voters_count: 41, voted: false, own_votes: [], emojis: [], options: [{ title: 'Before breakfast', votes_count: 22 }, { title: 'After midnight', votes_count: 14 }, { title: 'Whenever, surprise us', votes_count: 5 }] },
})
make('bo@oak.example', `<p>${mention('ada')} the mug survived the trip, the bag did not. It now lives at the hide and is looked at by herons.</p>`, { mentions: [named('ada')], favourites_count: 7, favourited: true })
const link = make('cleo', '<p>I keep coming back to this one: <a href="https://type.example/notes/spacing" rel="nofollow noopener" target="_blank" translate="no"><span class="invisible">https://</span><span>type.example/notes/spacing</span></a></p>', {
  favourites_count: 26, reblogs_count: 5,
  card: { url: 'https://type.example/notes/spacing', title: 'The space between letters is also drawn', description: 'Why fitting takes longer than drawing, and what a hundred-year-old foundry manual has to say about it.', type: 'link', provider_name: 'Type Notes', image: null },
})
make('ada', `<p>First firing of the winter. Two cracked, five fine, and one that came out a green I cannot explain and will never get again. ${tag('ceramics')} ${tag('glaze')}</p>`, { favourites_count: 73, reblogs_count: 9, pinned: true, tags: ['ceramics', 'glaze'].map((name) => ({ name, url: `https://elm.example/tags/${name}` })) })

const wrap = (acct, s) => {
  const w = make(acct, s.content, { reblog: s, tags: s.tags, mentions: s.mentions })
  return w
}
wrap('bo@oak.example', root)
make('esi@oak.example', 'The beam and I have reached an understanding.', { favourites_count: 140, reblogs_count: 12 })
make('ada', 'Kettle on. Followers only, because it is only tea.', { visibility: 'private', favourites_count: 4 })
void link

let note = 1
const notify = (type, acct, status, ago) => ({ id: idAt(start - ago), type, created_at: new Date(start - ago).toISOString(), group_key: `ungrouped-${note++}`, account: by(acct), status: status ?? null })
const mine = [...statuses.values()].filter((s) => s.account === me && !s.reblog)
const pot = mine.find((s) => s.pinned)
const hour = 3_600_000
export const notifications = [
  notify('mention', 'bo@oak.example', [...statuses.values()].find((s) => s.mentions[0]?.acct === 'ada' && !s.in_reply_to_id), 0.6 * hour),
  notify('favourite', 'cleo', pot, 0.8 * hour),
  notify('favourite', 'hana@peer.example', pot, 0.9 * hour),
  notify('favourite', 'gus@tide.example', pot, 1.1 * hour),
  notify('follow_request', 'juno@tide.example', null, 2 * hour),
  notify('reblog', 'esi@oak.example', r1, 3 * hour),
  notify('follow', 'gus@tide.example', null, 4 * hour),
  notify('mention', 'cleo', r4, 6 * hour),
  notify('favourite', 'dan@peer.example', r5, 7 * hour),
  { ...notify('moderation_warning', 'ada', null, 30 * hour), more: { moderation_warning: { id: '1', action: 'none', text: 'Please put a warning before pictures of open kilns. Thank you.', status_ids: [pot.id], target_account: by('ada'), appeal: null, created_at: new Date().toISOString() } } },
  { ...notify('severed_relationships', 'ada', null, 40 * hour), more: { event: { id: '1', type: 'domain_block', purged: false, target_name: 'loud.example', followers_count: 3, following_count: 1, created_at: new Date().toISOString() } } },
  notify('update', 'cleo', [...statuses.values()].find((s) => s.reblogged), 8 * hour),
]

export const follows = new Set(['1001', '1002', '1004', '1007', '1008', '1009', '1006'])
export const followers = new Set(['1001', '1002', '1005', '1006'])
