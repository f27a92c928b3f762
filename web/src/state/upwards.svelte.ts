// Home from the oldest to the newest: it starts where reading ended, and what is newer follows below. Nothing is ever put above the
// reader unless it is asked for.
import { ApiError } from '../api/client'
import type { Status } from '../api/entity'
import { readTimeline } from '../api/timeline'
import { before } from '../text/id'
import { keep } from './entities.svelte'
import { Timeline } from './timeline.svelte'

const path = '/api/v1/timelines/home'
const size = 20
const above = (id: string) => `${path}?min_id=${id}&limit=${size}`

export class Upwards extends Timeline {
  /** earlier: there is more above the first entry */
  earlier = $state(false)

  constructor() {
    super({
      read: async (next) => {
        const items = (await readTimeline(next ?? path, next ? undefined : { limit: size })).items.toReversed()
        return { items, next: next && items.length >= size ? above(items.at(-1)!.id) : null }
      },
      keep,
    })
  }

  /** begin reads around an entry: a page above it, and what follows. Without one, the newest page. */
  async begin(id: string | undefined): Promise<void> {
    if (this.state === 'loading') return
    if (!id) {
      this.refill([])
      this.loaded = false
      await this.more()
      this.earlier = this.ids.length >= size
      return
    }
    this.state = 'loading'
    this.error = null
    try {
      const [older, later] = await Promise.all([readTimeline(path, { max_id: id, limit: size }), readTimeline(path, { min_id: before(id), limit: size })])
      const items = [...older.items.toReversed(), ...later.items.toReversed()]
      this.refill([])
      this.adopt(sheets(items), later.items.length >= size ? above(later.items[0]!.id) : null)
      this.earlier = older.items.length >= size
    } catch (error) {
      this.error = error instanceof ApiError ? error : new ApiError(0, String(error))
      this.state = 'failed'
    }
  }

  /** back reads what came before the first entry. Over is called when the list is about to change. */
  async back(over: () => void): Promise<void> {
    const id = this.ids[0]
    if (!id) return
    const { items } = await readTimeline(path, { max_id: id, limit: size })
    if (this.ids[0] !== id) return
    const ids = items.toReversed().map(keep)
    over()
    this.earlier = items.length >= size
    if (ids.length) this.sheets = [{ key: `up${id}`, ids, now: true }, ...this.sheets]
  }

  /** arrive: what is new follows the last entry, when the reader comes there. */
  override arrive(): void {
    if (!this.loaded || this.state !== 'end') return
    const last = this.ids.at(-1)
    if (!last) return
    this.next = above(last)
    this.state = 'idle'
  }

  override async catchUp(): Promise<void> {
    this.arrive()
  }
}

function sheets(items: Status[]): { items: Status[]; height: undefined }[] {
  const out = []
  for (let i = 0; i < items.length; i += 10) out.push({ items: items.slice(i, i + 10), height: undefined })
  return out
}
