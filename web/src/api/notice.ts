// Requests around notifications: groups, who is held back, what becomes of strangers.
import { del, get, page, patch, post, put } from './client'
import type { Account, FamiliarFollowers, NotificationPolicy, NotificationRequest, WebPushSubscription } from './entity'
import { readGroups } from './timeline'

const group = (key: string) => `/api/v2/notifications/${encodeURIComponent(key)}`
export const readMembers = (key: string, next?: string) => page<Account>(next ?? `${group(key)}/accounts`, next ? undefined : { limit: 40 })
export const dismissGroup = (key: string) => post(`${group(key)}/dismiss`)
export const clearNotifications = () => post('/api/v2/notifications/clear')

export const readPolicy = () => get<NotificationPolicy>('/api/v2/notifications/policy')
export const savePolicy = (by: Partial<Omit<NotificationPolicy, 'summary'>>) => patch<NotificationPolicy>('/api/v2/notifications/policy', by)

const requests = '/api/v1/notifications/requests'
export const readRequests = (next?: string) => page<NotificationRequest>(next ?? requests, next ? undefined : { limit: 40 })
export const answerSender = (id: string, yes: boolean) => post(`${requests}/${id}/${yes ? 'accept' : 'dismiss'}`)
export const answerSenders = (ids: string[], yes: boolean) => post(`${requests}/${yes ? 'accept' : 'dismiss'}`, { id: ids })
/** readHeld reads what one sender sent while being held back. */
export const readHeld = (account: string) => readGroups(undefined, { account_id: account, include_filtered: true, limit: 20 })

export const readFamiliar = async (id: string) => (await get<FamiliarFollowers[]>('/api/v1/accounts/familiar_followers', { id: [id] }))[0]?.accounts ?? []

const push = '/api/v1/push/subscription'
export interface PushWish {
  alerts: Record<string, boolean>
  policy: WebPushSubscription['policy']
}
export const readPush = () => get<WebPushSubscription>(push)
export const subscribePush = (subscription: PushSubscriptionJSON, data: PushWish) =>
  post<WebPushSubscription>(push, { subscription: { endpoint: subscription.endpoint, keys: subscription.keys, standard: true }, data })
export const changePush = (data: PushWish) => put<WebPushSubscription>(push, { data })
export const endPush = () => del(push)
