export interface Piece {
  kind: 'same' | 'new' | 'old'
  text: string
}

/** differences compares two texts word by word. Very long texts are told apart as a whole. */
export function differences(before: string, after: string): Piece[] {
  const a = before.match(/\s+|[^\s]+/g) ?? []
  const b = after.match(/\s+|[^\s]+/g) ?? []
  if (a.length * b.length > 4_000_000) return [{ kind: 'old', text: before }, { kind: 'new', text: after }]
  // length[i][j] is the longest common run of words of a from i and b from j
  const length = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      length[i]![j] = a[i] === b[j] ? length[i + 1]![j + 1]! + 1 : Math.max(length[i + 1]![j]!, length[i]![j + 1]!)
  const out: Piece[] = []
  const add = (kind: Piece['kind'], text: string) => {
    const last = out.at(-1)
    if (last?.kind === kind) last.text += text
    else out.push({ kind, text })
  }
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      add('same', a[i]!)
      i++
      j++
    } else if (i < a.length && (j === b.length || length[i + 1]![j]! >= length[i]![j + 1]!)) add('old', a[i++]!)
    else add('new', b[j++]!)
  }
  return out
}
