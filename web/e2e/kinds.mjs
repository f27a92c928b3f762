// One post of each kind, by dan; older than all others, so that no list begins with them.
import { gallery } from './pictures.mjs'
import { make, statuses } from './seed.mjs'

let at = Date.now() - 35 * 86_400_000
const post = (html, more) => make('dan@peer.example', html, { favourites_count: 3, ...more }, (at += 60_000))
const tags = (...names) => ({ tags: names.map((name) => ({ name: name.toLowerCase(), url: `https://peer.example/tags/${name.toLowerCase()}` })) })
const tag = (name) => `<a href="https://peer.example/tags/${name.toLowerCase()}" class="mention hashtag" rel="tag">#<span>${name}</span></a>`
const poll = (more) => ({ id: String(at), expires_at: new Date(Date.now() + 7_200_000).toISOString(), expired: false, multiple: false, votes_count: 41, voters_count: 41, voted: false, own_votes: [], emojis: [], options: [{ title: 'Before breakfast', votes_count: 22 }, { title: 'After midnight', votes_count: 14 }, { title: 'Whenever, surprise us', votes_count: 5 }], ...more })
const card = (more) => ({ url: 'https://type.example/notes/spacing', title: 'The space between letters is also drawn', description: 'Why fitting takes longer than drawing, and what a hundred-year-old foundry manual has to say about it.', type: 'link', provider_name: 'Type Notes', provider_url: '', author_name: '', author_url: '', authors: [], html: '', width: 0, height: 0, image: null, image_description: '', embed_url: '', blurhash: null, language: 'en', published_at: null, ...more })
const filter = (filter_action, title) => [{ filter: { id: '1', title, context: ['home', 'account', 'thread', 'public'], expires_at: null, filter_action }, keyword_matches: ['x'], status_matches: null }]
const first = [...statuses.values()].find((s) => s.account.acct === 'ada' && s.pinned)
const comic = gallery[0]

comic.quotes_count = 1

export const kinds = {
  votable: post('<p>When do you write?</p>', { poll: poll() }),
  several: post('<p>When do you read?</p>', { poll: poll({ multiple: true }) }),
  ended: post('<p>When did you sleep?</p>', { poll: poll({ expired: true, voted: true, own_votes: [1], expires_at: new Date(Date.now() - 7_200_000).toISOString() }) }),
  secret: post('<p>Guess.</p>', { poll: poll({ voted: true, own_votes: [0], options: [{ title: 'Left', votes_count: null }, { title: 'Right', votes_count: null }] }) }),
  wide: post('<p>Read this with a pencil.</p>', { card: card({ image: '/proxy/picture/80.svg?w=1200&h=630&n=80', width: 1200, height: 630, published_at: '2026-11-20T00:00:00.000Z', authors: [{ name: 'Cléo Marchetti', url: '', account: statuses.values().next().value.account }] }) }),
  small: post('<p>And this.</p>', { card: card({ image: '/proxy/picture/81.svg?w=300&h=300&n=81', width: 300, height: 300, author_name: 'M. Tracy' }) }),
  quoting: post('<p>This is the green I meant.</p>', { quote: { state: 'accepted', quoted_status: first } }),
  pictured: post('<p>Look how it lies there.</p>', { quote: { state: 'accepted', quoted_status: comic } }),
  asked: post('<p>May I?</p>', { quote: { state: 'pending', quoted_status: null } }),
  muted: post('<p>He said it better.</p>', { quote: { state: 'muted_account', quoted_status: comic } }),
  loved: post('<p>New boots.</p>', { reactions: [{ name: '👢', count: 14, me: true }, { name: '🦆', count: 3, me: false }, { name: 'blob', count: 1, me: false, url: '/proxy/picture/82.svg?w=64&h=64&n=82', static_url: '/proxy/picture/82.svg?w=64&h=64&n=82' }] }),
  warned: post('<p>It had onions.</p>', { spoiler_text: 'Food, described with love' }),
  filtered: post('<p>Two to one, in the last minute.</p>', { filtered: filter('warn', 'Sports') }),
  blurred: post('<p>Eight legs.</p>', { filtered: filter('blur', 'Spiders'), media_attachments: comic.media_attachments }),
  tagged: post(`<p>Last light on the kiln.</p><p>${['Ceramics', 'Glaze', 'Kiln', 'WoodFired', 'SlowCraft', 'Evening'].map(tag).join(' ')}</p>`, tags('Ceramics', 'Glaze', 'Kiln', 'WoodFired', 'SlowCraft', 'Evening')),
  large: post('<p>🦆🌊🦆</p>', {}),
  foreign: post('<p>Der Ofen ist noch warm, und die Katze weiß es.</p>', { language: 'de' }),
}
