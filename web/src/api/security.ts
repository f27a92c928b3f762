// How and where somebody is signed in.
import { del, get, post, put } from './client'
import type { Passkey, PasskeyQuestion, RecoveryCodes, Security, SecurityEvent, StepSetup } from './entity'

const at = '/api/skein/v1/security'

export const readSecurity = () => get<Security>(at)
export const changePassword = (old: string, fresh: string) => post(`${at}/password`, { old_password: old, password: fresh })
export const changeEmail = (email: string, password: string) => post(`${at}/email`, { email, password })
export const endSession = (id: string) => del(`${at}/sessions/${id}`)
export const endSessions = () => del(`${at}/sessions`)
export const revokeApp = (id: string) => del(`${at}/apps/${id}`)
export const closeAccount = (password: string) => post(`${at}/close`, { password })

export const prove = (password: string) => post(`${at}/prove`, { password })
export const askProof = () => post<PasskeyQuestion>(`${at}/prove/passkey/ask`)
export const provePasskey = (state: string, answer: string) => post(`${at}/prove/passkey`, { state, answer })
export const askNewPasskey = () => post<PasskeyQuestion>(`${at}/passkeys/ask`)
export const addPasskey = (state: string, answer: string, name: string) => post<Passkey>(`${at}/passkeys`, { state, answer, name })
export const renamePasskey = (id: string, name: string) => put<Passkey>(`${at}/passkeys/${id}`, { name })
export const removePasskey = (id: string) => del(`${at}/passkeys/${id}`)
export const setUpStep = () => post<StepSetup>(`${at}/second_step`)
export const confirmStep = (code: string) => post<RecoveryCodes>(`${at}/second_step/confirm`, { code })
export const endStep = () => del(`${at}/second_step`)
export const newCodes = () => post<RecoveryCodes>(`${at}/recovery_codes`)
export const stopRecovery = () => del(`${at}/recovery`)
export const readLog = (before?: string) => get<SecurityEvent[]>(`${at}/log`, before ? { max_id: before } : {})
