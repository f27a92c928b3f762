// The only place that talks to the server. Sign-in is a cookie that no script can read.

/** Page is one page of a list, and where the next one is. */
export interface Page<T> {
  items: T[]
  next: string | null
}

/** ApiError is an answer that says no. Its text was written for people. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    text: string,
    readonly details?: Record<string, { error: string; description: string }[]>,
  ) {
    super(text)
  }
  /** offline: the request never arrived, as far as we know */
  get offline(): boolean {
    return this.status === 0
  }
}

type Value = string | number | boolean | null | undefined
export type Params = Record<string, Value | Value[]>

/** caller is the account that this page shows: every request is for it, whichever another tab shows. */
export const caller = { account: '' }

/** named tells the server whose request it is. */
export const named = (account = caller.account): Record<string, string> => (account ? { 'Skein-Account': account } : {})

interface Options {
  query?: Params
  body?: unknown
  form?: FormData | URLSearchParams | Blob
  headers?: Record<string, string>
  signal?: AbortSignal | undefined
  /** outlive: the request goes on when the page goes away */
  outlive?: boolean | undefined
}

function address(path: string, query?: Params): string {
  if (!query) return path
  const q = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (Array.isArray(value)) for (const v of value) q.append(key + '[]', String(v))
    else if (value !== undefined && value !== null && value !== '') q.set(key, String(value))
  }
  const text = q.toString()
  return text ? path + (path.includes('?') ? '&' : '?') + text : path
}

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms))

/** pause is how long a server that is busy wants to be left alone, in ms. */
function pause(answer: Response, tries: number): number {
  const after = Number(answer.headers.get('Retry-After'))
  if (after > 0) return after * 1000
  const reset = Date.parse(answer.headers.get('X-RateLimit-Reset') ?? '')
  return reset > Date.now() ? reset - Date.now() : 500 * 2 ** tries
}

/** parting is there while the session ends. What is asked meanwhile waits: it goes on if the session stays, and never once it is over. */
let parting: Promise<void> | undefined
const asked = new Set<Promise<Response>>()

async function send(method: string, path: string, o: Options): Promise<Response> {
  if (parting) await parting
  const answer = ask(method, path, o)
  asked.add(answer)
  try {
    return await answer
  } finally {
    asked.delete(answer)
  }
}

async function ask(method: string, path: string, o: Options): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': document.documentElement.lang || 'en', ...named(), ...o.headers }
  if (o.body !== undefined) headers['Content-Type'] = 'application/json'
  const init: RequestInit = {
    method,
    headers,
    credentials: 'same-origin',
    body: o.form ?? (o.body !== undefined ? JSON.stringify(o.body) : null),
    signal: o.signal ?? null,
    keepalive: o.outlive ?? false,
  }
  const again = method === 'GET' ? 2 : 0
  for (let tries = 0; ; tries++) {
    let answer: Response
    try {
      answer = await fetch(address(path, o.query), init)
    } catch (error) {
      if (o.signal?.aborted) throw error
      if (tries < again) {
        await wait(400 * 2 ** tries)
        continue
      }
      throw new ApiError(0, 'The server could not be reached.')
    }
    if (answer.ok) return answer
    if (tries < again && (answer.status === 429 || answer.status >= 502)) {
      const ms = pause(answer, tries)
      if (ms <= 10_000) {
        await wait(ms)
        continue
      }
    }
    throw await failure(answer)
  }
}

/** session tells whoever listens that the server no longer knows the reader. */
export const session = { ended: (): void => {} }

async function failure(answer: Response): Promise<ApiError> {
  if (answer.status === 401) session.ended()
  try {
    const { error, error_description, details } = await answer.json()
    return new ApiError(answer.status, error_description ?? error ?? answer.statusText, details)
  } catch {
    return new ApiError(answer.status, answer.statusText || `Error ${answer.status}`)
  }
}

async function json<T>(answer: Response): Promise<T> {
  const text = await answer.text()
  return (text ? JSON.parse(text) : {}) as T
}

/** nextOf reads rel="next" out of a Link header, as a path on this origin. */
export function nextOf(link: string | null): string | null {
  for (const part of link?.split(/,\s*(?=<)/) ?? []) {
    const m = /^<([^>]+)>\s*;.*\brel="?next"?/.exec(part)
    if (m?.[1]) return local(m[1])
  }
  return null
}

/** local turns an address of our own API into a path, whatever name the server gave itself. */
export function local(url: string): string {
  const u = new URL(url, location.origin)
  return u.pathname + u.search
}

export const get = async <T>(path: string, query?: Params, signal?: AbortSignal): Promise<T> =>
  json<T>(await send('GET', path, { ...(query && { query }), signal }))

/** getFor reads as another account of this browser would. */
export const getFor = async <T>(account: string, path: string): Promise<T> => json<T>(await send('GET', path, { headers: named(account) }))

/** headed reads an answer with one of its headers. */
export async function headed<T>(path: string, header: string, signal?: AbortSignal): Promise<{ body: T; header: string | null }> {
  const answer = await send('GET', path, { signal })
  return { body: await json<T>(answer), header: answer.headers.get(header) }
}

export async function page<T>(path: string, query?: Params, signal?: AbortSignal): Promise<Page<T>> {
  const answer = await send('GET', path, { ...(query && { query }), signal })
  return { items: await json<T[]>(answer), next: nextOf(answer.headers.get('Link')) }
}

/** part is a page whose items lie inside of something larger. */
export async function part<T>(path: string, query?: Params): Promise<{ body: T; next: string | null }> {
  const answer = await send('GET', path, { ...(query && { query }) })
  return { body: await json<T>(answer), next: nextOf(answer.headers.get('Link')) }
}

export const post = async <T>(path: string, body?: unknown, headers?: Record<string, string>, outlive?: boolean): Promise<T> =>
  json<T>(await send('POST', path, { body, outlive, ...(headers && { headers }) }))

/** sendBytes sends a piece of a file as it is. */
export const sendBytes = async <T>(path: string, query: Params, form: Blob, signal: AbortSignal): Promise<T> =>
  json<T>(await send('POST', path, { query, form, signal, headers: { 'Content-Type': 'application/octet-stream' } }))

export const put = async <T>(path: string, body: unknown): Promise<T> => json<T>(await send('PUT', path, { body }))

export const patch = async <T>(path: string, body: unknown): Promise<T> => json<T>(await send('PATCH', path, body instanceof FormData ? { form: body } : { body }))

export const del = async <T>(path: string, query?: Params): Promise<T> => json<T>(await send('DELETE', path, { ...(query && { query }) }))

/**
 * leave ends the session of this account, or of all that the browser is signed in to; the answer is some page. What is under way is
 * waited for, 2 s at most: asked by a session that is over it would be refused.
 */
export async function leave(all: boolean): Promise<void> {
  let stay = (): void => {}
  parting = new Promise((done) => {
    stay = done
  })
  try {
    await Promise.race([Promise.allSettled(asked), wait(2000)])
    await ask('POST', '/signout', { headers: { Accept: 'text/html' }, form: new URLSearchParams(all ? { all: '1' } : { account: caller.account }) })
  } catch (error) {
    parting = undefined
    stay()
    throw error
  }
}
