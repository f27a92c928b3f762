// Where the reader is: the address, the way back, and the line that was being read. Screens are named by app/routes;
// everybody else goes through here.
import { tick } from 'svelte'
import { calm } from './reading.svelte'

export interface Match {
  name: string
  params: Record<string, string>
  /** tabs of one screen share a key: going from one to the other keeps the screen and its scroll */
  key: string
}

/** Mark is a remembered line: an entry and where it stood on the screen. */
export interface Mark {
  id?: string | undefined
  offset: number
  y: number
  focus?: string | undefined
}

export interface Here extends Match {
  url: URL
  entry: string
  /** mark is set when the reader comes back to an address */
  mark: Mark | null
}

/** Writing is what the composer is opened with. */
export interface Writing {
  /** draft is one that was begun, by its id */
  draft?: string
  reply?: string
  edit?: string
  /** quote is the post that is quoted */
  quote?: string
  text?: string
  warning?: string
  visibility?: string
}

/** Viewing is the file of a post that is looked at: n counts from 0. */
export interface Viewing {
  post: string
  n: number
}

interface Entry {
  entry: string
  index: number
  over?: boolean
  mark?: Mark
}

type Matcher = (path: string) => Match | null
type Loader = (match: Match) => Promise<unknown>

const random = () => Math.random().toString(36).slice(2, 10)

class Place {
  here = $state.raw<Here>()!
  /** writing is open over the screen */
  writing = $state.raw<Writing | null>(null)
  /** viewing lies over the screen too: ?media=3 is the third picture of a post */
  viewing = $state.raw<Viewing | null>(null)
  /** arrived is called after a new screen stands, with whether its heading shall take the focus */
  arrived: (here: Here, fresh: boolean) => void = () => {}
  /** rested is called when the screen has stopped moving, with the line that is being read */
  rested: ((mark: Mark) => void) | null = null
  #marks = new Map<string, Mark>()
  /** the lists that one returns to by their name, not only by Back: home, and what stands beside it */
  #left = new Map<string, Mark>()
  #match: Matcher = () => null
  #load: Loader = async () => {}
  #index = 0
  #trip = 0

