// Collections: people whom somebody recommends to others, under a name.
import { del, get, part, patch, post } from './client'
import type { Collection, CollectionItem, CollectionWithAccounts } from './entity'

export interface CollectionForm {
  name: string
  description: string
  tag_name: string
  discoverable: boolean
  sensitive: boolean
}

interface Found {
  items: Collection[]
  next: string | null
}

async function list(path: string): Promise<Found> {
  const { body, next } = await part<{ collections: Collection[] }>(path)
  return { items: body.collections, next }
}

const base = '/api/v1/collections'
export const collectionsOf = (account: string, next?: string) => list(next ?? `/api/v1/accounts/${account}/collections`)
/** collectionsWith are those that the reader is in. */
export const collectionsWith = (me: string, next?: string) => list(next ?? `/api/v1/accounts/${me}/in_collections`)
export const readCollection = (id: string) => get<CollectionWithAccounts>(`${base}/${id}`)
export const makeCollection = async (form: CollectionForm & { account_ids?: string[] }) => (await post<{ collection: Collection }>(base, form)).collection
export const changeCollection = async (id: string, form: CollectionForm) => (await patch<{ collection: Collection }>(`${base}/${id}`, form)).collection
export const dropCollection = (id: string) => del(`${base}/${id}`)
export const collect = async (id: string, account: string) => (await post<{ collection_item: CollectionItem }>(`${base}/${id}/items`, { account_id: account })).collection_item
export const uncollect = (id: string, item: string) => del(`${base}/${id}/items/${item}`)
/** quitCollection takes the reader out of somebody's collection, for good. */
export const quitCollection = (id: string, item: string) => post(`${base}/${id}/items/${item}/revoke`)
