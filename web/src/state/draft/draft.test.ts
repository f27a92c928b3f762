import { describe, expect, test } from 'vitest'
import { count, surplus } from '../../text/count'
import { guess } from '../../text/guess'
import { picture, signIn, status } from '../../test/seed'
import { again, begin, empty, handed, numbers, part } from './model'
import { edited, form } from './outbox'
import { exif, film, gif, jpeg, png, webp } from './strip'

signIn()
const bytes = (...parts: (string | number[])[]) => new Uint8Array(parts.flatMap((p) => (typeof p === 'string' ? [...p].map((c) => c.charCodeAt(0)) : p)))
const text = (parts: Uint8Array[]) => parts.map((p) => String.fromCharCode(...p)).join('')
/** tiff says which way is up, a description, and where it was taken. */
const tiff = (turn: number, words: string) =>
  bytes('II', [42, 0, 8, 0, 0, 0, 2, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, turn, 0, 0, 0, 0x0e, 1, 2, 0, words.length, 0, 0, 0, 38, 0, 0, 0, 0, 0, 0, 0], words, 'GPS 52 N')
const segment = (kind: number, body: Uint8Array) => [0xff, kind, (body.length + 2) >> 8, (body.length + 2) & 255, ...body]
const chunk = (name: string, body: Uint8Array | string) => {
  const b = typeof body === 'string' ? bytes(body) : body
  return [0, 0, 0, b.length, ...bytes(name), ...b, 0, 0, 0, 0]
}

describe('what a file tells about its maker stays on the device', () => {
  test('EXIF, comments, captions and what hides behind a JPEG go; pixels, colours and which way is up stay', () => {
    const scan = [0xff, 0xda, 0, 4, 1, 2, 9, 9, 0xff, 0, 9, 0xff, 0xd0, 7, 0xff, 0xd9]
    const file = bytes([0xff, 0xd8], segment(0xe0, bytes('JFIF')), segment(0xe1, bytes('Exif\0\0', [...tiff(6, 'A heron\0')])), segment(0xe2, bytes('ICC_PROFILE\0x')), segment(0xe2, bytes('MPF\0')), segment(0xfe, bytes('Bo Smith')), segment(0xdb, bytes('Q')), scan, 'second picture, GPS 52 N')
    const clean = jpeg(file)!
    const out = text(clean.parts)
    expect(clean.found).toBe('A heron')
    for (const gone of ['GPS', 'heron', 'Bo Smith', 'MPF', 'second']) expect(out).not.toContain(gone)
    for (const kept of ['JFIF', 'ICC_PROFILE', String.fromCharCode(...scan)]) expect(out).toContain(kept)
    const again = jpeg(bytes(out))!
    expect(text(again.parts)).toBe(out)
    expect(exif(bytes(out.slice(out.indexOf('MM')))).turn).toBe(6)
  })
  test('a broken JPEG is not passed on as it is', () => {
    expect(jpeg(bytes([0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff], 'GPS'))).toBe(null)
  })
  test('texts and times of a PNG go, its description is offered', () => {
    const xmp = 'XML:com.adobe.xmp\0\0\0\0\0<x><Iptc4xmpCore:AltTextAccessibility><rdf:Alt><rdf:li xml:lang="x-default">Tea &amp; toast</rdf:li></rdf:Alt></Iptc4xmpCore:AltTextAccessibility></x>'
    const clean = png(bytes([0x89], 'PNG', [13, 10, 26, 10], chunk('IHDR', 'size'), chunk('tEXt', 'Author\0Bo Smith'), chunk('iTXt', xmp), chunk('eXIf', tiff(1, 'x\0')), chunk('IDAT', 'pixels'), chunk('IEND', ''), 'GPS'))!
    expect(clean.found).toBe('Tea & toast')
    expect(text(clean.parts)).toMatch(/IHDR.*IDAT.*IEND/s)
    expect(text(clean.parts)).not.toMatch(/Bo Smith|GPS|eXIf|iTXt/)
  })
  test('a WebP forgets EXIF and XMP, and says so in its head', () => {
    const part = (name: string, body: string) => [...bytes(name), body.length, 0, 0, 0, ...bytes(body)]
    const clean = webp(bytes('RIFF', [0, 0, 0, 0], 'WEBP', part('VP8X', '\x0c123456789'), part('VP8 ', 'pixels'), part('EXIF', 'GPS 52 N'), part('XMP ', '<x dc:description="Two cups"/>')))!
    const out = bytes(text(clean.parts))
    expect(clean.found).toBe('Two cups')
    expect(text([out])).not.toMatch(/GPS|EXIF/)
    expect(out[20]).toBe(0)
    expect(new DataView(out.buffer).getUint32(4, true)).toBe(out.length - 8)
  })
  test('comments of a GIF go, its pictures and its loop stay', () => {
    const clean = gif(bytes('GIF89a', [1, 0, 1, 0, 0, 0, 0], [0x21, 0xfe, 3], 'GPS', [0], [0x21, 0xff, 11], 'NETSCAPE2.0', [3, 1, 0, 0, 0], [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 76, 1, 0], [0x3b], 'tail'))!
    expect(text(clean.parts)).toContain('NETSCAPE2.0')
    expect(text(clean.parts)).not.toMatch(/GPS|tail/)
    expect(clean.parts.at(-1)).toEqual(new Uint8Array([0x3b]))
  })
  test('places in a film are blanked where they stand', () => {
    const box = (name: string, body: number[]) => [0, 0, 0, body.length + 8, ...bytes(name), ...body]
    const moov = bytes(box('moov', [...box('mvhd', [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0]), ...box('udta', [...bytes('+52.1+004.3/')])]))
    const clean = film(moov)
    expect(clean.length).toBe(moov.length)
    expect(text([clean])).not.toMatch(/52\.1|udta|\x01\x02\x03/)
    expect(text([clean])).toContain('free')
  })
})

