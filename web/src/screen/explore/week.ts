// What stands out on a small site, where nothing is talked about by many: what was liked and used most this week, among its
// last public posts.
import { readTimeline } from '../../api/timeline'
import type { Status, Tag } from '../../api/entity'

const day = 24 * 3600_000
const days = 7

/** lately are the last public posts of the site, of people who wish to be put forward. */
async function lately(): Promise<Status[]> {
  const out: Status[] = []
  let next: string | null = '/api/v1/timelines/public?local=true&limit=40'
  for (let n = 0; next && n < 3; n++) {
    const page = await readTimeline(next)
    const fresh = page.items.filter((s) => Date.now() - Date.parse(s.created_at) < days * day)
    out.push(...fresh)
    next = page.items.length && fresh.length === page.items.length ? page.next : null
  }
  return out.filter((s) => s.account.discoverable && !s.sensitive && !s.spoiler_text)
}

const weight = (s: Status) => s.favourites_count + s.reblogs_count

/** weekPosts are those of the week that somebody liked or boosted, the most liked first. */
export const weekPosts = async (): Promise<Status[]> =>
  (await lately()).filter((s) => weight(s) > 0 && !s.in_reply_to_id).sort((a, b) => weight(b) - weight(a)).slice(0, 20)

/** weekTags are the tags of the week, those that most people used first. */
export async function weekTags(): Promise<Tag[]> {
  const today = Math.floor(Date.now() / day)
  const all = new Map<string, { tag: Status['tags'][number]; days: number[]; people: Set<string> }>()
  for (const s of await lately())
    for (const tag of s.tags) {
      const key = tag.name.toLowerCase()
      const it = all.get(key) ?? { tag, days: Array<number>(days).fill(0), people: new Set<string>() }
      const at = Math.min(days - 1, Math.max(0, today - Math.floor(Date.parse(s.created_at) / day)))
      it.days[at]!++
      it.people.add(s.account.id)
      all.set(key, it)
    }
  const sum = (list: number[]) => list.reduce((a, b) => a + b, 0)
  return [...all.values()]
    .sort((a, b) => b.people.size - a.people.size || sum(b.days) - sum(a.days))
    .slice(0, 20)
    .map(({ tag, days }) => ({ id: tag.name, name: tag.name, url: tag.url, history: days.map((n, i) => ({ day: String((today - i) * 86_400), uses: String(n), accounts: String(n) })) }))
}
