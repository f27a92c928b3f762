// How and where somebody is signed in.
import { del, get, post } from './client'
import type { Security } from './entity'

const at = '/api/skein/v1/security'

export const readSecurity = () => get<Security>(at)
export const changePassword = (old: string, fresh: string) => post(`${at}/password`, { old_password: old, password: fresh })
export const changeEmail = (email: string, password: string) => post(`${at}/email`, { email, password })
export const endSession = (id: string) => del(`${at}/sessions/${id}`)
export const endSessions = () => del(`${at}/sessions`)
export const revokeApp = (id: string) => del(`${at}/apps/${id}`)
export const closeAccount = (password: string) => post(`${at}/close`, { password })
