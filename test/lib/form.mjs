import './localhost.mjs'
import assert from 'node:assert/strict'

/** FormBrowser is the little that OAuth needs of one: cookies, forms, no scripts. */
export class FormBrowser {
  constructor(base) {
    this.base = base
    this.cookies = new Map()
  }
  async get(path) {
    for (let i = 0; i < 5; i++) {
      const r = await this.send(path)
      if (r.status < 300 || r.status > 399) return { url: path, html: await r.text(), status: r.status }
      path = r.headers.get('location').replace(this.base, '')
    }
    throw new Error('too many redirects')
  }
  async send(path, init = {}) {
    const r = await fetch(this.base + path, { redirect: 'manual', ...init, headers: { cookie: [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; '), 'sec-fetch-site': 'same-origin', origin: this.base, ...init.headers } })
    for (const c of r.headers.getSetCookie()) {
      const [pair] = c.split(';')
      const at = pair.indexOf('=')
      this.cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return r
  }
  fields(html) {
    const form = /<form[^>]*class="form"[^>]*>[\s\S]*?<\/form>/.exec(html)?.[0] ?? /<form[\s\S]*?<\/form>/.exec(html)[0]
    const out = {}
    for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
      const name = /name="([^"]*)"/.exec(tag)?.[1]
      if (name) out[name] = (/value="([^"]*)"/.exec(tag)?.[1] ?? '').replaceAll('&amp;', '&').replaceAll('&#43;', '+').replaceAll('&#34;', '"')
    }
    return { action: /action="([^"]*)"/.exec(form)?.[1]?.replaceAll('&amp;', '&'), out }
  }
  async submit(page, values = {}) {
    const { action, out } = this.fields(page.html)
    return this.send(action || page.url, { method: 'POST', body: new URLSearchParams({ ...out, ...values }) })
  }
  async signIn(person, path) {
    const page = await this.get(path)
    assert.match(page.html, /type="password"/)
    const { out } = this.fields(page.html)
    const name = Object.keys(out).find((n) => /name|login|email/.test(n) && n !== 'return_to')
    const answer = await this.submit(page, { [name]: person.name, password: person.password })
    assert.equal(answer.status, 303, await answer.text())
    return this.get(answer.headers.get('location').replace(this.base, ''))
  }
}
