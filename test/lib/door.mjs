// How a person comes in, and what every flow in the app does, by the names that are read out.
import assert from 'node:assert/strict'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { until } from './skein.mjs'

export const password = 'a long way to the sea'

/** letter returns the text of the newest letter to an address. */
export function letter(skein, to) {
  const folder = join(skein.data, 'mail')
  return until(`a letter to ${to}`, async () => {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.eml')).sort()
    for (const name of names.reverse()) {
      const [head, ...body] = (await readFile(join(folder, name), 'utf8')).split(/\r?\n\r?\n/)
      if (!head.includes(to)) continue
      const text = body.join('\n\n')
      if (/^content-transfer-encoding: *base64/im.test(head)) return Buffer.from(text, 'base64').toString()
      if (!/^content-transfer-encoding: *quoted-printable/im.test(head)) return text
      const bytes = text.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
      return Buffer.from(bytes, 'latin1').toString()
    }
  })
}

export async function signUp(skein, page, name) {
  await page.goto('/')
  await page.getByRole('main').getByRole('link', { name: 'Sign up' }).click()
  await page.getByLabel('Choose a handle').fill(name)
  await page.getByLabel('Email').fill(`${name}@mail.example`)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('checkbox', { name: /I agree/ }).check()
  await page.getByRole('button', { name: 'Sign up' }).click()
  await page.getByRole('heading', { name: 'Look into your mail' }).waitFor()
  const link = /http:\/\/\S+\/confirm\?token=\S+/.exec(await letter(skein, `${name}@mail.example`))?.[0]
  assert.ok(link, 'the letter holds a link')
  await page.goto(link)
  await page.getByRole('button', { name: 'Yes, confirm' }).click()
}

export async function signIn(page, name, word = password, path = '/signin') {
  await page.goto(path)
  await page.getByLabel('Handle or email').fill(name)
  await page.getByLabel('Password').fill(word)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor()
}

/** article is the post with a text. */
export const article = (page, text) => page.getByRole('article').filter({ hasText: text }).first()
export const composer = (page) => page.getByRole('textbox', { name: 'Text of the post' })

export async function choose(page, post, item) {
  await post.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}
