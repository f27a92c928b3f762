// Takes out of a file what tells where, when and with what it was made, before it leaves the device; the pixels are not
// touched. What is left of EXIF is which way is up. A description found on the way is offered to the writer.

export interface Clean {
  blob: Blob
  found?: string
}

const ascii = (b: Uint8Array, at: number, n: number): string => String.fromCharCode(...b.subarray(at, at + n))
const utf8 = (b: Uint8Array): string => new TextDecoder().decode(b)
const tidy = (s: string | undefined): string | undefined => {
  const text = s?.replace(/\0/g, '').trim()
  // Cameras write their own names into the description.
  return text && text.length > 3 && !/^(olympus|sony|samsung|canon|nikon|digital) |^(screenshot|untitled|img|dsc)[\w\s-]*$/i.test(text) ? text : undefined
}

/** xmp reads the description out of a packet of XMP. */
function xmp(text: string): string | undefined {
  for (const name of ['Iptc4xmpCore:AltTextAccessibility', 'dc:description']) {
    const block = new RegExp(`<${name}[^>]*>([\\s\\S]*?)</${name}>`).exec(text)?.[1]
    const raw = block ? (/<rdf:li[^>]*>([\s\S]*?)<\/rdf:li>/.exec(block)?.[1] ?? block) : new RegExp(`${name}="([^"]*)"`).exec(text)?.[1]
    const plain = raw?.replace(/<[^>]+>/g, '').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#39;|&apos;/g, "'").replace(/&amp;/g, '&')
    if (tidy(plain)) return tidy(plain)
  }
  return undefined
}

/** exif reads which way is up, and the description, out of a TIFF block. */
export function exif(b: Uint8Array): { turn: number; found?: string | undefined } {
  if (b.length < 8) return { turn: 1 }
  const little = ascii(b, 0, 2) === 'II'
  const v = new DataView(b.buffer, b.byteOffset, b.byteLength)
  let turn = 1
  let found: string | undefined
  try {
    const at = v.getUint32(4, little)
    for (let i = 0, n = v.getUint16(at, little); i < Math.min(n, 200); i++) {
      const entry = at + 2 + i * 12
      const tag = v.getUint16(entry, little)
      if (tag === 0x0112) turn = v.getUint16(entry + 8, little)
      if (tag === 0x010e) {
        const size = v.getUint32(entry + 4, little)
        const from = size > 4 ? v.getUint32(entry + 8, little) : entry + 8
        found = tidy(utf8(b.subarray(from, from + size)))
      }
    }
  } catch {
    // Broken EXIF: it goes all the same.
  }
  return { turn: turn >= 1 && turn <= 8 ? turn : 1, found }
}

/** upright is a whole EXIF segment of a JPEG that says nothing but which way is up. */
const upright = (turn: number): Uint8Array =>
  new Uint8Array([0xff, 0xe1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turn, 0, 0, 0, 0, 0, 0])

/** caption is what IPTC calls caption, field 2:120. */
function caption(b: Uint8Array): string | undefined {
  for (let i = 0; i + 5 < b.length; i++)
    if (b[i] === 0x1c && b[i + 1] === 2 && b[i + 2] === 120) {
      const size = (b[i + 3]! << 8) | b[i + 4]!
      return tidy(utf8(b.subarray(i + 5, i + 5 + size)))
    }
  return undefined
}