  async start(match: Matcher, load: Loader): Promise<void> {
    this.#match = match
    this.#load = load
    history.scrollRestoration = 'manual'
    const state = history.state as Entry | null
    const entry = state?.entry ?? random()
    this.#index = state?.index ?? 0
    history.replaceState({ entry, index: this.#index } satisfies Entry, '')
    const url = new URL(location.href)
    const to = this.#find(url)
    await load(to)
    this.here = { ...to, url, entry, mark: state?.mark ?? null }
    this.viewing = viewed(to, url)
    addEventListener('popstate', (event) => void this.#pop(event.state as Entry | null))
    // For a reload: the page that goes away may no longer write, so each rest of the scroll is noted.
    let rest: ReturnType<typeof setTimeout>
    addEventListener(
      'scroll',
      () => {
        clearTimeout(rest)
        rest = setTimeout(() => {
          const now = history.state as Entry | null
          if (now?.entry !== this.here.entry) return
          const mark = this.look()
          history.replaceState({ ...now, mark }, '')
          this.rested?.(mark)
        }, 250)
      },
      { passive: true },
    )
  }

  #find(url: URL): Match {
    return this.#match(decodeURI(url.pathname)) ?? { name: 'lost', params: {}, key: 'lost' }
  }

  /** knows tells whether an address is a screen of the app. */
  knows(url: URL): boolean {
    return url.origin === location.origin && this.#match(decodeURI(url.pathname)) !== null
  }

  async go(to: string | URL, replace = false): Promise<void> {
    const url = new URL(to, location.href)
    if (!this.knows(url)) {
      location.assign(url)
      return
    }
    if (url.href === location.href && !this.writing && !this.viewing) {
      scrollTo({ top: 0, behavior: calm() ? 'auto' : 'smooth' })
      return
    }
    this.#leave()
    const same = replace || this.writing !== null || this.viewing !== null
    const state: Entry = { entry: random(), index: same ? this.#index : ++this.#index }
    if (same) history.replaceState(state, '', url)
    else history.pushState(state, '', url)
    this.writing = this.viewing = null
    await this.#arrive(url, state.entry, null)
  }

  /** resume says at which line a screen starts that nobody came back to. */
  resume(mark: Mark): void {
    this.here = { ...this.here, mark }
  }

  back(): void {
    if (this.#index > 0) history.back()
    else void this.go('/', true)
  }

  /** write opens the composer over the screen, as an entry of the history: Back closes it. */
  write(writing: Writing = {}): void {
    if (this.here.name === 'compose' || this.writing) return
    const query = new URLSearchParams(Object.entries(writing).filter(([, v]) => v !== undefined) as [string, string][]).toString()
    const url = '/compose' + (query ? '?' + query : '')
    // A picture makes room: its entry becomes that of the composer.
    if (this.viewing) history.replaceState({ entry: random(), index: this.#index, over: true } satisfies Entry, '', url)
    else history.pushState({ entry: random(), index: ++this.#index, over: true } satisfies Entry, '', url)
    this.viewing = null
    this.writing = writing
  }

  /** written closes the composer, and the window if it was opened for it. */
  written(): void {
    if (this.writing) history.back()
    else if (this.here.url.searchParams.has('window')) close()
    else this.back()
  }

  /** view opens a file of a post over the screen, as an entry of the history: Back closes it. */
  view(viewing: Viewing, path: string): void {
    history.pushState({ entry: random(), index: ++this.#index, over: true } satisfies Entry, '', `${path}?media=${viewing.n + 1}`)
    this.viewing = viewing
  }

  /** turn goes to another file of the same post; Back does not walk through them. */
  turn(n: number): void {
    if (!this.viewing) return
    history.replaceState(history.state, '', `${location.pathname}?media=${n + 1}`)
    this.viewing = { ...this.viewing, n }
  }

  /** viewed closes the picture. Whoever came by its address stays on the post. */
  viewed(): void {
    if ((history.state as Entry | null)?.over) return history.back()
    history.replaceState(history.state, '', location.pathname)
    this.viewing = null
  }

  /** apart opens the composer in a window of its own. */
  apart(): void {
    open('/compose?window', '_blank', 'popup,width=640,height=720')
  }

  async #pop(state: Entry | null): Promise<void> {
    const entry = state?.entry ?? random()
    this.#index = state?.index ?? 0
    if ((this.writing || this.viewing) && entry === this.here.entry) {
      this.writing = this.viewing = null
      return
    }
    if (state?.over && !this.writing && !this.viewing) {
      const url = new URL(location.href)
      this.viewing = viewed(this.#find(url), url)
      if (this.viewing) return
      const q = Object.fromEntries(new URLSearchParams(location.search)) as Writing
      this.writing = q
      return
    }
    this.writing = this.viewing = null
    this.#leave()
    await this.#arrive(new URL(location.href), entry, this.#marks.get(entry) ?? state?.mark ?? { offset: 0, y: 0 })
  }

  async #arrive(url: URL, entry: string, mark: Mark | null): Promise<void> {
    const trip = ++this.#trip
    const to = this.#find(url)
    await this.#load(to)
    if (trip !== this.#trip) return // the reader has gone elsewhere since
    const tab = this.here.key === to.key
    const fresh = !mark && !tab
    if (fresh) mark = this.#left.get(to.key) ?? null
    this.here = { ...to, url, entry, mark }
    this.viewing = viewed(to, url)
    await tick()
    if (mark) this.restore(mark)
    else if (tab) {
      const tabs = document.querySelector<HTMLElement>('#content .tabs')
      if (tabs && scrollY > tabs.offsetTop) scrollTo(0, Math.max(0, tabs.offsetTop - bars()))
    } else scrollTo(0, 0)
    this.arrived(this.here, fresh)
  }

  #leave(): void {
    if (!this.here) return
    const mark = this.look()
    this.#marks.set(this.here.entry, mark)
    if (this.here.name.startsWith('home')) this.#left.set(this.here.key, mark)
  }

  /** look finds the line that is being read. */
  look(): Mark {
    const top = bars()
    const focus = document.activeElement?.closest<HTMLElement>('[data-entry]')?.dataset.entry
    for (const element of document.querySelectorAll<HTMLElement>('#content [data-entry]')) {
      const box = element.getBoundingClientRect()
      if (box.bottom > top && box.height) return { id: element.dataset.entry, offset: box.top, y: scrollY, focus }
    }
    return { offset: 0, y: scrollY, focus }
  }

  /** restore puts the remembered line where it stood. */
  restore(mark: Mark): void {
    const element = mark.id && document.querySelector(`#content [data-entry="${mark.id}"]`)
    scrollTo(0, element && mark.y > 0 ? scrollY + element.getBoundingClientRect().top - mark.offset : mark.y)
    if (mark.focus) {
      const target = document.querySelector<HTMLElement>(`#content [data-entry="${mark.focus}"]`)
      target?.focus({ preventScroll: true })
    }
  }
}

function viewed(to: Match, url: URL): Viewing | null {
  const n = Number(url.searchParams.get('media'))
  return to.name === 'thread' && to.params.id && n > 0 ? { post: to.params.id, n: n - 1 } : null
}

/** bars is the height of what sticks to the top. */
export const bars = (): number => document.querySelector('#content .head')?.clientHeight ?? 0

export const place = new Place()
