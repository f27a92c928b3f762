// What the API speaks. The shapes come from the server's own description; here stand the names the app uses for some of
// them, and what only the app's own page brings along.
import type { Account, BrowserAccount, Context, CredentialAccount, FilterResult, GroupedNotificationsResults, Instance, Preferences, Quote, Relationship, ShallowQuote, Status } from './entity.gen'

export type * from './entity.gen'
export type { MediaAttachment as Media, MediaSize as Size, PreviewCard as Card, Search as SearchResults } from './entity.gen'

export type Visibility = Status['visibility']
export type AnyQuote = Quote | ShallowQuote
/** FilterPlace is where a filter works. */
export type FilterPlace = FilterResult['filter']['context'][number]

/** Boot is what the shell brings along: the reader, the site and the first page of data for its address. */
export interface Boot {
  account: CredentialAccount
  preferences: Partial<Preferences>
  instance: Instance
  path: string
  theme: string
  worker?: boolean
  /** accounts that this browser is signed in to, if there are several */
  accounts?: BrowserAccount[]
  /** offline: the page came from the service worker, which knows nobody */
  offline?: true
  page?: {
    home?: Status[]
    public?: Status[]
    status?: Status
    context?: Context
    /** refresh is what Mastodon-Async-Refresh said beside the context */
    refresh?: string
    profile?: Account
    statuses?: Status[]
    relationship?: Relationship
    notifications?: GroupedNotificationsResults
  }
  links?: { next?: string | null }
}