export function jpeg(b: Uint8Array): { parts: Uint8Array[]; found?: string | undefined } | null {
  if (b[0] !== 0xff || b[1] !== 0xd8) return null
  const parts = [b.subarray(0, 2)]
  let found: string | undefined
  let turn = 1
  let i = 2
  while (i + 4 <= b.length) {
    if (b[i] !== 0xff) return null
    const kind = b[i + 1]!
    if (kind === 0xff) {
      i++
      continue
    }
    if (kind === 0xda) break // from here on: the picture
    const end = i + 2 + ((b[i + 2]! << 8) | b[i + 3]!)
    if (end > b.length) return null
    const body = b.subarray(i + 4, end)
    if (kind === 0xe1 && ascii(body, 0, 6) === 'Exif\0\0') {
      const e = exif(body.subarray(6))
      turn = e.turn
      found ??= e.found
    } else if (kind === 0xe1) found = xmp(utf8(body)) ?? found
    else if (kind === 0xed) found ??= caption(body)
    // Kept: what the pixels need. JFIF, the colour profile, Adobe's colour transform, and all tables.
    const keep = kind < 0xe0 || (kind > 0xef && kind !== 0xfe) || kind === 0xe0 || kind === 0xee || (kind === 0xe2 && ascii(body, 0, 11) === 'ICC_PROFILE')
    if (keep) parts.push(b.subarray(i, end))
    i = end
  }
  if (turn !== 1) parts.splice(1, 0, upright(turn))
  // Behind the end of the picture hide second pictures and films of phones, with places of their own.
  parts.push(b.subarray(i, endOfScans(b, i)))
  return { parts, found }
}

/** endOfScans finds the end of the picture whose first scan begins at i. */
function endOfScans(b: Uint8Array, i: number): number {
  while (i + 1 < b.length) {
    const kind = b[i + 1]!
    if (b[i] !== 0xff || kind === 0 || kind === 0xff || (kind >= 0xd0 && kind <= 0xd7)) i++
    else if (kind === 0xd9) return i + 2
    else i += 2 + ((b[i + 2]! << 8) | b[i + 3]!)
  }
  return b.length
}

export function gif(b: Uint8Array): { parts: Uint8Array[]; found?: string | undefined } | null {
  if (ascii(b, 0, 3) !== 'GIF') return null
  const table = (flags: number) => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0)
  const blocks = (i: number) => {
    while (i < b.length && b[i]) i += b[i]! + 1
    return i + 1
  }
  let i = 13 + table(b[10]!)
  const parts = [b.subarray(0, i)]
  while (i < b.length) {
    const from = i
    let keep = true
    if (b[i] === 0x2c) i = blocks(i + 11 + table(b[i + 9]!))
    else if (b[i] === 0x21) {
      keep = b[i + 1] === 0xf9 || b[i + 1] === 0x01 || (b[i + 1] === 0xff && /^(NETSCAPE|ANIMEXTS)/.test(ascii(b, i + 3, 8)))
      i = blocks(i + 2)
    } else {
      parts.push(new Uint8Array([0x3b]))
      break
    }
    if (keep) parts.push(b.subarray(from, i))
  }
  return { parts }
}

const pngKept = /^(IHDR|PLTE|IDAT|IEND|tRNS|gAMA|cHRM|sRGB|iCCP|cICP|sBIT|bKGD|pHYs|acTL|fcTL|fdAT)$/

export function png(b: Uint8Array): { parts: Uint8Array[]; found?: string | undefined } | null {
  if (ascii(b, 1, 3) !== 'PNG') return null
  const v = new DataView(b.buffer, b.byteOffset, b.byteLength)
  const parts = [b.subarray(0, 8)]
  let found: string | undefined
  for (let i = 8; i + 12 <= b.length; ) {
    const size = v.getUint32(i)
    const kind = ascii(b, i + 4, 4)
    const end = i + 12 + size
    if (end > b.length) return null
    const body = b.subarray(i + 8, i + 8 + size)
    if (pngKept.test(kind)) parts.push(b.subarray(i, end))
    else if (kind === 'iTXt' || kind === 'tEXt') {
      const text = utf8(body)
      if (text.startsWith('XML:com.adobe.xmp')) found = xmp(text) ?? found
      else if (/^(Description|Caption)\0/i.test(text)) found ??= tidy(text.slice(text.lastIndexOf('\0') + 1))
    } else if (kind === 'eXIf') found ??= exif(body).found
    i = end
    if (kind === 'IEND') break
  }
  return { parts, found }
}

