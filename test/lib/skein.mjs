// Starts the built program for a test, on loopback and with a folder of its own, and talks to it as clients do.
import './localhost.mjs'
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
export const binary = resolve(import.meta.dirname, '../../bin/skein')

/** freePort returns a loopback port that nobody listens on just now. */
export function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer()
    probe.once('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => done(port))
    })
  })
}

/** Skein is one running server. Its first site is http://<name>.localhost:<port>, or http://localhost:<port> without a name. */
export class Skein {
  static async start({ name = 'elm', args = [], db, port } = {}) {
    const s = new Skein()
    s.data = await mkdtemp(join(tmpdir(), 'skein-test-'))
    s.port = port ?? (await freePort())
    s.db = db
    s.domain = `${name ? name + '.' : ''}localhost:${s.port}`
    s.url = `http://${s.domain}`
    s.args = args
    await s.serve()
    return s
  }

  place() {
    return ['--data', this.data, ...(this.db ? ['--db', this.db] : [])]
  }

  /** serve starts the process and waits until it answers. */
  async serve() {
    this.output = ''
    this.process = spawn(
      binary,
      ['serve', ...this.place(), '--listen', `127.0.0.1:${this.port}`, '--url', this.url, '--outbound-allow', '127.0.0.0/8,::1/128',
        '--rate-limit', 'off', '--log-level', 'warn', ...this.args],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    const keep = (chunk) => (this.output += chunk)
    this.process.stdout.on('data', keep)
    this.process.stderr.on('data', keep)
    this.exited = new Promise((done) => this.process.once('exit', (code, signal) => done({ code, signal })))
    // A busy machine takes its time; what cannot start exits, which is seen at once.
    for (const end = Date.now() + 60_000; Date.now() < end; ) {
      if (this.process.exitCode !== null || this.process.signalCode !== null) break
      try {
        const r = await fetch(`http://127.0.0.1:${this.port}/readyz`)
        if (r.ok) return
      } catch {
        // not yet
      }
      await sleep(20)
    }
    throw new Error(`skein does not start:\n${this.output}`)
  }

  /** away stops the process and keeps its data: serve brings it back at the same address. */
  away() {
    return this.kill('SIGTERM')
  }

  /** cli runs a command beside the server and returns what it prints. */
  async cli(...args) {
    const { stdout } = await run(binary, [...args, ...this.place()])
    return stdout.trim()
  }

  /** site hosts another site in the same process and returns its domain and URL. */
  async site(name, joining = 'open') {
    const domain = `${name}.localhost:${this.port}`
    await this.cli('site', 'add', '--url', `http://${domain}`, '--joining', joining)
    return { domain, url: `http://${domain}` }
  }

  /** person makes an account and a token for it. */
  async person(name, { domain = this.domain, role = 'member', scopes = 'read write follow push' } = {}) {
    const password = 'correct horse battery'
    const email = `${name}@mail.example`
    await this.cli('account', 'add', '--site', domain, '--name', name, '--email', email, '--password', password, '--role', role)
    const token = (await this.cli('token', 'add', '--account', `${name}@${domain}`, '--scopes', scopes)).split(/\s+/).at(-1)
    return { name, domain, url: `http://${domain}`, email, password, token, handle: `${name}@${domain}` }
  }

  async kill(signal = 'SIGKILL') {
    this.process.kill(signal)
    return this.exited
  }

  async stop() {
    if (this.process.exitCode === null && this.process.signalCode === null) await this.kill('SIGTERM')
    await rm(this.data, { recursive: true, force: true })
  }
}

/** database gives an empty database of an engine, sqlite or postgres: what Skein.start takes as db, and how it goes away again. */
export async function database(engine) {
  if (engine === 'sqlite') return { db: undefined, drop: async () => {} }
  const server = process.env.SKEIN_TEST_POSTGRES
  if (!server || server === 'off') throw new Error('This test needs PostgreSQL: run it with `scripts/postgres node --test ...`, or set SKEIN_TEST_POSTGRES to the URL of a database.')
  const schema = 'whole_' + Math.random().toString(36).slice(2, 12)
  const sql = (text) => run('psql', ['-v', 'ON_ERROR_STOP=1', '-qc', text, server])
  await sql(`CREATE SCHEMA ${schema}`)
  const db = new URL(server)
  db.searchParams.set('search_path', schema)
  return { db: db.href, drop: () => sql(`DROP SCHEMA ${schema} CASCADE`) }
}

/** api calls the client API as a person and fails on anything but 2xx. */
export async function api(person, method, path, body, headers = {}) {
  const r = await request(person, method, path, body, headers)
  if (!r.ok) throw new Error(`${method} ${path}: ${r.status} ${await r.text()}`)
  return r.json()
}

/** request calls the client API and returns the answer. */
export function request(person, method, path, body, headers = {}) {
  return fetch(person.url + path, {
    method,
    headers: {
      ...(person.token ? { authorization: `Bearer ${person.token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
}

/** until calls fn again and again until it answers with something true, and returns that. */
export async function until(what, fn, seconds = 40) {
  const end = Date.now() + seconds * 1000
  let last
  while (Date.now() < end) {
    try {
      const v = await fn()
      if (v) return v
      last = v
    } catch (err) {
      last = err
    }
    await sleep(50)
  }
  throw new Error(`did not come about: ${what} (last: ${last instanceof Error ? last.stack : JSON.stringify(last)})`)
}
