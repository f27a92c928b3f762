// Real Mastodon clients sign in, post, read and hear: masto and megalodon (npm), toot and Mastodon.py (Debian).
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { createRestAPIClient, createStreamingAPIClient, createOAuthAPIClient } from 'masto'
import generator, { detector } from 'megalodon'
import { FormBrowser } from './lib/form.mjs'
import { Skein, api, until } from './lib/skein.mjs'

const run = promisify(execFile)
let skein, ada, ben

before(async () => {
  skein = await Skein.start({ name: '' }) // a name that every client resolves
  ada = await skein.person('ada')
  ben = await skein.person('ben')
})
after(() => skein?.stop())

test('masto reads, posts, follows and gets notifications', async () => {
  const one = createRestAPIClient({ url: ada.url, accessToken: ada.token })
  const two = createRestAPIClient({ url: ben.url, accessToken: ben.token })
  const me = await one.v1.accounts.verifyCredentials()
  assert.equal(me.acct, 'ada')
  assert.equal((await one.v2.instance.fetch()).domain, skein.domain)
  assert.equal((await one.v1.instance.fetch()).uri, skein.domain)
  await two.v1.accounts.$select(me.id).follow()
  const post = await one.v1.statuses.create({ status: 'hello from masto #greeting', visibility: 'public' })
  await until('the post in the follower’s home', async () => (await two.v1.timelines.home.list()).some((s) => s.id === post.id))
  await two.v1.statuses.$select(post.id).favourite()
  const boost = await two.v1.statuses.$select(post.id).reblog()
  assert.equal(boost.reblog.id, post.id)
  const reply = await two.v1.statuses.create({ status: '@ada hello back', inReplyToId: post.id })
  const kinds = await until('notifications', async () => {
    const list = await one.v1.notifications.list()
    return list.length >= 4 && new Set(list.map((n) => n.type))
  })
  assert.deepEqual([...kinds].sort(), ['favourite', 'follow', 'mention', 'reblog'])
  const context = await one.v1.statuses.$select(post.id).context.fetch()
  assert.equal(context.descendants[0].id, reply.id)
  const edited = await one.v1.statuses.$select(post.id).update({ status: 'hello from masto, edited #greeting' })
  assert.ok(edited.editedAt)
  assert.equal((await one.v1.statuses.$select(post.id).history.list()).length, 2)
  assert.equal((await one.v1.timelines.tag.$select('greeting').list())[0].id, post.id)
  const found = await one.v2.search.list({ q: 'ben' })
  assert.equal(found.accounts[0].acct, 'ben')
  await one.v1.markers.create({ home: { lastReadId: post.id } })
  assert.equal((await one.v1.markers.fetch({ timeline: ['home'] })).home.lastReadId, post.id)
  for (const empty of [one.v1.lists.list(), one.v2.filters.list(), one.v1.announcements.list(), one.v1.conversations.list(), one.v1.followedTags.list(), one.v1.customEmojis.list()]) {
    assert.deepEqual([...(await empty)], [])
  }
})

test('masto pages through a timeline by Link headers', async () => {
  const one = createRestAPIClient({ url: ben.url, accessToken: ben.token })
  const ids = []
  for (let i = 0; i < 12; i++) ids.push((await one.v1.statuses.create({ status: `page ${i}`, visibility: 'unlisted' })).id)
  const me = await one.v1.accounts.verifyCredentials()
  const seen = []
  for await (const page of one.v1.accounts.$select(me.id).statuses.list({ limit: 5, excludeReplies: true, excludeReblogs: true })) seen.push(...page.map((s) => s.id))
  assert.deepEqual(seen.slice(0, 12), ids.reverse())
})

