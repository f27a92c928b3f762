// An independent ActivityPub server on loopback, made with Fedify: one actor that follows, is followed, sends and receives.
import './localhost.mjs'
import { createServer } from 'node:http'
import { Temporal } from '@js-temporal/polyfill'
import { createFederation, generateCryptoKeyPair, MemoryKvStore } from '@fedify/fedify'
import { signRequest } from '@fedify/fedify/sig'
import * as v from '@fedify/vocab'

// Making an RSA key takes Fedify many seconds: one is made for all tests of a process. With the Ed25519 key Fedify puts a
// proof (FEP-8b32) into all that it sends.
let pairs
const keys = () => (pairs ??= Promise.all([generateCryptoKeyPair('RSASSA-PKCS1-v1_5'), generateCryptoKeyPair('Ed25519')]))
export { Temporal, v }

/** Peer is the server and its one person, sam. */
export class Peer {
  static async start({ firstKnock = 'rfc9421', name = 'peer' } = {}) {
    const p = new Peer()
    p.received = [] // activities, as vocabulary objects
    p.bodies = [] // what came into its inboxes, as it came
    p.passTo = null // somebody to pass every Create on to
    p.followers = new Map() // id -> Recipient
    p.posts = new Map() // path segment -> Note
    p.server = createServer((req, res) => p.answer(req, res))
    await new Promise((done) => p.server.listen(0, '127.0.0.1', done))
    p.domain = `${name}.localhost:${p.server.address().port}`
    p.origin = `http://${p.domain}`
    const pair = await keys()
    p.federation = createFederation({ kv: new MemoryKvStore(), allowPrivateAddress: true, origin: p.origin, firstKnock })
    p.federation
      .setActorDispatcher('/users/{identifier}', async (ctx, id) => {
        if (id !== 'sam') return null
        const [one, two] = await ctx.getActorKeyPairs(id)
        return new v.Person({
          id: ctx.getActorUri(id), preferredUsername: id, name: 'Sam Peer', summary: '<p>From elsewhere</p>',
          inbox: ctx.getInboxUri(id), outbox: ctx.getOutboxUri(id), followers: ctx.getFollowersUri(id),
          endpoints: new v.Endpoints({ sharedInbox: ctx.getInboxUri() }), url: new URL(`/@${id}`, p.origin),
          publicKey: one.cryptographicKey, assertionMethods: [one.multikey, two.multikey],
        })
      })
      .setKeyPairsDispatcher(() => pair)
    p.federation.setOutboxDispatcher('/users/{identifier}/outbox', () => ({ items: [] })).setCounter(() => 0)
    p.federation.setFollowersDispatcher('/users/{identifier}/followers', () => ({ items: [...p.followers.values()] })).setCounter(() => p.followers.size)
    p.federation.setObjectDispatcher(v.Note, '/notes/{id}', (_ctx, { id }) => p.posts.get(id) ?? null)
    const keep = (_ctx, activity) => void p.received.push(activity)
    p.federation
      .setInboxListeners('/users/{identifier}/inbox', '/inbox')
      .on(v.Follow, async (ctx, follow) => {
        p.received.push(follow)
        const from = await follow.getActor(ctx)
        p.followers.set(from.id.href, from)
        await ctx.sendActivity({ identifier: 'sam' }, from, new v.Accept({ id: new URL(`#accept/${Date.now()}`, ctx.getActorUri('sam')), actor: ctx.getActorUri('sam'), object: follow }))
      })
      .on(v.Create, async (ctx, create) => {
        p.received.push(create)
        if (p.passTo) await ctx.forwardActivity({ identifier: 'sam' }, p.passTo, { skipIfUnsigned: true })
      })
      .on(v.Accept, keep).on(v.Reject, keep).on(v.Update, keep).on(v.Delete, keep)
      .on(v.Announce, keep).on(v.Like, keep).on(v.Undo, keep).on(v.Block, keep)
    p.ctx = p.federation.createContext(new URL(p.origin), undefined)
    return p
  }

  async answer(req, res) {
    const body = await new Promise((done) => {
      const parts = []
      req.on('data', (c) => parts.push(c))
      req.on('end', () => done(Buffer.concat(parts)))
    })
    if (req.method === 'POST') this.bodies.push(body.toString())
    const request = new Request(this.origin + req.url, { method: req.method, headers: req.headers, body: ['GET', 'HEAD'].includes(req.method) ? undefined : body })
    const r = await this.federation.fetch(request, { contextData: undefined, onNotFound: () => new Response('not found', { status: 404 }), onNotAcceptable: () => new Response('not acceptable', { status: 406 }) })
    res.writeHead(r.status, Object.fromEntries(r.headers))
    res.end(Buffer.from(await r.arrayBuffer()))
  }

  get sam() {
    return this.ctx.getActorUri('sam')
  }

  /** got returns the received activities of a kind. */
  got(kind) {
    return this.received.filter((a) => a instanceof kind)
  }

  /** actor fetches somebody's actor document. */
  actor(url) {
    return this.ctx.lookupObject(url)
  }

  /** send delivers an activity of sam to an actor. */
  send(to, activity) {
    return this.ctx.sendActivity({ identifier: 'sam' }, to, activity)
  }

  /** deliver puts a body into an inbox as it is, signed as sam's request, and returns the status. */
  async deliver(inbox, body) {
    const [{ keyId, privateKey }] = await this.ctx.getActorKeyPairs('sam')
    const request = new Request(inbox, { method: 'POST', headers: { 'content-type': 'application/activity+json' }, body })
    return (await fetch(await signRequest(request, privateKey, keyId))).status
  }

  /** note makes a public note of sam's, which can be fetched too. */
  note(id, content, more = {}) {
    const note = new v.Note({
      id: new URL(`/notes/${id}`, this.origin), attribution: this.sam, content, to: v.PUBLIC_COLLECTION, cc: this.ctx.getFollowersUri('sam'),
      published: Temporal.Now.instant(), url: new URL(`/@sam/${id}`, this.origin), ...more,
    })
    this.posts.set(id, note)
    return note
  }

  create(note) {
    return new v.Create({ id: new URL('#create', note.id), actor: this.sam, object: note, tos: [v.PUBLIC_COLLECTION], ccs: [this.ctx.getFollowersUri('sam')] })
  }

  stop() {
    this.server.closeAllConnections()
    return new Promise((done) => this.server.close(done))
  }
}
