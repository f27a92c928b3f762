// Makes pictures of screens small: at most 256 colours, which text on plain ground does not miss.
import { deflateSync, inflateSync } from 'node:zlib'

const crcs = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1
  return n
})
const crc = (bytes) => ~bytes.reduce((c, b) => crcs[(c ^ b) & 255] ^ (c >>> 8), -1) >>> 0

function chunk(type, body) {
  const out = Buffer.alloc(12 + body.length)
  out.writeUInt32BE(body.length)
  out.write(type, 4, 'latin1')
  body.copy(out, 8)
  out.writeUInt32BE(crc(out.subarray(4, 8 + body.length)), 8 + body.length)
  return out
}

/** pixels reads an 8-bit RGB or RGBA picture without interlacing, as browsers write them. https://www.w3.org/TR/png-3/#9Filters */
function pixels(png) {
  const data = []
  let width, height, channels
  for (let at = 8; at < png.length; ) {
    const size = png.readUInt32BE(at)
    const type = png.toString('latin1', at + 4, at + 8)
    const body = png.subarray(at + 8, at + 8 + size)
    if (type === 'IHDR') {
      width = body.readUInt32BE(0)
      height = body.readUInt32BE(4)
      channels = { 2: 3, 6: 4 }[body[9]]
      if (body[8] !== 8 || !channels || body[12]) throw new Error('a kind of PNG that browsers do not write')
    } else if (type === 'IDAT') data.push(body)
    at += 12 + size
  }
  const raw = inflateSync(Buffer.concat(data))
  const row = width * channels
  const out = Buffer.alloc(row * height)
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (row + 1)]
    for (let x = 0; x < row; x++) {
      const left = x >= channels ? out[y * row + x - channels] : 0
      const up = y ? out[(y - 1) * row + x] : 0
      const corner = y && x >= channels ? out[(y - 1) * row + x - channels] : 0
      let add = 0
      if (filter === 1) add = left
      else if (filter === 2) add = up
      else if (filter === 3) add = (left + up) >> 1
      else if (filter === 4) {
        const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)]
        add = a <= b && a <= c ? left : b <= c ? up : corner
      }
      out[y * row + x] = raw[y * (row + 1) + 1 + x] + add
    }
  }
  return { width, height, channels, bytes: out }
}

/** palette cuts the colours into at most 256 boxes, always the one whose colours differ most by their number. */
function palette(counts) {
  const boxes = [[...counts].map(([colour, n]) => ({ colour, n, part: [colour >> 16, (colour >> 8) & 255, colour & 255] }))]
  const spread = (box) => {
    const spans = [0, 1, 2].map((i) => {
      let [low, high] = [255, 0]
      for (const c of box) [low, high] = [Math.min(low, c.part[i]), Math.max(high, c.part[i])]
      return high - low
    })
    const axis = spans.indexOf(Math.max(...spans))
    return { axis, worth: spans[axis] * Math.log2(2 + box.reduce((n, c) => n + c.n, 0)) }
  }
  let ranks = boxes.map(spread)
  while (boxes.length < 256) {
    let best = -1
    for (const [i, r] of ranks.entries()) if (boxes[i].length > 1 && (best < 0 || r.worth > ranks[best].worth)) best = i
    if (best < 0) break
    const { axis } = ranks[best]
    const box = boxes[best].sort((a, b) => a.part[axis] - b.part[axis])
    const middle = (box[0].part[axis] + box.at(-1).part[axis]) / 2
    const cut = Math.max(1, box.findIndex((c) => c.part[axis] > middle))
    const halves = [box.slice(0, cut), box.slice(cut)]
    boxes.splice(best, 1, ...halves)
    ranks.splice(best, 1, ...halves.map(spread))
  }
  // A box takes its commonest colour: grounds stay exactly what they are.
  const index = new Map()
  const colours = boxes.map((box, i) => {
    for (const c of box) index.set(c.colour, i)
    return box.reduce((a, b) => (b.n > a.n ? b : a)).part
  })
  return { colours, index }
}

/** small returns the picture with a palette. */
export function small(png) {
  const { width, height, channels, bytes } = pixels(png)
  const counts = new Map()
  for (let i = 0; i < bytes.length; i += channels) {
    const colour = (bytes[i] << 16) | (bytes[i + 1] << 8) | bytes[i + 2]
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
  }
  const { colours, index } = palette(counts)
  const raw = Buffer.alloc((width + 1) * height)
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += channels) raw[y * (width + 1) + 1 + x] = index.get((bytes[i] << 16) | (bytes[i + 1] << 8) | bytes[i + 2])
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 3, 0, 0, 0], 8)
  return Buffer.concat([
    png.subarray(0, 8), chunk('IHDR', head), chunk('PLTE', Buffer.from(colours.flat())), chunk('IDAT', deflateSync(raw, { level: 9, memLevel: 9 })), chunk('IEND', Buffer.alloc(0)),
  ])
}