test('masto hears a post by WebSocket', async () => {
  const streaming = createStreamingAPIClient({ streamingApiUrl: `ws://${skein.domain}`, accessToken: ada.token })
  const user = streaming.user.subscribe()
  const heard = (async () => {
    for await (const event of user) if (event.event === 'update') return event.payload
  })()
  const posted = []
  const got = await until('a live post', async () => {
    posted.push((await api(ada, 'POST', '/api/v1/statuses', { status: `live ${posted.length}` })).id)
    return Promise.race([heard, new Promise((done) => setTimeout(done, 300))])
  })
  assert.ok(posted.includes(got.id))
  user.unsubscribe()
  streaming.close()
})

test('an app registers and gets a token by the code flow with PKCE', async () => {
  const oauth = createOAuthAPIClient({ url: ada.url })
  const rest = createRestAPIClient({ url: ada.url })
  const redirect = 'http://127.0.0.1:9/callback'
  const app = await rest.v1.apps.create({ clientName: 'Test', redirectUris: [redirect], scopes: 'read write' })
  const verifier = 'v'.repeat(64)
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  const challenge = Buffer.from(digest).toString('base64url')
  const authorize = `/oauth/authorize?${new URLSearchParams({ response_type: 'code', client_id: app.clientId, redirect_uri: redirect, scope: 'read write', state: 's1', code_challenge: challenge, code_challenge_method: 'S256' })}`
  const browser = new FormBrowser(ada.url)
  const page = await browser.signIn(ada, authorize)
  const answer = await browser.submit(page, { decision: 'yes' })
  const back = new URL(answer.headers.get('location'))
  assert.equal(back.origin + back.pathname, redirect)
  assert.equal(back.searchParams.get('state'), 's1')
  const token = await oauth.token.create({ grantType: 'authorization_code', clientId: app.clientId, clientSecret: app.clientSecret, redirectUri: redirect, code: back.searchParams.get('code'), codeVerifier: verifier })
  const me = await createRestAPIClient({ url: ada.url, accessToken: token.accessToken }).v1.accounts.verifyCredentials()
  assert.equal(me.username, 'ada')
  await oauth.revoke({ clientId: app.clientId, clientSecret: app.clientSecret, token: token.accessToken })
  await assert.rejects(createRestAPIClient({ url: ada.url, accessToken: token.accessToken }).v1.accounts.verifyCredentials())
})