export function webp(b: Uint8Array): { parts: Uint8Array[]; found?: string | undefined } | null {
  if (ascii(b, 0, 4) !== 'RIFF' || ascii(b, 8, 4) !== 'WEBP') return null
  const v = new DataView(b.buffer, b.byteOffset, b.byteLength)
  const chunks: Uint8Array[] = []
  let found: string | undefined
  for (let i = 12; i + 8 <= b.length; ) {
    const kind = ascii(b, i, 4)
    const size = v.getUint32(i + 4, true)
    const end = Math.min(b.length, i + 8 + size + (size & 1))
    const body = b.subarray(i + 8, i + 8 + size)
    if (kind === 'EXIF') found ??= exif(ascii(body, 0, 6) === 'Exif\0\0' ? body.subarray(6) : body).found
    else if (kind === 'XMP ') found = xmp(utf8(body)) ?? found
    else if (kind === 'VP8X') {
      const head = b.slice(i, end)
      head[8] = head[8]! & ~0x0c // no EXIF, no XMP in here
      chunks.push(head)
    } else chunks.push(b.subarray(i, end))
    i = end
  }
  const head = b.slice(0, 12)
  new DataView(head.buffer).setUint32(4, 4 + chunks.reduce((n, c) => n + c.length, 0), true)
  return { parts: [head, ...chunks], found }
}

/** film blanks the boxes of an MP4 or MOV that hold places, names and devices; all else stays where it is. */
export function film(moov: Uint8Array): Uint8Array {
  const b = moov.slice()
  const v = new DataView(b.buffer)
  const walk = (from: number, to: number): void => {
    for (let i = from; i + 8 <= to; ) {
      const size = v.getUint32(i)
      const kind = ascii(b, i + 4, 4)
      if (size < 8 || i + size > to) return
      if (kind === 'udta' || kind === 'meta') {
        b.set([0x66, 0x72, 0x65, 0x65], i + 4) // free
        b.fill(0, i + 8, i + size)
      } else if (kind === 'moov' || kind === 'trak' || kind === 'mdia') walk(i + 8, i + size)
      else if (kind === 'mvhd' || kind === 'tkhd' || kind === 'mdhd') b.fill(0, i + 12, i + 12 + (b[i + 8] === 1 ? 16 : 8)) // when it was made
      i += size
    }
  }
  walk(0, b.length)
  return b
}

async function stripFilm(file: Blob): Promise<Clean> {
  const parts: (Blob | Uint8Array<ArrayBuffer>)[] = []
  for (let i = 0; i + 8 <= file.size; ) {
    const head = new DataView(await file.slice(i, i + 16).arrayBuffer())
    let size = head.getUint32(0)
    if (size === 1 && head.byteLength === 16) size = Number(head.getBigUint64(8))
    if (size === 0) size = file.size - i
    if (size < 8) return { blob: file }
    const kind = String.fromCharCode(head.getUint8(4), head.getUint8(5), head.getUint8(6), head.getUint8(7))
    const box = file.slice(i, i + size)
    if (kind === 'moov' || kind === 'udta' || kind === 'meta') parts.push(film(new Uint8Array(await box.arrayBuffer())) as Uint8Array<ArrayBuffer>)
    else if (kind === 'uuid') parts.push(film(new Uint8Array([...new Uint8Array(await file.slice(i, i + 4).arrayBuffer()), 0x75, 0x64, 0x74, 0x61, ...new Uint8Array(size - 8)])) as Uint8Array<ArrayBuffer>)
    else parts.push(box)
    i += size
  }
  return { blob: new Blob(parts, { type: file.type }) }
}

/** strip gives back the file without what it tells about its maker; null: this kind is not known here. */
export async function strip(file: Blob): Promise<Clean | null> {
  if (file.type === 'video/mp4' || file.type === 'video/quicktime' || file.type === 'audio/mp4' || file.type === 'audio/x-m4a') return stripFilm(file)
  if (file.type.startsWith('video/') || file.type.startsWith('audio/')) return { blob: file }
  const of = { 'image/jpeg': jpeg, 'image/png': png, 'image/apng': png, 'image/webp': webp, 'image/gif': gif }[file.type]
  if (!of) return null
  const clean = of(new Uint8Array(await file.arrayBuffer()))
  if (!clean) return null
  return { blob: new Blob(clean.parts as Uint8Array<ArrayBuffer>[], { type: file.type }), ...(clean.found && { found: clean.found }) }
}
