// Who reads, on which site, and what the page brought along.
import { caller, local } from '../api/client'
import type { Boot, BrowserAccount, CredentialAccount, Instance, Preferences } from '../api/entity'

class Session {
  me = $state.raw<CredentialAccount>()!
  instance = $state.raw<Instance>()!
  preferences = $state.raw<Partial<Preferences>>({})
  /** accounts that this browser is signed in to, if there are several: see state/accounts */
  accounts = $state.raw<BrowserAccount[]>([])
  /** kept: the server could not be reached, and what is shown was kept at this time */
  kept = $state<string>()
  /** over: the account has signed out; what is kept when a page is left is kept no more */
  over = false
  /** worker: false when the site wants no service worker */
  worker: boolean | undefined
  #boot: Boot | null = null

  start(boot: Boot): void {
    this.me = boot.account
    caller.account = boot.account.id
    this.accounts = boot.accounts ?? []
    this.instance = boot.instance
    this.preferences = boot.preferences
    this.worker = boot.worker
    this.#boot = boot
  }

  /** take gives one part of the page's first data, once, and only to the address it was made for. */
  take<K extends keyof NonNullable<Boot['page']>>(part: K): NonNullable<Boot['page']>[K] | undefined {
    const boot = this.#boot
    if (!boot?.page || path(boot.path) !== path(location.pathname)) return undefined
    const it = boot.page[part]
    delete boot.page[part]
    return it ?? undefined
  }

  /** next is where the second page of the first data is: undefined when the page did not say. */
  get next(): string | null | undefined {
    const links = this.#boot?.links
    return links ? (links.next ? local(links.next) : null) : undefined
  }

  get site(): string {
    return this.instance.title || this.instance.domain
  }
  get limit(): number {
    return this.instance.configuration?.statuses?.max_characters ?? 500
  }
  get perLink(): number {
    return this.instance.configuration?.statuses?.characters_reserved_per_url ?? 23
  }
}

/** path is an address without its query, however it was encoded. */
const path = (address: string): string => decodeURI(address.split('?')[0]!)

export const session = new Session()

export const isMe = (id: string): boolean => session.me.id === id
