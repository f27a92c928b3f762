import { expect, test } from 'vitest'
import { writing } from '../../screen/compose/given'
import { signIn } from '../../test/seed'
import { asked } from './complete'
import { find, toned, type Emoji } from './emojis'
import { named } from './guard'
import { cut, linked } from './insert'

signIn()

test.each([
  ['hello @ad', '@', 'ad'],
  ['(#cer', '#', 'cer'],
  ['@bo@oak.exa', '@', 'bo@oak.exa'],
  ['so :smi', ':', 'smi'],
  ['#Ünïcode', '#', 'Ünïcode'],
])('%s asks for %s%s', (said, sign, query) => expect(asked(said, said.length)).toMatchObject({ sign, query }))

test.each(['mail@host', 'at 10:30', 'https://x.example/#part', 'a : b', 'done @', ':x'])('%s asks for nothing', (said) => expect(asked(said, said.length)).toBe(null))

test('a word that goes on behind the cursor is replaced whole', () => {
  expect(asked('hi @adaline, you', 6)).toMatchObject({ from: 3, to: 11 })
})

test('a link pasted over words follows them; over a link it replaces it', () => {
  expect(linked('the note ', 'https://x.example/1')).toBe('the note https://x.example/1')
  expect(linked('', 'https://x.example/1')).toBe(null)
  expect(linked('https://x.example/0', 'https://x.example/1')).toBe(null)
  expect(linked('the note', 'two words')).toBe(null)
})

test('a line of --- behind an empty one begins a new post', () => {
  expect(cut('one\n\n---\n')).toEqual(['one', ''])
  expect(cut('one\n\n---\ntwo\n\n---\nthree')).toEqual(['one', 'two\n\n---\nthree'])
  expect(cut('one\n---\ntwo')).toBe(null)
  expect(cut('a --- b')).toBe(null)
})

test('names are found as the server finds them, without oneself', () => {
  expect(named('@bo@oak.example, @Ada. and @ada, mail a@b.example https://x.example/@z, @me')).toEqual(['bo@oak.example', 'ada'])
})

test('emoji are found by the beginning of any of their words, best first; a skin tone stands behind the sign', () => {
  const e = (sign: string, name: string, words = ''): Emoji => ({ sign, name, words, group: 0, skin: sign === '✋️' })
  const all = [e('a', 'party popper', 'birthday'), e('b', 'birthday cake'), e('✋️', 'raised hand')]
  expect(find(all, 'birth', 9).map((x) => x.sign)).toEqual(['b', 'a'])
  expect(find(all, 'cake_birth', 9).map((x) => x.sign)).toEqual(['b'])
  expect(toned(all[2]!, 3)).toBe('✋🏽')
  expect(toned(all[0]!, 3)).toBe('a')
})

test('shares of other apps become a text, each thing once', () => {
  const of = (query: string) => writing(new URL('https://skein.example/share?' + query))
  expect(of('title=A page&text=A page https://x.example/&url=https://x.example/')).toEqual({ text: 'A page https://x.example/' })
  expect(of('text=Hi&hashtags=a,%23b')).toEqual({ text: 'Hi\n\n#a #b' })
  expect(of('reply=7')).toEqual({ reply: '7' })
  expect(of('in_reply_to=x')).toEqual({})
})
