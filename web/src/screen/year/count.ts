import type { AnnualReport } from '../../api/entity'

/** sum adds the months up. */
export function sum({ data }: AnnualReport): { posts: number; followers: number; following: number } {
  const all = (of: (m: AnnualReport['data']['time_series'][number]) => number) => data.time_series.reduce((n, m) => n + of(m), 0)
  return { posts: all((m) => m.statuses), followers: all((m) => m.followers), following: all((m) => m.following) }
}

const reasons = [['by_favourites', 'year.best.likes'], ['by_reblogs', 'year.best.boosts'], ['by_replies', 'year.best.replies']] as const

/** best are the posts that got most, each once, with all that it is best in. */
export function best({ data }: AnnualReport): { id: string; why: (typeof reasons)[number][1][] }[] {
  const out: ReturnType<typeof best> = []
  for (const [name, why] of reasons) {
    const id = data.top_statuses[name]
    if (!id) continue
    const same = out.find((b) => b.id === id)
    if (same) same.why.push(why)
    else out.push({ id, why: [why] })
  }
  return out
}
