// What somebody brings from elsewhere.
import { del, get, post, sendBytes } from './client'
import type { Import, ImportRow } from './entity'

const at = '/api/skein/v1/imports'

export type Source = Import['source']
export interface Choice {
  overwrite?: boolean
  kinds?: string[]
  visibility?: 'original' | 'public' | 'unlisted' | 'private'
}

export const readImports = () => get<Import[]>(at)
export const readImport = (id: string) => get<Import>(`${at}/${id}`)
export const beginImport = (source: Source, files: { name: string; size: number }[]) => post<Import>(at, { source, files })
export const runImport = (id: string, choice: Choice) => post<Import>(`${at}/${id}/run`, choice)
export const pauseImport = (id: string) => post<Import>(`${at}/${id}/pause`)
export const undoImport = (id: string) => post<Import>(`${at}/${id}/undo`)
export const removeImport = (id: string) => del(`${at}/${id}`)
export const readReport = (id: string, above = '') => get<ImportRow[]>(`${at}/${id}/report`, { limit: 1000, min_id: above })

/** piece is how much of a file goes at once. */
export const piece = 8 << 20

/** sendPiece sends a piece of a file, which begins at a place. */
export const sendPiece = (id: string, file: number, offset: number, body: Blob, signal: AbortSignal) => sendBytes<Import>(`${at}/${id}/files/${file}`, { offset }, body, signal)
