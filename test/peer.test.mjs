// A real independent peer: Fedify follows and is followed, sends and receives posts, likes, boosts, edits and deletions,
// with RFC 9421 signatures first and with draft-cavage ones.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Skein, api, until } from './lib/skein.mjs'
import { Peer, Temporal, v } from './lib/peer.mjs'

for (const firstKnock of ['rfc9421', 'draft-cavage-http-signatures-12']) {
  describe(`Fedify with ${firstKnock}`, () => {
    let skein, ada, peer, adaActor, samHere

    before(async () => {
      ;[skein, peer] = await Promise.all([Skein.start(), Peer.start({ firstKnock })])
      ada = await skein.person('ada')
    })
    after(() => Promise.all([skein?.stop(), peer?.stop()]))

    test('finds a person of ours by WebFinger and actor document', async () => {
      // Fedify asks WebFinger by https only, which a name on loopback has not: this step is done by hand.
      const jrd = await (await fetch(`${skein.url}/.well-known/webfinger?resource=acct:ada@${skein.domain}`)).json()
      assert.equal(jrd.subject, `acct:ada@${skein.domain}`)
      adaActor = await peer.actor(jrd.links.find((l) => l.rel === 'self').href)
      assert.ok(adaActor instanceof v.Person)
      assert.equal(adaActor.preferredUsername, 'ada')
      assert.ok(adaActor.inboxId && adaActor.endpoints.sharedInbox)
    })

    test('is found by us, and followed', async () => {
      const found = await api(ada, 'GET', `/api/v2/search?resolve=true&q=@sam@${peer.domain}`)
      samHere = found.accounts[0]
      assert.equal(samHere.display_name, 'Sam Peer')
      await api(ada, 'POST', `/api/v1/accounts/${samHere.id}/follow`)
      await until('the follow is accepted', async () => (await api(ada, 'GET', `/api/v1/accounts/relationships?id[]=${samHere.id}`))[0].following)
      assert.equal(peer.got(v.Follow).length, 1)
    })

    test('follows us and is accepted', async () => {
      await peer.send(adaActor, new v.Follow({ id: new URL('#follow/1', peer.sam), actor: peer.sam, object: adaActor.id }))
      await until('Accept', () => peer.got(v.Accept).length === 1)
      await until('the notification', async () => (await api(ada, 'GET', '/api/v1/notifications?types[]=follow')).length === 1)
    })

    test('sends a post, its edit and its deletion', async () => {
      const note = peer.note('one', '<p>Hello from <strong>Fedify</strong><script>alert(1)</script></p>')
      await peer.send(adaActor, peer.create(note))
      const home = await until('the post', async () => (await api(ada, 'GET', '/api/v1/timelines/home')).find((s) => s.uri === note.id.href))
      assert.match(home.content, /Hello from <strong>Fedify<\/strong>/)
      assert.doesNotMatch(home.content, /script/)
      const edited = note.clone({ content: '<p>Hello, edited</p>', updated: Temporal.Now.instant().add({ seconds: 1 }) })
      peer.posts.set('one', edited)
      await peer.send(adaActor, new v.Update({ id: new URL('#update/1', note.id), actor: peer.sam, object: edited, to: v.PUBLIC_COLLECTION }))
      await until('the edit', async () => /edited/.test((await api(ada, 'GET', `/api/v1/statuses/${home.id}`)).content))
      peer.posts.delete('one')
      await peer.send(adaActor, new v.Delete({ id: new URL('#delete/1', note.id), actor: peer.sam, object: new v.Tombstone({ id: note.id }), to: v.PUBLIC_COLLECTION }))
      await until('the deletion', async () => (await fetch(`${ada.url}/api/v1/statuses/${home.id}`, { headers: { authorization: `Bearer ${ada.token}` } })).status === 404)
    })

    test('receives a post, its edit and its deletion', async () => {
      const post = await api(ada, 'POST', '/api/v1/statuses', { status: `Hello @sam@${peer.domain} #greeting`, spoiler_text: 'hi' })
      const create = await until('Create', () => peer.got(v.Create).find((a) => a.objectId?.href === post.uri || true))
      const note = await create.getObject(peer.ctx)
      assert.equal(note.id.href, post.uri)
      assert.match(note.content.toString(), /Hello/)
      const tags = []
      for await (const tag of note.getTags(peer.ctx)) tags.push(tag)
      assert.ok(tags.some((t) => t instanceof v.Mention && t.href.href === peer.sam.href))
      assert.ok(tags.some((t) => t instanceof v.Hashtag))
      await api(ada, 'PUT', `/api/v1/statuses/${post.id}`, { status: 'Hello again' })
      await until('Update', () => peer.got(v.Update).length === 1)
      await api(ada, 'DELETE', `/api/v1/statuses/${post.id}`)
      await until('Delete', () => peer.got(v.Delete).length === 1)
    })

    test('likes and boosts us, and takes it back', async () => {
      const post = await api(ada, 'POST', '/api/v1/statuses', { status: 'Do you like it?' })
      const like = new v.Like({ id: new URL('#likes/1', peer.sam), actor: peer.sam, object: new URL(post.uri) })
      const boost = new v.Announce({ id: new URL('#boosts/1', peer.sam), actor: peer.sam, object: new URL(post.uri), to: v.PUBLIC_COLLECTION, published: Temporal.Now.instant() })
      await peer.send(adaActor, like)
      await peer.send(adaActor, boost)
      const counts = async () => {
        const s = await api(ada, 'GET', `/api/v1/statuses/${post.id}`)
        return `${s.favourites_count} ${s.reblogs_count}`
      }
      await until('both', async () => (await counts()) === '1 1')
      await peer.send(adaActor, new v.Undo({ id: new URL('#undo/1', peer.sam), actor: peer.sam, object: like }))
      await peer.send(adaActor, new v.Undo({ id: new URL('#undo/2', peer.sam), actor: peer.sam, object: boost }))
      await until('both taken back', async () => (await counts()) === '0 0')
    })

    test('is liked, boosted and answered by us', async () => {
      const note = peer.note('two', '<p>Another one</p>')
      await peer.send(adaActor, peer.create(note))
      const here = await until('the post', async () => (await api(ada, 'GET', '/api/v1/timelines/home')).find((s) => s.uri === note.id.href))
      await api(ada, 'POST', `/api/v1/statuses/${here.id}/favourite`)
      await api(ada, 'POST', `/api/v1/statuses/${here.id}/reblog`)
      await api(ada, 'POST', '/api/v1/statuses', { status: `@sam@${peer.domain} nice`, in_reply_to_id: here.id })
      await until('Like', () => peer.got(v.Like).some((a) => a.objectId.href === note.id.href))
      await until('Announce', () => peer.got(v.Announce).some((a) => a.objectId.href === note.id.href))
      await until('the answer', async () => {
        for (const c of peer.got(v.Create)) if ((await c.getObject(peer.ctx)).replyTargetId?.href === note.id.href) return true
      })
      await api(ada, 'POST', `/api/v1/statuses/${here.id}/unfavourite`)
      await until('Undo', () => peer.got(v.Undo).length > 0)
    })

    test('a post of ours is fetched by its URI, a private one is not', async () => {
      const open = await api(ada, 'POST', '/api/v1/statuses', { status: 'open', visibility: 'public' })
      const closed = await api(ada, 'POST', '/api/v1/statuses', { status: 'closed', visibility: 'direct' })
      assert.match((await peer.actor(open.uri)).content.toString(), /open/)
      assert.equal(await peer.actor(closed.uri), null)
    })

    test('unfollows', async () => {
      await peer.send(adaActor, new v.Undo({ id: new URL('#undo/follow', peer.sam), actor: peer.sam, object: new v.Follow({ id: new URL('#follow/1', peer.sam), actor: peer.sam, object: adaActor.id }) }))
      await until('no follower', async () => (await api(ada, 'GET', '/api/v1/accounts/verify_credentials')).followers_count === 0)
    })
  })
}
