// What is between the reader and others: follow, mute, block.
import { answerRequest, blockDomain as sendDomain, relate, relationships, unblockDomain, type Relate } from '../api/account'
import type { Account, Relationship } from '../api/entity'
import { account, keepAccount, keepRelation, relation } from './entities.svelte'
import { dropAuthor, dropHost } from './feeds'
import { why } from './post'
import { session } from './session.svelte'
import { messages } from './toast.svelte'

const asked = new Set<string>()
let wanted: string[] = []

/** want makes sure that a relationship becomes known; many wishes of one moment are one request. */
export function want(id: string): void {
  if (id === session.me.id || asked.has(id) || relation(id)) return
  asked.add(id)
  if (wanted.push(id) === 1) {
    queueMicrotask(async () => {
      const ids = wanted
      wanted = []
      try {
        for (const r of await relationships(ids)) keepRelation(r)
      } catch {
        for (const id of ids) asked.delete(id)
      }
    })
  }
}

async function act(a: Account, name: Relate, by: Partial<Relationship>, body?: unknown): Promise<boolean> {
  const old = relation(a.id)
  if (old) keepRelation({ ...old, ...by })
  try {
    keepRelation(await relate(a.id, name, body))
    return true
  } catch (error) {
    if (old) keepRelation(old)
    messages.fail(why(error))
    return false
  }
}

function count(id: string, by: number): void {
  const a = account(id)
  if (a) keepAccount({ ...a, followers_count: Math.max(0, a.followers_count + by) })
}

export async function follow(a: Account, options?: { reblogs?: boolean; notify?: boolean; languages?: string[] }): Promise<void> {
  const already = relation(a.id)?.following
  const by: Partial<Relationship> = already ? {} : a.locked ? { requested: true } : { following: true, showing_reblogs: true }
  if (options?.reblogs !== undefined) by.showing_reblogs = options.reblogs
  if (options?.notify !== undefined) by.notifying = options.notify
  if (options?.languages) by.languages = options.languages.length ? options.languages : null
  if ((await act(a, 'follow', by, options)) && !already && relation(a.id)?.following) {
    count(a.id, 1)
    again()
  }
}

export async function unfollow(a: Account): Promise<void> {
  const was = relation(a.id)?.following
  if ((await act(a, 'unfollow', { following: false, requested: false })) && was) {
    count(a.id, -1)
    void refresh().then((m) => m.leaveHome(a.id)).catch(() => {})
  }
}

const refresh = () => import('./refresh')
/** again has home read what belongs there now. */
export const again = (): void => void refresh().then((m) => m.refreshHome()).catch(() => {}) // else it comes with the next reading

/** mute takes a person out of sight: for a while, if a duration in seconds is given. */
export async function mute(a: Account, on: boolean, how?: { duration: number; notifications: boolean }): Promise<boolean> {
  const done = await act(a, on ? 'mute' : 'unmute', { muting: on }, how)
  if (done && on) dropAuthor(a.id)
  return done
}

export async function block(a: Account, on: boolean): Promise<void> {
  if ((await act(a, on ? 'block' : 'unblock', { blocking: on, ...(on && { following: false, followed_by: false }) })) && on) dropAuthor(a.id)
}

export const removeFollower = (a: Account): Promise<boolean> => act(a, 'remove_from_followers', { followed_by: false })

/** endorse shows somebody on the reader's own profile. */
export const endorse = (a: Account, on: boolean): Promise<boolean> => act(a, on ? 'endorse' : 'unendorse', { endorsed: on })

/** annotate keeps words about somebody that only the reader sees. */
export const annotate = (a: Account, comment: string): Promise<boolean> => act(a, 'note', { note: comment }, { comment })

/** blockDomain takes a whole server out of sight. */
export async function blockDomain(a: Account, domain: string, on: boolean): Promise<boolean> {
  const old = relation(a.id)
  if (old) keepRelation({ ...old, domain_blocking: on, ...(on && { following: false, followed_by: false }) })
  try {
    await (on ? sendDomain : unblockDomain)(domain)
    if (on) dropHost(domain)
    return true
  } catch (error) {
    if (old) keepRelation(old)
    messages.fail(why(error))
    return false
  }
}

/** answer accepts or refuses a request to follow the reader. */
export async function answer(a: Account, yes: boolean): Promise<boolean> {
  try {
    keepRelation(await answerRequest(a.id, yes))
    return true
  } catch (error) {
    messages.fail(why(error))
    return false
  }
}