test('megalodon knows the server as Mastodon-like, registers, and calls what it knows', async () => {
  assert.equal(await detector(ada.url), 'mastodon')
  const redirect = 'urn:ietf:wg:oauth:2.0:oob'
  const app = await generator('mastodon', ada.url).registerApp('megalodon', { scopes: ['read', 'write', 'follow'], redirect_uri: redirect })
  const browser = new FormBrowser(ada.url)
  const page = await browser.signIn(ada, app.url.replace(ada.url, ''))
  const answer = await browser.submit(page, { decision: 'yes' })
  const code = new URL(answer.headers.get('location'), ada.url).searchParams.get('code')
  const token = await generator('mastodon', ada.url).fetchAccessToken(app.client_id ?? app.clientId, app.client_secret ?? app.clientSecret, code, redirect)
  const client = generator('mastodon', ada.url, token.access_token ?? token.accessToken)
  const me = (await client.verifyAccountCredentials()).data
  assert.equal(me.username, 'ada')
  const post = (await client.postStatus('hello from megalodon #mega')).data
  assert.ok((await client.getHomeTimeline()).data.some((s) => s.id === post.id))
  const list = (await client.createList('mega')).data
  await skein.person('moby') // who is blocked, which costs nobody else their notifications
  const other = (await client.searchAccount('moby')).data[0]
  // Each call, and what has to be true of its answer.
  const calls = {
    verifyAppCredentials: [[], (d) => d.name], getAccount: [[other.id], (d) => d.acct === 'moby'], getAccountStatuses: [[me.id], (d) => d.length > 0],
    getAccountFollowers: [[me.id], Array.isArray], getAccountFollowing: [[me.id], Array.isArray], getAccountLists: [[other.id], Array.isArray],
    getRelationship: [[other.id], (d) => d.id === other.id], getRelationships: [[[other.id]], (d) => d.length === 1],
    followAccount: [[other.id], (d) => d.following], unfollowAccount: [[other.id], (d) => !d.following],
    muteAccount: [[other.id, true], (d) => d.muting], unmuteAccount: [[other.id], (d) => !d.muting],
    blockAccount: [[other.id], (d) => d.blocking], unblockAccount: [[other.id], (d) => !d.blocking],
    getBookmarks: [[], Array.isArray], getFavourites: [[], Array.isArray], getMutes: [[], Array.isArray], getBlocks: [[], Array.isArray],
    getDomainBlocks: [[], Array.isArray], getFilters: [[], Array.isArray], getFollowRequests: [[], Array.isArray], getFeaturedTags: [[], Array.isArray],
    getSuggestedTags: [[], Array.isArray], getFollowedTags: [[], Array.isArray], getPreferences: [[], (d) => d['posting:default:visibility']],
    getSuggestions: [[], Array.isArray], getTag: [['mega'], (d) => d.name === 'mega'], getStatus: [[post.id], (d) => d.id === post.id],
    getStatusContext: [[post.id], (d) => d.descendants.length === 0], getStatusSource: [[post.id], (d) => d.text.includes('#mega')],
    editStatus: [[post.id, { status: 'hello again from megalodon #mega' }], (d) => d.edited_at],
    favouriteStatus: [[post.id], (d) => d.favourited], unfavouriteStatus: [[post.id], (d) => !d.favourited],
    bookmarkStatus: [[post.id], (d) => d.bookmarked], unbookmarkStatus: [[post.id], (d) => !d.bookmarked],
    reblogStatus: [[post.id], (d) => d.reblog.id === post.id], unreblogStatus: [[post.id], (d) => !d.reblogged],
    muteStatus: [[post.id], (d) => d.muted], unmuteStatus: [[post.id], (d) => !d.muted], pinStatus: [[post.id], (d) => d.pinned],
    unpinStatus: [[post.id], (d) => !d.pinned], getStatusRebloggedBy: [[post.id], Array.isArray], getStatusFavouritedBy: [[post.id], Array.isArray],
    getPublicTimeline: [[], (d) => d.length > 0], getLocalTimeline: [[], (d) => d.length > 0], getTagTimeline: [['mega'], (d) => d[0].id === post.id],
    getListTimeline: [[list.id], Array.isArray], getConversationTimeline: [[], Array.isArray], getLists: [[], (d) => d.length > 0],
    getList: [[list.id], (d) => d.title === 'mega'], updateList: [[list.id, 'more mega'], (d) => d.title === 'more mega'],
    getAccountsInList: [[list.id], Array.isArray], deleteList: [[list.id], () => true], getMarkers: [[['home']], (d) => typeof d === 'object'],
    saveMarkers: [[{ home: { last_read_id: post.id } }], (d) => d.home.last_read_id === post.id], getNotifications: [[], Array.isArray],
    getScheduledStatuses: [[], Array.isArray], search: [['ben', { type: 'accounts' }], (d) => d.accounts[0].acct === 'ben'],
    getInstance: [[], (d) => d.uri === skein.domain], getInstancePeers: [[], Array.isArray], getInstanceActivity: [[], Array.isArray],
    getInstanceTrends: [[], Array.isArray], getInstanceDirectory: [[], Array.isArray], getInstanceCustomEmojis: [[], Array.isArray],
    getInstanceAnnouncements: [[], Array.isArray], deleteStatus: [[post.id], () => true],
  }
  for (const [name, [args, holds]] of Object.entries(calls)) {
    const { data } = await client[name](...args).catch((err) => assert.fail(`${name}: ${err.message}`))
    assert.ok(holds(data), `${name}: ${JSON.stringify(data)}`)
  }
})

