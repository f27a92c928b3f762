// What changed from one version of a post to the next, beside its text: files, and the answers of a poll.
import type { Media, StatusEdit } from '../../api/entity'

export type Mark = 'same' | 'new' | 'old'

export interface FileChange {
  mark: Mark
  file: Media
  /** before is the description that it had, if another one */
  before?: string
}

/** files compares the files of two versions: those of the newer in their order, then those that are gone. */
export function files(v: StatusEdit, older: StatusEdit | undefined): FileChange[] {
  const was = new Map((older?.media_attachments ?? []).map((m) => [m.id, m]))
  const now = v.media_attachments.map((file): FileChange => {
    const old = was.get(file.id)
    if (!older) return { mark: 'same', file }
    if (!old) return { mark: 'new', file }
    const before = old.description ?? ''
    return before === (file.description ?? '') ? { mark: 'same', file } : { mark: 'same', file, before }
  })
  const here = new Set(v.media_attachments.map((m) => m.id))
  return [...now, ...(older?.media_attachments ?? []).filter((m) => !here.has(m.id)).map((file): FileChange => ({ mark: 'old', file }))]
}

/** moved: the same files stand in another order. */
export function moved(v: StatusEdit, older: StatusEdit | undefined): boolean {
  const order = (a: StatusEdit, b: StatusEdit) => a.media_attachments.map((m) => m.id).filter((id) => b.media_attachments.some((m) => m.id === id)).join()
  return older !== undefined && order(v, older) !== order(older, v)
}

/** answers compares polls: an answer is the same where its words are. */
export function answers(v: StatusEdit, older: StatusEdit | undefined): { mark: Mark; title: string }[] {
  const [now, was] = [v.poll?.options.map((o) => o.title) ?? [], older?.poll?.options.map((o) => o.title) ?? []]
  return [...now.map((title) => ({ mark: older && !was.includes(title) ? ('new' as const) : ('same' as const), title })), ...was.filter((title) => !now.includes(title)).map((title) => ({ mark: 'old' as const, title }))]
}
