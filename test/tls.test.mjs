// Two servers of their own, each a process with a certificate of an authority that only they know: what people do at one
// arrives at the other, over TLS, and back.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request as forward } from 'node:http'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Skein, freePort, until } from './lib/skein.mjs'

/** authority makes a certificate authority, and a certificate of it for each name. */
function authority(...names) {
  const dir = mkdtempSync(join(tmpdir(), 'skein-ca-'))
  const openssl = (...args) => execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=Test authority')
  const made = { dir, file: join(dir, 'ca.pem'), of: {} }
  for (const name of names) {
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
    writeFileSync(join(dir, 'ext'), `subjectAltName=DNS:${name}\nbasicConstraints=CA:FALSE\n`)
    openssl('x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'ext', '-out', `${name}.pem`)
    made.of[name] = { key: readFileSync(join(dir, `${name}.key`)), cert: readFileSync(join(dir, `${name}.pem`)) }
  }
  return made
}

/** front ends TLS in front of a server and counts what comes by it. */
async function front(port, { key, cert }, to) {
  const seen = []
  const server = createServer({ key, cert }, (req, res) => {
    seen.push(`${req.method} ${req.url}`)
    const out = forward({ host: '127.0.0.1', port: to, method: req.method, path: req.url, headers: req.headers }, (answer) => {
      res.writeHead(answer.statusCode, answer.headers)
      answer.pipe(res)
    })
    out.on('error', () => res.destroy())
    req.pipe(out)
  })
  await new Promise((done) => server.listen(port, '127.0.0.1', done))
  return { seen, stop: () => (server.closeAllConnections(), new Promise((done) => server.close(done))) }
}

/** Secure is a Skein whose people reach it by https through a front of its own. */
class Secure extends Skein {
  static async begin(name, ca) {
    const s = new Secure()
    s.data = mkdtempSync(join(tmpdir(), 'skein-test-'))
    s.port = await freePort()
    s.outside = await freePort()
    s.front = await front(s.outside, ca.of[`${name}.localhost`], s.port)
    s.domain = `${name}.localhost:${s.outside}`
    s.url = `https://${s.domain}`
    s.args = ['--outbound-ca', ca.file, '--trusted-proxy', '127.0.0.0/8']
    await s.serve()
    return s
  }

  async stop() {
    await this.front.stop()
    await super.stop()
  }
}

/** api calls the client API past the front: a client on the same machine, by the site's name. */
function api(person, method, path, body) {
  return new Promise((done, fail) => {
    const headers = { host: person.domain, authorization: `Bearer ${person.token}`, ...(body ? { 'content-type': 'application/json' } : {}) }
    const out = forward({ host: '127.0.0.1', port: person.port, method, path, headers }, async (answer) => {
      let text = ''
      for await (const chunk of answer) text += chunk
      if (answer.statusCode >= 300) fail(new Error(`${method} ${path}: ${answer.statusCode} ${text}`))
      else done(JSON.parse(text))
    })
    out.on('error', fail)
    out.end(body && JSON.stringify(body))
  })
}

for (const closed of [false, true]) {
  describe(`two processes over TLS${closed ? ', who both ask for signatures' : ''}`, () => {
    let ca, here, there, ada, ben
    before(async () => {
      ca = authority('elm.localhost', 'oak.localhost')
      ;[here, there] = await Promise.all([Secure.begin('elm', ca), Secure.begin('oak', ca)])
      ada = { ...(await here.person('ada')), port: here.port }
      ben = { ...(await there.person('ben')), port: there.port }
      if (closed) for (const s of [here, there]) await s.cli('site', 'set', '--site', s.domain, '--authorized-fetch', 'on')
    })
    after(async () => {
      await Promise.all([here?.stop(), there?.stop()])
      if (ca) rmSync(ca.dir, { recursive: true, force: true })
    })

    for (const [from, to, name] of [['ada', 'ben', 'there'], ['ben', 'ada', 'back']]) {
      test(`follow, post, answer, like, delete: ${name}`, async () => {
        const people = { ada, ben }
        const [a, b] = [people[from], people[to]]
        const found = await api(a, 'GET', `/api/v2/search?resolve=true&q=@${b.handle}`)
        assert.equal(found.accounts.length, 1, `${b.handle} is not found`)
        await api(a, 'POST', `/api/v1/accounts/${found.accounts[0].id}/follow`)
        await until('the follow is accepted', async () => (await api(a, 'GET', `/api/v1/accounts/relationships?id[]=${found.accounts[0].id}`))[0].following)

        const post = await api(b, 'POST', '/api/v1/statuses', { status: `Hello from ${b.name}`, visibility: 'private' })
        const seen = await until('the post', async () => (await api(a, 'GET', '/api/v1/timelines/home')).find((s) => s.uri === post.uri))
        assert.match(seen.uri, /^https:/)
        await api(a, 'POST', '/api/v1/statuses', { status: `@${b.handle} hello too`, in_reply_to_id: seen.id })
        await api(a, 'POST', `/api/v1/statuses/${seen.id}/favourite`)
        const there = await until('answer and like', async () => {
          const s = await api(b, 'GET', `/api/v1/statuses/${post.id}`)
          return s.replies_count === 1 && s.favourites_count === 1 && s
        })
        assert.equal(there.visibility, 'private')
        await api(b, 'DELETE', `/api/v1/statuses/${post.id}`)
        await until('the deletion', async () => !(await api(a, 'GET', '/api/v1/timelines/home')).some((s) => s.uri === post.uri))
      })
    }

    test('all of it went by TLS', () => {
      for (const s of [here, there]) assert.ok(s.front.seen.some((line) => line.startsWith('POST ')), 'nothing was delivered through the front')
    })
  })
}

test('a certificate of an authority that nobody knows is not believed', async () => {
  const [known, strange] = [authority('elm.localhost'), authority('oak.localhost')]
  const here = await Secure.begin('elm', known)
  const there = await Secure.begin('oak', strange)
  try {
    const ada = await here.person('ada')
    await there.person('ben')
    const found = await api({ ...ada, port: here.port }, 'GET', `/api/v2/search?resolve=true&q=@ben@${there.domain}`)
    assert.deepEqual(found.accounts, [])
    assert.deepEqual(there.front.seen, [])
  } finally {
    await Promise.all([here.stop(), there.stop()])
    for (const ca of [known, strange]) rmSync(ca.dir, { recursive: true, force: true })
  }
})
