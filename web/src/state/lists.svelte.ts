// The reader's lists: what they are called, and what they do.
import { changeList, dropList, makeList, readLists, type ListForm } from '../api/list'
import type { List } from '../api/entity'
import { forgetFeed } from './feeds'
import { pins } from './pins.svelte'

const byTitle = (a: List, b: List) => a.title.localeCompare(b.title)

class Lists {
  all = $state.raw<List[]>([])
  loaded = $state(false)
  #reading: Promise<void> | null = null

  /** read asks the server, once; with again, anew. */
  read(again = false): Promise<void> {
    if (again) this.#reading = null
    this.#reading ??= readLists().then(
      (all) => {
        this.all = all.sort(byTitle)
        this.loaded = true
        // Tabs of lists that are gone go too; names follow.
        for (const pin of pins.all) {
          const list = all.find((l) => l.id === pin.id)
          if (!list) pins.drop(pin.id)
          else if (list.title !== pin.title) pins.put({ id: list.id, title: list.title })
        }
      },
      (error) => {
        this.#reading = null
        throw error
      },
    )
    return this.#reading
  }

  one(id: string): List | undefined {
    return this.all.find((l) => l.id === id)
  }

  async make(form: ListForm): Promise<List> {
    const list = await makeList(form)
    this.all = [...this.all, list].sort(byTitle)
    return list
  }

  async change(id: string, form: ListForm): Promise<void> {
    const old = this.one(id)
    const list = await changeList(id, form)
    this.all = this.all.map((l) => (l.id === id ? list : l)).sort(byTitle)
    if (pins.has(id)) pins.put({ id, title: list.title })
    // What stands in it, or in home, is chosen anew.
    if (old?.replies_policy !== list.replies_policy) forgetFeed(`list:${id}`)
    if (old?.exclusive !== list.exclusive) forgetFeed('home')
  }

  async drop(id: string): Promise<void> {
    await dropList(id)
    if (this.one(id)?.exclusive) forgetFeed('home')
    this.all = this.all.filter((l) => l.id !== id)
    pins.drop(id)
    forgetFeed(`list:${id}`)
  }
}

export const lists = new Lists()