describe('drafts', () => {
  test('a poll, a quote and files are named in an edit, since what is not named would go', () => {
    const s = status({
      quote: { state: 'accepted', quoted_status: status() }, media_attachments: [picture({ id: '9', description: 'A cat', meta: { focus: { x: 0.5, y: -1 } } })],
      poll: { id: '1', expires_at: '2020-01-01T00:00:00Z', expired: true, multiple: true, votes_count: 3, voters_count: 2, emojis: [], options: [{ title: 'a', votes_count: 1 }, { title: 'b', votes_count: 2 }] },
    })
    const said = edited(again(s, { text: 'new', spoiler_text: '' }, true))
    expect(said).toMatchObject({ status: 'new', media_ids: ['9'], media_attributes: [{ id: '9', description: 'A cat', focus: '0.50,-1.00' }], poll: { options: ['a', 'b'], multiple: true }, quote_approval_policy: 'public' })
    expect(said.poll).not.toHaveProperty('expires_in') // its end stays
    expect(said).not.toHaveProperty('visibility')
  })
  test('written anew it keeps all, and is a draft of its own', () => {
    const s = status({ id: '77', in_reply_to_id: '5', visibility: 'unlisted', spoiler_text: 'cw', media_attachments: [picture()] })
    const d = again(s, { text: 'hi', spoiler_text: 'cw' }, false)
    expect(d).toMatchObject({ slot: 'aside', reply: '5', visibility: 'unlisted', warned: true, warning: 'cw' })
    expect(d.edit).toBe(undefined)
    expect(d.parts[0]!.files).toHaveLength(1)
  })
  test('who may reply is said only when it is limited; those who are named may always', () => {
    const d = begin({ text: 'x' })
    expect(form(d, 0, undefined)).not.toHaveProperty('interaction_policy')
    expect(form({ ...d, repliers: 'followers' }, 0, undefined).interaction_policy).toEqual({ can_reply: { always: ['author', 'mentioned', 'followers'] } })
    expect(form({ ...d, visibility: 'private' }, 0, undefined)).not.toHaveProperty('quote_approval_policy')
  })
  test('another account takes over the words and descriptions, and nothing that this one brought to the server', () => {
    const file = { id: 'f', kind: 'image' as const, name: 'a.png', size: 9, alt: 'A heron', focus: { x: 0, y: 0 } }
    const d = { ...begin({ text: 'x', reply: '7' }), parts: [{ ...part('x'), files: [{ ...file, media: '5', sent: 'told', at: 1 }] }] }
    const it = handed(d, '2')
    expect(it).toMatchObject({ id: d.id, reply: '7', slot: 'aside', writer: '2' })
    expect(it.parts[0]!.files).toEqual([file])
    expect(d.parts[0]!.files[0]).toHaveProperty('media', '5')
  })
  test('the rest of a thread goes on counting', () => {
    const d = { ...begin({}), numbered: true, parts: [part('a'), part('b')] }
    expect(numbers(d, 1)).toBe('\n\n2/2')
    expect(numbers({ ...d, went: 1 }, 1)).toBe('\n\n3/3')
    expect(numbers({ ...d, parts: [part('a')] }, 0)).toBe('')
  })
  test('only what would be missed is kept', () => {
    const start = begin({ text: '@bo ' })
    expect(empty({ ...start, parts: [part('@bo')] }, start)).toBe(true)
    expect(empty({ ...start, parts: [part('@bo hi')] }, start)).toBe(false)
    expect(empty({ ...start, parts: [{ ...part('@bo'), poll: { options: ['a', ''], lasts: 1, multiple: false } }] }, start)).toBe(false)
    expect(empty({ ...start, warned: true, warning: 'Food' }, start)).toBe(false)
  })
})

test.each([
  ['Das ist nicht der Weg, den wir auf der Karte gesehen haben', 'de'],
  ['I have not been to the sea since we were there', 'en'],
  ['Je ne sais pas ce que vous avez vu dans le jardin', 'fr'],
  ['今日は天気がいいですね', 'ja'],
  ['오늘은 날씨가 좋네요', 'ko'],
  ['Я не знаю, что это было, но он был там', 'ru'],
  ['أنا لا أعرف ما هذا الذي كان في البيت', 'ar'],
  ['ok', undefined],
  ['https://example.org/the-and-of @the #and', undefined],
])('the language of “%s” is %s', (said, code) => expect(guess(said)).toBe(code))

describe('where a text becomes too long', () => {
  test.each([
    ['abcdef', 4, 4],
    ['abcd', 4, -1],
    ['a👩‍👩‍👧b', 2, 1 + '👩‍👩‍👧'.length],
    ['see https://example.org/a/very/long/address/indeed ok', 27, 'see https://example.org/a/very/long/address/indeed'.length],
    ['@bo@oak.example hi', 5, '@bo@oak.example h'.length],
  ])('%s at %i: %i', (said, limit, at) => {
    expect(surplus(said, limit)).toBe(at)
    if (at >= 0) expect(count(said.slice(0, at))).toBeLessThanOrEqual(limit)
  })
})
