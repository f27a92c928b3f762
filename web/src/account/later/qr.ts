// A QR code of an address (ISO/IEC 18004): bytes, error correction M, up to 106 of them. More is not needed here.

const total = [26, 44, 70, 100, 134, 172]
const checks = [10, 16, 26, 18, 24, 16]
const blocks = [1, 1, 1, 2, 2, 4]

/** times multiplies in the field of 256 that QR codes count in. */
function times(a: number, b: number): number {
  let z = 0
  for (let i = 7; i >= 0; i--) z = (z << 1) ^ ((z >> 7) * 0x11d) ^ (((b >> i) & 1) * a)
  return z
}

/** divisor of Reed and Solomon for n check bytes */
function divisor(n: number): number[] {
  const out = [...Array<number>(n - 1).fill(0), 1]
  let root = 1
  for (let i = 0; i < n; i++, root = times(root, 2)) for (let j = 0; j < n; j++) out[j] = times(out[j]!, root) ^ (out[j + 1] ?? 0)
  return out
}

function check(data: number[], n: number): number[] {
  const by = divisor(n)
  const rest = Array<number>(n).fill(0)
  for (const b of data) {
    const factor = b ^ rest.shift()!
    rest.push(0)
    by.forEach((d, i) => (rest[i]! ^= times(d, factor)))
  }
  return rest
}

/** words are the bytes of the code in their order, or null if the text is too long. */
function words(bytes: Uint8Array): { size: number; version: number; words: number[] } | null {
  const v = total.findIndex((n, i) => n - checks[i]! * blocks[i]! >= bytes.length + 2)
  if (v < 0) return null
  const room = total[v]! - checks[v]! * blocks[v]!
  // Mode and length take twelve bits, so each byte lies across two words; four zeroes end it.
  const half = [4, bytes.length >> 4, bytes.length & 15, ...[...bytes].flatMap((b) => [b >> 4, b & 15]), 0]
  const data = Array.from({ length: half.length / 2 }, (_, i) => (half[2 * i]! << 4) | half[2 * i + 1]!)
  for (let pad = 0xec; data.length < room; pad ^= 0xec ^ 0x11) data.push(pad)
  const each = room / blocks[v]!
  const parts = Array.from({ length: blocks[v]! }, (_, i) => data.slice(i * each, (i + 1) * each))
  const ends = parts.map((p) => check(p, checks[v]!))
  const weave = (rows: number[][]) => rows[0]!.flatMap((_, i) => rows.map((r) => r[i]!))
  return { version: v + 1, size: 21 + 4 * v, words: [...weave(parts), ...weave(ends)] }
}

/** qr gives the rows of a code, dark is true; null for a text that is too long. */
export function qr(text: string): boolean[][] | null {
  const code = words(new TextEncoder().encode(text))
  if (!code) return null
  const { size, version } = code
  const dark = Array.from({ length: size }, () => Array<boolean>(size).fill(false))
  const fixed = Array.from({ length: size }, () => Array<boolean>(size).fill(false))
  const set = (x: number, y: number, on: boolean) => {
    if (x < 0 || y < 0 || x >= size || y >= size) return
    dark[y]![x] = on
    fixed[y]![x] = true
  }
  for (let i = 0; i < size; i++) {
    set(6, i, i % 2 === 0)
    set(i, 6, i % 2 === 0)
  }
  const square = (cx: number, cy: number, reach: number) => {
    for (let y = -reach; y <= reach; y++)
      for (let x = -reach; x <= reach; x++) {
        const far = Math.max(Math.abs(x), Math.abs(y))
        set(cx + x, cy + y, reach === 4 ? far !== 2 && far !== 4 : far !== 1)
      }
  }
  square(3, 3, 4)
  square(size - 4, 3, 4)
  square(3, size - 4, 4)
  if (version > 1) square(size - 7, size - 7, 2)

  // Error correction M, mask 0; both are told twice.
  const format = 0x5412
  const bit = (i: number) => ((format >> i) & 1) === 1
  for (let i = 0; i < 15; i++) {
    const at: [number, number] = i < 6 ? [8, i] : i === 6 ? [8, 7] : i === 7 ? [8, 8] : i === 8 ? [7, 8] : [14 - i, 8]
    set(...at, bit(i))
    if (i < 8) set(size - 1 - i, 8, bit(i))
    else set(8, size - 15 + i, bit(i))
  }
  set(8, size - 8, true)

  let n = 0
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5
    for (let step = 0; step < size; step++) {
      for (const x of [right, right - 1]) {
        const y = ((right + 1) & 2) === 0 ? size - 1 - step : step
        if (fixed[y]![x]) continue
        const on = (((code.words[n >> 3] ?? 0) >> (7 - (n & 7))) & 1) === 1
        n++
        dark[y]![x] = on !== ((x + y) % 2 === 0)
      }
    }
  }
  return dark
}

/** drawn is a code as the path of a drawing, one unit for each square. */
export const drawn = (rows: boolean[][]): string => rows.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
