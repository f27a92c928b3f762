import { del, get, headed, page, post, put } from './client'
import type { Account, AsyncRefresh, Context, DeletedStatus, Poll, ScheduledStatus, Status, StatusEdit, StatusSource, Translation, Visibility } from './entity'

export interface Draft {
  status: string
  spoiler_text: string
  visibility: Visibility
  language: string
  sensitive?: boolean
  in_reply_to_id?: string
  media_ids?: string[]
  /** what an edit changes beside the files */
  media_attributes?: { id: string; description: string; focus: string }[]
  poll?: { options: string[]; expires_in?: number; multiple: boolean; hide_totals?: boolean }
  quoted_status_id?: string
  quote_approval_policy?: 'public' | 'followers' | 'nobody'
  interaction_policy?: { can_reply: { always: string[] } }
  scheduled_at?: string
}

export const readStatus = (id: string, signal?: AbortSignal) => get<Status>(`/api/v1/statuses/${id}`, undefined, signal)

/** Refresh is work of the server that will make an answer better; retry is in seconds. */
export interface Refresh {
  id: string
  retry: number
}

/** refreshOf reads Mastodon-Async-Refresh: id="…", retry=3 */
export function refreshOf(header: string | null): Refresh | null {
  const id = /\bid="([^"]+)"/.exec(header ?? '')?.[1]
  return id ? { id, retry: Math.min(30, Math.max(1, Number(/\bretry=(\d+)/.exec(header!)?.[1] ?? 3))) } : null
}

export async function readContext(id: string, signal?: AbortSignal): Promise<{ context: Context; refresh: Refresh | null }> {
  const { body, header } = await headed<Context>(`/api/v1/statuses/${id}/context`, 'Mastodon-Async-Refresh', signal)
  return { context: body, refresh: refreshOf(header) }
}
export const readRefresh = async (id: string) => (await get<{ async_refresh: AsyncRefresh }>(`/api/v1_alpha/async_refreshes/${encodeURIComponent(id)}`)).async_refresh.status
export const readSource = (id: string) => get<StatusSource>(`/api/v1/statuses/${id}/source`)
export const readHistory = (id: string) => get<StatusEdit[]>(`/api/v1/statuses/${id}/history`)
export const readBoosters = (id: string, next?: string) => page<Account>(next ?? `/api/v1/statuses/${id}/reblogged_by`)
export const readLikers = (id: string, next?: string) => page<Account>(next ?? `/api/v1/statuses/${id}/favourited_by`)

/** createStatus may be called again with the same key: the server then creates nothing new. */
export const createStatus = (draft: Draft, key: string) => post<Status | ScheduledStatus>('/api/v1/statuses', draft, { 'Idempotency-Key': key }, true)
export const editStatus = (id: string, draft: Partial<Draft>) => put<Status>(`/api/v1/statuses/${id}`, draft)
export const deleteStatus = (id: string) => del<DeletedStatus>(`/api/v1/statuses/${id}`)

export const readScheduled = (next?: string) => page<ScheduledStatus>(next ?? '/api/v1/scheduled_statuses')
export const reschedule = (id: string, at: string) => put<ScheduledStatus>(`/api/v1/scheduled_statuses/${id}`, { scheduled_at: at })
export const unschedule = (id: string) => del(`/api/v1/scheduled_statuses/${id}`)

export type Act =
  | 'favourite' | 'unfavourite' | 'reblog' | 'unreblog' | 'bookmark' | 'unbookmark'
  | 'mute' | 'unmute' | 'pin' | 'unpin'

export const actOn = (id: string, act: Act, body?: unknown) => post<Status>(`/api/v1/statuses/${id}/${act}`, body)
export const vote = (poll: string, choices: number[]) => post<Poll>(`/api/v1/polls/${poll}/votes`, { choices })
export const readPoll = (poll: string) => get<Poll>(`/api/v1/polls/${poll}`)

export const readQuotes = (id: string) => page<Status>(`/api/v1/statuses/${id}/quotes`)
/** revokeQuote takes a post of the reader out of another that quotes it. */
export const revokeQuote = (id: string, quoting: string) => post<Status>(`/api/v1/statuses/${id}/quotes/${quoting}/revoke`)
export const allowQuotes = (id: string, who: 'public' | 'followers' | 'nobody') =>
  put<Status>(`/api/v1/statuses/${id}/interaction_policy`, { quote_approval_policy: who })
/** allowReplies changes who may reply from now on. */
export const allowReplies = (id: string, always: string[]) =>
  put<Status>(`/api/v1/statuses/${id}/interaction_policy`, { interaction_policy: { can_reply: { always } } })

export const translateStatus = (id: string, lang: string) => post<Translation>(`/api/v1/statuses/${id}/translate`, { lang })

const reaction = (id: string, emoji: string) => `/api/v1/pleroma/statuses/${id}/reactions/${encodeURIComponent(emoji)}`
export const addReaction = (id: string, emoji: string) => put<Status>(reaction(id, emoji), {})
export const takeReaction = (id: string, emoji: string) => del<Status>(reaction(id, emoji))
