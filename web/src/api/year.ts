// The review of a year, counted by the server and shown to nobody else.
import { get, post } from './client'
import type { WrappedAnnualReports } from './entity'

export type YearState = 'available' | 'generating' | 'eligible' | 'ineligible'

const base = '/api/v1/annual_reports'
export const yearState = async (year: string) => (await get<{ state: YearState }>(`${base}/${year}/state`)).state
export const makeYear = (year: string) => post(`${base}/${year}/generate`)
export const readYear = (year: string) => get<WrappedAnnualReports>(`${base}/${year}`)
export const sawYear = (year: string) => post(`${base}/${year}/read`)
