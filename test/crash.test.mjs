// kill -9 in the middle of posts, deliveries and films: nothing that was acknowledged is missing, and nothing arrives twice.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Skein, api, request, until } from './lib/skein.mjs'

let elm, oak, ada, ben, adaThere

before(async () => {
  ;[elm, oak] = await Promise.all([Skein.start({ name: 'elm' }), Skein.start({ name: 'oak' })])
  ada = await elm.person('ada')
  ben = await oak.person('ben')
  const found = await api(ben, 'GET', `/api/v2/search?resolve=true&q=@${ada.handle}`)
  assert.equal(found.accounts.length, 1, 'oak finds ada')
  adaThere = found.accounts[0].id
  await api(ben, 'POST', `/api/v1/accounts/${found.accounts[0].id}/follow`)
  await api(ben, 'GET', '/api/v1/timelines/home') // from now on his home is kept, and each post is put into it
  await until('the follow is accepted', async () => (await api(ben, 'GET', `/api/v1/accounts/relationships?id[]=${found.accounts[0].id}`))[0].following)
})
after(() => Promise.all([elm?.stop(), oak?.stop()]))

/** everything returns all posts of a list, page by page. */
async function everything(person, path) {
  const all = []
  for (let max = ''; ; ) {
    const page = await api(person, 'GET', `${path}${path.includes('?') ? '&' : '?'}limit=40${max && `&max_id=${max}`}`)
    if (page.length === 0) return all
    all.push(...page)
    max = page.at(-1).id
  }
}

test('what was acknowledged survives kill -9 of the sender and of the receiver', async () => {
  const acknowledged = new Map() // text -> id
  let stop = false
  let n = 0
  const write = async () => {
    while (!stop) {
      const text = `post number ${n++};`
      try {
        const post = await api(ada, 'POST', '/api/v1/statuses', { status: text }, { 'idempotency-key': text })
        acknowledged.set(text, post.id)
      } catch {
        await sleep(30) // the server is down: this one was not acknowledged
      }
    }
  }
  const writers = Array.from({ length: 6 }, write)
  /** written waits until so many more posts are acknowledged: a busy machine takes longer for them. */
  const written = (more, from = acknowledged.size) => until('posts are written', () => acknowledged.size >= from + more, 60)
  for (const victim of [elm, oak, elm, oak, elm]) {
    await Promise.all([sleep(700), written(25)])
    await victim.kill('SIGKILL')
    await victim.serve()
  }
  await Promise.all([sleep(500), written(25)])
  stop = true
  await Promise.all(writers)

  const me = await api(ada, 'GET', '/api/v1/accounts/verify_credentials')
  const here = await everything(ada, `/api/v1/accounts/${me.id}/statuses`)
  const ids = new Set(here.map((s) => s.id))
  assert.equal(ids.size, here.length, 'no post is there twice')
  for (const [text, id] of acknowledged) assert.ok(ids.has(id), `${text} was acknowledged and is lost`)

  const plain = (s) => s.content.replace(/<[^>]*>/g, '')
  const there = await until(
    'every post arrives',
    async () => {
      const list = (await everything(ben, `/api/v1/accounts/${adaThere}/statuses`)).map(plain)
      const set = new Set(list)
      return here.map(plain).every((text) => set.has(text)) && list
    },
    150,
  )
  assert.equal(new Set(there).size, there.length, 'nothing arrives twice')
  assert.equal(there.length, here.length)

  // The follower's home has each once too, as far as homes reach back: 800 posts.
  const home = (await everything(ben, '/api/v1/timelines/home')).map(plain)
  console.log(`${here.length} posts were written, ${home.length} are in the follower's home`)
  assert.equal(new Set(home).size, home.length, 'nothing is in the home twice')
  assert.ok(home.length >= Math.min(here.length, 800), `only ${home.length} of ${here.length} posts are in the home`)
})

/** film makes a clip of some seconds that takes a while to convert. */
async function film() {
  const folder = await mkdtemp(join(tmpdir(), 'skein-film-'))
  const path = join(folder, 'clip.mkv')
  try {
    await promisify(execFile)('ffmpeg', ['-v', 'error', '-nostdin', '-f', 'lavfi', '-i', 'testsrc2=size=1280x720:rate=30:duration=6',
      '-f', 'lavfi', '-i', 'sine=duration=6', '-c:v', 'mpeg4', '-q:v', '4', '-c:a', 'aac', path])
    return new File([await readFile(path)], 'clip.mkv', { type: 'video/x-matroska' })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** files are those that a server keeps. */
async function files(server) {
  const all = await readdir(join(server.data, 'media'), { recursive: true, withFileTypes: true })
  return all.filter((f) => f.isFile()).map((f) => f.name).sort()
}

test('a film that was taken is made once, though the server dies on the way', async () => {
  const body = new FormData()
  body.set('file', await film())
  body.set('description', 'stripes')
  const before = await files(elm)
  const sent = await fetch(`${ada.url}/api/v2/media`, { method: 'POST', headers: { authorization: `Bearer ${ada.token}` }, body })
  assert.equal(sent.status, 202, 'it is worked on')
  const { id, url } = await sent.json()
  assert.equal(url, null)
  for (const wait of [0, 300, 800]) {
    await sleep(wait)
    const state = await request(ada, 'GET', `/api/v1/media/${id}`)
    if (wait && state.status === 200) break // a machine so fast is killed once, at the beginning
    assert.equal(state.status, 206, `it is made before the server can be killed after ${wait} ms`)
    await elm.kill('SIGKILL')
    await elm.serve()
  }
  const made = await until('the film is made', async () => {
    const r = await request(ada, 'GET', `/api/v1/media/${id}`)
    assert.ok(r.status === 206 || r.status === 200, `${r.status}`)
    return r.status === 200 && r.json()
  }, 90)
  assert.equal(made.description, 'stripes')
  assert.equal(made.type, 'video')
  const post = await api(ada, 'POST', '/api/v1/statuses', { status: 'moving', media_ids: [id] })
  const [shown] = post.media_attachments
  assert.equal(shown.id, id)
  for (const [at, type] of [[shown.url, 'video/mp4'], [shown.preview_url, 'image/jpeg']]) {
    const r = await fetch(at)
    assert.equal(r.status, 200)
    assert.equal(r.headers.get('content-type'), type)
  }
  // The film and its picture, and nothing that an attempt left over or a second one made.
  const kept = (await files(elm)).filter((f) => !before.includes(f))
  assert.equal(kept.length, 2, `kept: ${kept}`)
  await elm.kill('SIGKILL')
  await elm.serve()
  await sleep(1000)
  assert.deepEqual((await files(elm)).filter((f) => !before.includes(f)), kept, 'after one more start')
})
