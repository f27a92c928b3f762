// The replies of a thread as a tree.

export interface Branch {
  id: string
  branches: Branch[]
  /** size counts the replies below */
  size: number
}

export interface Known {
  id: string
  parent: string | null
  author: string
  /** weight is how much others liked it */
  weight?: number
}

export type Order = 'likes' | 'time'

/** tree hangs replies under what they answer. The author's own continuation comes first, then people whom the reader
 *  follows, then the rest: by likes or by time. A reply whose parent is not shown keeps its place under an empty one. */
export function tree(root: string, author: string, posts: Known[], order: Order = 'time', near: (author: string) => boolean = () => false): Branch[] {
  const under = new Map<string, Known[]>()
  const ids = new Set(posts.map((p) => p.id))
  const hang = (parent: string, p: Known) => under.set(parent, [...(under.get(parent) ?? []), p])
  for (const p of posts) {
    if (!p.parent || p.parent === root || ids.has(p.parent)) hang(p.parent ?? root, p)
    else {
      if (!under.has(p.parent)) hang(root, { id: p.parent, parent: root, author: '' })
      hang(p.parent, p)
    }
  }
  const grow = (id: string, by: string): Branch[] =>
    (under.get(id) ?? [])
      .toSorted(
        (a, b) =>
          Number(b.author === by) - Number(a.author === by) ||
          Number(near(b.author)) - Number(near(a.author)) ||
          (order === 'likes' ? (b.weight ?? 0) - (a.weight ?? 0) : 0) ||
          a.id.length - b.id.length ||
          (a.id < b.id ? -1 : 1),
      )
      .map((p) => {
        const branches = grow(p.id, p.author)
        return { id: p.id, branches, size: branches.reduce((n, b) => n + 1 + b.size, 0) }
      })
  return grow(root, author)
}

/** continuation is one author's own text: what they wrote above a post without a break, the post, and what they went on with. */
export function continuation(root: Known, above: Known[], below: Known[]): string[] {
  const up: string[] = []
  for (const p of above.toReversed()) {
    if (p.author !== root.author) break
    up.unshift(p.id)
  }
  const out = [...up, root.id]
  for (;;) {
    const next = below.filter((p) => p.parent === out.at(-1) && p.author === root.author).toSorted((a, b) => a.id.length - b.id.length || (a.id < b.id ? -1 : 1))[0]
    if (!next) return out
    out.push(next.id)
  }
}
