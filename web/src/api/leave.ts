// Who waits for leave to like, answer, boost or quote a post of the reader's.
import { page, post } from './client'
import type { InteractionRequest } from './entity'

const base = '/api/v1/interaction_requests'
export const readLeave = (next?: string) => page<InteractionRequest>(next ?? base, next ? undefined : { limit: 40 })
export const giveLeave = (id: string, yes: boolean) => post<InteractionRequest>(`${base}/${id}/${yes ? 'authorize' : 'reject'}`)
