import { expect, test } from 'vitest'
import { fragment, plain } from './clean'
import { emojiOnly, lead, lines, missing, tail } from './tail'

const tag = (name: string) => `<a href="https://oak.example/tags/${name.toLowerCase()}" class="mention hashtag" rel="tag">#<span>${name}</span></a>`
const around = { tags: ['craft', 'glaze', 'kiln'].map((name) => ({ name, url: `https://oak.example/tags/${name}` })) }
const left = (f: DocumentFragment) => {
  const box = document.createElement('div')
  box.append(f)
  return box.innerHTML
}
const cut = (html: string) => {
  const f = fragment(html, around)
  const tags = tail(f).map((x) => x.name)
  return { tags, text: left(f) }
}

test('a last paragraph of tags becomes a row', () => {
  expect(cut(`<p>First firing.</p><p>${tag('Craft')} ${tag('Glaze')}</p>`)).toEqual({ tags: ['Craft', 'Glaze'], text: '<p>First firing.</p>' })
})

test('so does a last line, and several of them', () => {
  expect(cut(`<p>First firing.<br>${tag('Craft')}<br> ${tag('Glaze')} ${tag('Kiln')}</p>`)).toEqual({ tags: ['Craft', 'Glaze', 'Kiln'], text: '<p>First firing.</p>' })
})

test('a tag within a sentence stays in it', () => {
  const { tags, text } = cut(`<p>All about ${tag('Craft')}</p>`)
  expect(tags).toEqual([])
  expect(text).toContain('#<span>Craft</span>')
})

test('a post of nothing but tags keeps them', () => {
  expect(cut(`<p>${tag('Craft')} ${tag('Glaze')}</p>`).tags).toEqual([])
})

test('tags that only lie beside the text are told apart from those in it', () => {
  const f = fragment(`<p>On ${tag('Craft')}</p>`, around)
  expect(missing(f, around.tags)).toEqual([
    { name: 'glaze', href: '/tags/glaze' },
    { name: 'kiln', href: '/tags/kiln' },
  ])
})

test('a few emoji alone are shown large', () => {
  expect(emojiOnly('<p>🦆🦆 🇸🇪</p>', [])).toBe(true)
  expect(emojiOnly('<p>👩‍👩‍👧‍👦</p>', [])).toBe(true)
  expect(emojiOnly('<p>:blob:</p>', [{ shortcode: 'blob' }])).toBe(true)
  expect(emojiOnly('<p>:blob:</p>', [])).toBe(false)
  expect(emojiOnly('<p>12</p>', [])).toBe(false)
  expect(emojiOnly('<p>yes 🦆</p>', [])).toBe(false)
  expect(emojiOnly(`<p>${'🦆'.repeat(40)}</p>`, [])).toBe(false)
})

test('the lines of a text are guessed from its length, its breaks and the width', () => {
  const of = (html: string, width = 1280) => Math.round(lines(fragment(html), width))
  expect(of('<p>short</p>')).toBe(2)
  expect(of(`<p>${'word '.repeat(256)}</p>`)).toBe(21)
  expect(of(`<p>${'word '.repeat(256)}</p>`, 390)).toBe(37)
  expect(of(`<p>${'a<br>'.repeat(30)}</p>`)).toBeGreaterThan(30)
})

test('the name of whom a post answers goes from its beginning, for it stands above', () => {
  const mia = { acct: 'mia@oak.example', url: 'https://oak.example/@mia' }
  const name = '<span class="h-card" translate="no"><a href="https://oak.example/@mia" class="u-url mention">@<span>mia</span></a></span>'
  const led = (html: string, acct = mia.acct) => {
    const f = fragment(html, { mentions: [mia] })
    lead(f, acct)
    return plain(left(f))
  }
  expect(led(`<p>${name} Lovely!</p>`)).toBe('Lovely!')
  expect(led(`<p>${name}<br>Lovely, ${name}</p>`)).toBe('Lovely, @mia')
  expect(led(`<p>${name}</p><p>Lovely!</p>`)).toBe('@mia Lovely!')
  expect(led(`<p>${name}, lovely!</p>`)).toBe('@mia, lovely!') // part of a sentence
  expect(led(`<p>${name} Lovely!</p>`, 'bo')).toBe('@mia Lovely!')
  expect(led(`<p>Lovely, ${name} says</p>`)).toBe('Lovely, @mia says')
  expect(led(`<p>${name} </p>`)).toBe('@mia')
})
