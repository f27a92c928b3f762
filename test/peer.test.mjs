// A real independent peer: Fedify follows and is followed, sends and receives posts, likes, boosts, edits and deletions,
// with RFC 9421 signatures first and with draft-cavage ones; and passes on what bears a proof.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { verifyObject } from '@fedify/fedify/sig'
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

// Integrity proofs (FEP-8b32): Fedify believes ours, and we Fedify's, whoever hands them over.
describe('Fedify and proofs', () => {
  let skein, ada, peer, other, adaActor

  before(async () => {
    ;[skein, peer, other] = await Promise.all([Skein.start(), Peer.start(), Peer.start({ name: 'other' })])
    ada = await skein.person('ada')
    adaActor = await peer.actor(`${skein.url}/users/ada`)
    const found = await api(ada, 'GET', `/api/v2/search?resolve=true&q=@sam@${peer.domain}`)
    await api(ada, 'POST', `/api/v1/accounts/${found.accounts[0].id}/follow`)
    await until('the follow is accepted', async () => (await api(ada, 'GET', `/api/v1/accounts/relationships?id[]=${found.accounts[0].id}`))[0].following)
    await peer.send(adaActor, new v.Follow({ id: new URL('#follow/1', peer.sam), actor: peer.sam, object: adaActor.id }))
    await until('Accept', () => peer.got(v.Accept).length === 1)
  })
  after(() => Promise.all([skein?.stop(), peer?.stop(), other?.stop()]))

  const received = (type, about) => until(`${type} of ${about}`, () => peer.bodies.map((b) => JSON.parse(b)).find((b) => b.type === type && JSON.stringify(b).includes(about)))
  const home = async (text) => (await api(ada, 'GET', '/api/v1/timelines/home')).find((s) => s.content.includes(text))

  test('Fedify verifies what we prove', async () => {
    const keys = await Array.fromAsync(adaActor.getAssertionMethods(peer.ctx))
    assert.deepEqual(keys.map((k) => k.publicKey.algorithm.name).sort(), ['Ed25519', 'RSASSA-PKCS1-v1_5'])
    const post = await api(ada, 'POST', '/api/v1/statuses', { status: 'Prove it: <ä> "€" 😀 1e3 #proof', spoiler_text: 'and\u2028this', poll: { options: ['a', 'b'], expires_in: 3600 } })
    const create = await received('Create', post.uri)
    await api(ada, 'PUT', `/api/v1/statuses/${post.id}`, { status: 'Proven again', poll: { options: ['a', 'b'], expires_in: 3600 } })
    await api(ada, 'POST', `/api/v1/statuses/${post.id}/reblog`)
    await api(ada, 'DELETE', `/api/v1/statuses/${post.id}`)
    for (const activity of [create, await received('Update', post.uri), await received('Announce', post.uri), await received('Delete', post.uri)]) {
      assert.equal(activity.proof?.cryptosuite, 'eddsa-jcs-2022', activity.type)
      assert.ok(await verifyObject(v.Activity, activity, peer.ctx), `the proof of ${activity.type} does not hold`)
      assert.equal(await verifyObject(v.Activity, { ...activity, published: '2020-01-01T00:00:00Z' }, peer.ctx), null, `a changed ${activity.type} is believed`)
    }
    // Handed over by somebody who cannot sign for ada at all.
    const inbox = `${other.origin}/inbox`
    const post2 = await api(ada, 'POST', '/api/v1/statuses', { status: 'Passed on' })
    const passed = await received('Create', post2.uri)
    const send = (body) => fetch(inbox, { method: 'POST', headers: { 'content-type': 'application/activity+json' }, body: JSON.stringify(body) })
    assert.equal((await send({ ...passed, id: `${passed.id}x` })).status, 401)
    assert.equal((await send(passed)).status, 202)
    await until('what was passed on', () => other.got(v.Create).some((a) => a.id.href === passed.id))
  })

  test('a post without a public is not proven', async () => {
    const post = await api(ada, 'POST', '/api/v1/statuses', { status: `@sam@${peer.domain} only you`, visibility: 'direct' })
    assert.equal((await received('Create', post.uri)).proof, undefined)
  })

  test('we believe what Fedify proves and another passes on, and nothing that was changed', async () => {
    other.passTo = { id: adaActor.id, inboxId: adaActor.inboxId, endpoints: adaActor.endpoints }
    const sam = { id: other.sam, inboxId: other.ctx.getInboxUri('sam'), endpoints: null }
    const note = peer.note('passed', '<p>Passed on by Fedify: ä "€" 😀</p>')
    peer.posts.delete('passed') // it is not to be had elsewhere
    await peer.send(sam, peer.create(note))
    await until('the post', () => home('Passed on by Fedify'))
    // The same way by hand: what was changed is refused, and nothing comes of it.
    const edited = (n, text) => new v.Update({ id: new URL(`#update/${n}`, note.id), actor: peer.sam, to: v.PUBLIC_COLLECTION,
      object: note.clone({ content: text, updated: Temporal.Now.instant().add({ seconds: n }) }) })
    await peer.send(sam, edited(1, '<p>An honest edit</p>'))
    const update = await until('the edit', () => other.bodies.find((b) => b.includes('An honest edit')))
    const inbox = adaActor.endpoints.sharedInbox
    const parsed = JSON.parse(update)
    const { proof, ...bare } = parsed
    assert.ok(proof.proofValue)
    for (const [what, body] of Object.entries({
      'another text': update.replace('An honest edit', 'A forged edit'),
      'another id': JSON.stringify({ ...parsed, id: `${parsed.id}0` }),
      'a member more': JSON.stringify({ ...parsed, cc: [adaActor.id.href] }),
      'another time of the proof': JSON.stringify({ ...parsed, proof: { ...proof, created: new Date().toISOString() } }),
      'the key of another': JSON.stringify({ ...parsed, proof: { ...proof, verificationMethod: `${other.sam.href}#multikey-2` } }),
      'the RSA key': JSON.stringify({ ...parsed, proof: { ...proof, verificationMethod: `${peer.sam.href}#multikey-1` } }),
      'two proofs': JSON.stringify({ ...parsed, proof: [proof, proof] }),
    })) {
      assert.equal(await other.deliver(inbox, body), 401, what)
    }
    // Without a proof it is a hint at best, and the origin knows nothing of it.
    peer.posts.set('passed', note)
    assert.equal(await other.deliver(inbox, JSON.stringify(bare).replace('An honest edit', 'A forged edit')), 202)
    assert.equal(await other.deliver(inbox, update), 202)
    await until('the honest edit', () => home('An honest edit'))
    assert.equal(await home('A forged edit'), undefined)
  })
})
