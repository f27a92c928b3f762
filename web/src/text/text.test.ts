import { describe, expect, test } from 'vitest'
import { fragment, ours, plain } from './clean'
import { count, named } from './count'
import { differences } from './diff'
import { hue, initials } from './face'
import { compare, newer } from './id'
import { compact, counted, parts, t } from './index'
import { ago, until } from './time'

const html = (text: string, around = {}) => {
  const div = document.createElement('div')
  div.append(fragment(text, around))
  return div.innerHTML
}

test('ids are ordered by length, then by their signs', () => {
  expect(['9', '10', '100', '99'].sort(compare)).toEqual(['9', '10', '99', '100'])
  expect(newer('117656990994727004', '117656990994727003')).toBe(true)
  expect(newer('1', undefined)).toBe(true)
})

describe('the counter counts as the server does', () => {
  test.each([
    ['hello', '', 5],
    ['hello', 'cw', 7],
    ['see https://example.org/a/very/long/address?with=query&more=1 now', '', 4 + 23 + 4],
    ['(https://example.org).', '', 1 + 23 + 2],
    ['@ada@elm.example hi', '', 7],
    ['@ada@127.0.0.1:3000 hi', '', 7],
    ['👩‍👩‍👧‍👦🇸🇪é', '', 3],
    ['mail ada@elm.example', '', 20],
  ])('%s', (text, warning, n) => expect(count(text, warning)).toBe(n))
  test('a direct post without a name reaches nobody', () => {
    expect(named('hi @ada')).toBe(true)
    expect(named('mail ada@elm.example')).toBe(false)
  })
})

test('faces have the colour of the handle and the letters of the name', () => {
  expect([hue('ada'), hue('ADA'), hue('bo@oak.example')]).toEqual([7, 7, 3])
  expect(initials('Ada Lindqvist', 'ada')).toBe('AL')
  expect(initials('🌿 Bo', 'bo')).toBe('B')
  expect(initials(':cat: ', 'ada')).toBe('A')
  expect(initials('ناصر فرح', 'f')).toBe('ن')
  expect(initials('Noor نور', 'noor')).toBe('N')
  expect(initials('千緒 Chio', 'chio')).toBe('千')
  expect(initials('山田 太郎', 't')).toBe('山')
  expect(initials('Иван Петров', 'i')).toBe('ИП')
  expect(initials('Area 51', 'a')).toBe('A5')
})

describe('HTML of strangers', () => {
  test('keeps what posts are made of', () => {
    expect(html('<p>a <em>b</em><br>c</p><pre><code>d</code></pre>')).toBe('<p>a <em>b</em><br>c</p><pre><code>d</code></pre>')
  })
  test('drops scripts, handlers, styles and odd addresses', () => {
    expect(html('<p onclick="x()" style="color:red" id="a">a<script>x()</script><img src=x onerror=x()><iframe src=x></iframe></p>')).toBe('<p>a</p>')
    expect(html('<a href="javascript:x()">a</a><a href="data:text/html,x">b</a>')).toBe('<a>a</a><a>b</a>')
    expect(html('<svg><a href="javascript:x()"><text>b</text></a></svg><math><mi>c</mi></math><form><input name=a>d</form>')).toBe('')
  })
  test('strange elements lose their tag and keep their text; headings are no headings here', () => {
    expect(html('<div><section>a</section></div><h1>b</h1>')).toBe('a<p><strong>b</strong></p>')
  })
  test('mentions and tags stay in the app', () => {
    const around = { mentions: [{ url: 'https://oak.example/@bo', acct: 'bo@oak.example' }], tags: [{ name: 'Craft', url: 'https://oak.example/tags/craft' }] }
    expect(html('<a href="https://oak.example/@bo" class="u-url mention">@bo</a>', around)).toBe('<a class="mention u-url" href="/@bo@oak.example">@bo</a>'.replace('mention u-url', 'u-url mention'))
    expect(html('<a href="https://oak.example/tags/craft" class="mention hashtag">#<span>craft</span></a>', around)).toContain('href="/tags/Craft"')
  })
  test('other links open elsewhere and tell nothing', () => {
    expect(html('<a href="https://x.example/">x</a>')).toBe('<a href="https://x.example/" rel="nofollow noopener noreferrer" target="_blank">x</a>')
  })
  test('emoji of our own become pictures, others stay words', () => {
    const emoji = (url: string) => ({ emojis: [{ shortcode: 'cat', url, static_url: url }] })
    expect(html('hi :cat:', emoji('https://skein.example/cat.png'))).toContain('alt=":cat:"')
    expect(html('hi :cat:', emoji('https://oak.example/cat.png'))).toBe('hi :cat:')
  })
  test('plain text is one line without hidden parts', () => {
    expect(plain('<p>a<br>b</p><p>c <span class="invisible">https://</span>d</p>')).toBe('a b c d')
    expect([ours('/a.png'), ours('https://skein.example/a.png'), ours('https://oak.example/a.png'), ours(null)]).toEqual([true, true, false, false])
  })
})

test('words have plurals and slots', () => {
  expect(t('feed.new', { n: 1 })).toBe('1 new post')
  expect(t('feed.new', { n: 1200 })).toBe('1,200 new posts')
  expect(counted('post.likes', 1284)).toBe('1.28K likes')
  expect([compact(999), compact(12_345), compact(1_000_000)]).toEqual(['999', '12.3K', '1M'])
  expect(parts('note.favourite.many', { n: 2 }, ['name', 'other'])).toEqual([{ slot: 'name' }, ', ', { slot: 'other' }, ' and ', '2', ' others like your post'])
})

test('time is as short as it can be', () => {
  const now = Date.parse('2026-11-22T12:00:00Z')
  expect(['2026-11-22T11:59:50Z', '2026-11-22T09:00:00Z', '2026-11-20T09:00:00Z', '2026-03-01T12:00:00Z', '2024-03-01T12:00:00Z'].map((x) => ago(x, now))).toEqual(['now', '3h', '2d', 'Mar 1', 'Mar 1, 2024'])
  expect(until('2026-11-22T15:00:00Z', now)).toBe('in 3 hours')
})

test('differences are told word by word', () => {
  expect(differences('the pot is done', 'the big pot is finished')).toEqual([
    { kind: 'same', text: 'the ' },
    { kind: 'new', text: 'big ' },
    { kind: 'same', text: 'pot is ' },
    { kind: 'old', text: 'done' },
    { kind: 'new', text: 'finished' },
  ])
})
