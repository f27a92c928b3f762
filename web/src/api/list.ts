import { del, get, post } from './client'
import type { List } from './entity'

export const readLists = () => get<List[]>('/api/v1/lists')
/** readListsOf are those that hold an account. */
export const readListsOf = (account: string) => get<List[]>(`/api/v1/accounts/${account}/lists`)
export const createList = (title: string) => post<List>('/api/v1/lists', { title })
export const addToList = (list: string, account: string) => post(`/api/v1/lists/${list}/accounts`, { account_ids: [account] })
export const takeFromList = (list: string, account: string) => del(`/api/v1/lists/${list}/accounts?account_ids[]=${account}`)