test('toot posts and reads', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'skein-toot-'))
  try {
    const config = { active_user: `ada@${skein.domain}`, apps: { [skein.domain]: { instance: skein.domain, base_url: ada.url, client_id: 'x', client_secret: 'y' } }, users: { [`ada@${skein.domain}`]: { instance: skein.domain, username: 'ada', access_token: ada.token } } }
    const { mkdir } = await import('node:fs/promises')
    await mkdir(join(dir, 'toot'))
    await writeFile(join(dir, 'toot', 'config.json'), JSON.stringify(config))
    const toot = (...args) => run('toot', args, { env: { ...process.env, XDG_CONFIG_HOME: dir, HOME: dir, NO_COLOR: '1' } })
    assert.match((await toot('whoami')).stdout, /@ada/)
    assert.match((await toot('post', 'hello from toot')).stdout, /posted/i)
    await until('the post in home', async () => /hello from toot/.test((await toot('timeline', '-1')).stdout))
    assert.match((await toot('notifications')).stdout, /ben/)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
})

test('Mastodon.py registers, signs in by the code flow, posts and reads', async () => {
  const script = `
import sys, json
from mastodon import Mastodon
base, token = sys.argv[1], sys.argv[2]
cid, secret = Mastodon.create_app('py', api_base_url=base, scopes=['read', 'write', 'follow'])
assert cid and secret
m = Mastodon(client_id=cid, client_secret=secret, access_token=token, api_base_url=base)
me = m.account_verify_credentials()
assert me.username == 'ada', me
post = m.status_post('hello from python', visibility='unlisted', spoiler_text='greeting')
assert post.spoiler_text == 'greeting' and post.sensitive
home = m.timeline_home(limit=40)
assert any(s.id == post.id for s in home)
assert m.status_context(post.id).ancestors == []
m.status_favourite(post.id); assert m.status(post.id).favourited
m.status_delete(post.id)
m.status_bookmark(m.status_post('keep me').id); assert len(m.bookmarks()) > 0
other = m.account_search('ben')[0]
assert m.account_follow(other.id).following
assert m.account_relationships(other.id)[0].following
lst = m.list_create('friends'); m.list_accounts_add(lst.id, [other.id]); assert len(m.list_accounts(lst.id)) == 1; m.list_delete(lst.id)
f = m.filter_create('noise', ['home']); assert m.filter(f.id).phrase == 'noise'; m.filter_delete(f.id)
poll = m.status_post('which?', poll=m.make_poll(['a', 'b'], 3600)); assert len(m.poll(poll.poll.id).options) == 2
assert m.search('ben').accounts[0].acct == 'ben'
assert m.timeline_public(local=True) is not None and m.timeline_hashtag('greeting') is not None
for empty in (m.mutes, m.blocks, m.domain_blocks, m.follow_requests, m.conversations, m.favourites, m.custom_emojis, m.trending_tags, m.announcements, m.preferences):
    assert empty() is not None
assert m.instance().uri
assert len(m.notifications()) > 0
print('ok')
`
  const { stdout } = await run('/usr/bin/python3', ['-c', script, ada.url, ada.token])
  assert.equal(stdout.trim(), 'ok')
})

test('go-mastodon registers, signs in by the code flow, posts and reads', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'skein-go-'))
  try {
    const program = join(dir, 'gomastodon')
    await run('go', ['build', '-o', program, '.'], { cwd: join(import.meta.dirname, 'gomastodon'), env: { ...process.env, CGO_ENABLED: '0' } })
    const file = join(dir, 'app.json')
    const { stdout: address } = await run(program, [ada.url, file])
    const browser = new FormBrowser(ada.url)
    const page = await browser.signIn(ada, address.trim().replace(ada.url, ''))
    const answer = await browser.submit(page, { decision: 'yes' })
    const code = new URL(answer.headers.get('location'), ada.url).searchParams.get('code')
    assert.ok(code)
    const { stdout } = await run(program, [ada.url, file, code])
    assert.equal(stdout.trim(), 'ok')
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
})
