// kill -9 in the middle of posts and deliveries: nothing that was acknowledged is missing, and nothing arrives twice.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Skein, api, until } from './lib/skein.mjs'

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
  for (const victim of [elm, oak, elm, oak, elm]) {
    await sleep(700)
    await victim.kill('SIGKILL')
    await victim.serve()
  }
  await sleep(500)
  stop = true
  await Promise.all(writers)
  assert.ok(acknowledged.size > 100, `only ${acknowledged.size} posts were written`)

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
