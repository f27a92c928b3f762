import { expect, test } from 'vitest'
import { places, words } from './found'

const seen = (text: string, q: string) => places(text, words(q)).map(([from, to]) => text.slice(from, to))

test('operators and what must not be there are no words to mark', () => {
  expect(words('Bread from:@mo -rye "dark crust" BREAD')).toEqual(['bread', 'dark', 'crust'])
  expect(words('has:image')).toEqual([])
})

test('words are marked from their beginning, whatever their case and accents', () => {
  expect(seen('Béchamel, to be or maybe not: be', 'be')).toEqual(['Bé', 'be', 'be'])
  expect(seen('Straße', 'strasse')).toEqual([])
  expect(seen('#bread', 'bread')).toEqual(['bread'])
})

test('scripts without spaces have words anywhere', () => {
  expect(seen('東京の和紙です', '和紙')).toEqual(['和紙'])
})

test('signs of patterns are only signs', () => {
  expect(() => seen('a.b (c', '( [ .* a+')).not.toThrow()
})
