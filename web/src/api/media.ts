// Files on their way to the server. XMLHttpRequest, since fetch does not tell how much has gone out.
import { ApiError, del, get, named, put } from './client'
import type { Media } from './entity'

/** upload sends a file; progress goes from 0 to 1. A film may still be worked on when this is done. */
export function upload(file: Blob, name: string, more: { description?: string; focus?: string }, progress: (part: number) => void, signal: AbortSignal): Promise<Media> {
  return new Promise((resolve, reject) => {
    const form = new FormData()
    if (more.description) form.set('description', more.description)
    if (more.focus) form.set('focus', more.focus)
    form.set('file', file, name)
    const request = new XMLHttpRequest()
    request.open('POST', '/api/v2/media')
    request.setRequestHeader('Accept', 'application/json')
    for (const [name, value] of Object.entries(named())) request.setRequestHeader(name, value)
    request.responseType = 'json'
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total)
    request.onload = () => {
      const answer = request.response as (Media & { error?: string }) | null
      if (request.status < 300 && answer?.id) resolve(answer)
      else reject(new ApiError(request.status, answer?.error ?? (request.statusText || `Error ${request.status}`)))
    }
    request.onerror = () => reject(new ApiError(0, 'The server could not be reached.'))
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'))
    signal.addEventListener('abort', () => request.abort())
    request.send(form)
  })
}

/** readMedia tells how a file is doing: without url it is still worked on. */
export const readMedia = (id: string) => get<Media>(`/api/v1/media/${id}`)
export const describeMedia = (id: string, about: { description: string; focus: string }) => put<Media>(`/api/v1/media/${id}`, about)
export const deleteMedia = (id: string) => del(`/api/v1/media/${id}`)
