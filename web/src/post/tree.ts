// The replies of a thread as a tree.

export interface Branch {
  id: string
  branches: Branch[]
  /** size counts the replies below */
  size: number
}

interface Known {
  id: string
  parent: string | null
  author: string
}

/** tree hangs replies under what they answer. The author's own continuation comes first, the rest by time. */
export function tree(root: string, author: string, posts: Known[]): Branch[] {
  const under = new Map<string, Known[]>()
  const ids = new Set(posts.map((p) => p.id))
  for (const p of posts) {
    // A reply whose parent is missing still belongs here: it hangs on the root.
    const parent = p.parent && (ids.has(p.parent) || p.parent === root) ? p.parent : root
    under.set(parent, [...(under.get(parent) ?? []), p])
  }
  const grow = (id: string, by: string): Branch[] =>
    (under.get(id) ?? [])
      .toSorted((a, b) => Number(b.author === by) - Number(a.author === by) || a.id.length - b.id.length || (a.id < b.id ? -1 : 1))
      .map((p) => {
        const branches = grow(p.id, p.author)
        return { id: p.id, branches, size: branches.reduce((n, b) => n + 1 + b.size, 0) }
      })
  return grow(root, author)
}
