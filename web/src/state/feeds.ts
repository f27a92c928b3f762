// The lists that are or were on a screen. They stay for a while, so that Back shows them at once and unchanged.
import { page as readPage } from '../api/client'
import { readFollowers, readFollowing, readFollowRequests, readPosts } from '../api/account'
import type { Account, Status } from '../api/entity'
import { readBoosters, readLikers, readQuotes } from '../api/status'
import { readTimeline } from '../api/timeline'
import { idAt } from '../text/id'
import { content, isGone, keep, keepAccount, sweep } from './entities.svelte'
import { Notes } from './notifications.svelte'
import { heldByThreads } from './thread.svelte'
import { postSource, Timeline } from './timeline.svelte'

const most = 14
const feeds = new Map<string, Timeline<{ id: string }>>()
const shown = new Map<string, number>()

function feed<T extends { id: string }>(key: string, make: () => Timeline<T>): Timeline<T> {
  let it = feeds.get(key) as Timeline<T> | undefined
  if (!it) {
    it = make()
    feeds.set(key, it as unknown as Timeline<{ id: string }>)
    forget()
  }
  it.used = Date.now()
  return it
}

function forget(): void {
  const idle = [...feeds].filter(([key]) => key !== 'home' && key !== 'notifications' && key !== 'notifications:mention' && !shown.get(key))
  for (const [key] of idle.sort((a, b) => a[1].used - b[1].used).slice(0, Math.max(0, feeds.size - most))) feeds.delete(key)
  sweep([...[...feeds.values()].flatMap((f) => [...f.ids, ...f.waiting]), ...heldByThreads()])
}

/** forgetFeed lets a list be read anew, because what stands in it is chosen otherwise now. */
export function forgetFeed(key: string): void {
  const it = feeds.get(key)
  if (it && shown.get(key)) void it.again()
  else feeds.delete(key)
}

/** showing says that a list is on the screen, until the returned function is called. */
export function showing(key: string): () => void {
  shown.set(key, (shown.get(key) ?? 0) + 1)
  return () => shown.set(key, (shown.get(key) ?? 1) - 1)
}

/** onScreen are the lists that stand on the screen. */
export const onScreen = (): Timeline<{ id: string }>[] => [...feeds].flatMap(([key, it]) => (shown.get(key) ? [it] : []))

const timeline = (key: string, path: string, query?: Record<string, boolean>) =>
  feed<Status>(key, () => new Timeline(postSource(path, readTimeline, query)))

export const home = () => timeline('home', '/api/v1/timelines/home')
let makeUp: (() => Timeline) | undefined
/** upwards says how home is made for who reads from the oldest to the newest; its code comes with its screen. */
export const upwards = (make: () => Timeline): void => void (makeUp = make)
/** homeAll are the lists that what comes into home goes to. */
export const homeAll = (): Timeline[] => (makeUp ? [home(), feed<Status>('homeup', makeUp)] : [home()])
/** caught is what the reader catches up on (state/catchup). */
export const caught = () => feed<Status>('caught', () => new Timeline({ read: async () => ({ items: [], next: null }), keep }))
export const publicFeed = (local: boolean) => timeline(local ? 'public:local' : 'public', '/api/v1/timelines/public', local ? { local } : undefined)
export const tagFeed = (tag: string) => timeline(`tag:${tag.toLowerCase()}`, `/api/v1/timelines/tag/${encodeURIComponent(tag)}`)

export const linkFeed = (url: string) => timeline(`link:${url}`, `/api/v1/timelines/link?url=${encodeURIComponent(url)}`)
export const listFeed = (id: string) => timeline(`list:${id}`, `/api/v1/timelines/list/${id}`)

const saved = (key: string, path: string) =>
  feed<Status>(key, () => new Timeline({ read: (next) => readTimeline(next ?? path), keep }))
export const bookmarks = () => saved('bookmarks', '/api/v1/bookmarks')
export const likes = () => saved('likes', '/api/v1/favourites')

/** Choice is what of a profile is shown: everything but replies, everything, or files; of a tag, and up to a year. */
export interface Choice {
  kind: 'posts' | 'replies' | 'media'
  tag?: string | undefined
  year?: number | undefined
  /** pictures: only posts with files, among the others */
  pictures?: boolean | undefined
}
export const choiceName = (id: string, c: Choice): string => ['account', id, c.kind, ...(c.tag || c.year || c.pictures ? [c.tag?.toLowerCase() ?? '', c.year ?? '', c.pictures ? 'pictures' : ''] : [])].join(':')

export const profilePosts = (id: string, c: Choice) =>
  feed<Status>(choiceName(id, c), () =>
    new Timeline({
      read: (next) =>
        next
          ? readTimeline(next)
          : readPosts(id, {
              ...(c.kind === 'posts' && { exclude_replies: true }),
              ...((c.kind === 'media' || c.pictures) && { only_media: true }),
              ...(c.kind === 'media' && { exclude_reblogs: true, limit: 40 }),
              ...(c.tag && { tagged: c.tag }),
              ...(c.year && { max_id: idAt(Date.UTC(c.year + 1, 0)) }),
            }),
      keep,
    }),
  )

const people = (key: string, read: () => ReturnType<typeof readFollowers>) =>
  feed<Account>(key, () => new Timeline({ read: (next) => (next ? readPage<Account>(next) : read()), keep: keepAccount }))
export const followers = (id: string) => people(`followers:${id}`, () => readFollowers(id))
export const following = (id: string) => people(`following:${id}`, () => readFollowing(id))
export const boosters = (id: string) => people(`boosters:${id}`, () => readBoosters(id))
export const likers = (id: string) => people(`likers:${id}`, () => readLikers(id))
/** quotes are the posts that quote one. */
export const quotes = (id: string) =>
  feed<Status>(`quotes:${id}`, () => new Timeline({ read: (next) => (next ? readTimeline(next) : readQuotes(id)), keep }))
export const followRequests = () => people('requests', readFollowRequests)

/** notifications of one kind; without one, all */
export const notifications = (kind = '') => feed(kind ? `notifications:${kind}` : 'notifications', () => new Notes(kind ? { types: [kind] } : {})) as Notes

/** each visits every list of posts that is kept. */
export function each(visit: (feed: Timeline<{ id: string }>, key: string) => void): void {
  for (const [key, it] of feeds) visit(it, key)
}

/** drop takes a post out of all lists, with the boosts of it. */
export function drop(id: string): void {
  each((f) => f.remove((entry) => entry === id || content(entry)?.id === id || isGone(entry)))
}

/** dropAuthor takes a person's posts out of the lists of the reader, after a mute or block. */
export function dropAuthor(account: string): void {
  each((f, key) => {
    if (/^(home|caught|public|tag|list|link)/.test(key)) f.remove((entry) => content(entry)?.account.id === account)
  })
}

/** dropHost takes the posts of a whole server out of them. */
export function dropHost(host: string): void {
  each((f, key) => {
    if (/^(home|caught|public|tag)/.test(key)) f.remove((entry) => content(entry)?.account.acct.endsWith('@' + host) === true)
  })
}
