// What an address asks to be written: our own links, "post this" links of other sites, and shares of other apps.
import type { Writing } from '../../state/place.svelte'

const own = ['draft', 'reply', 'edit', 'quote', 'text', 'warning', 'visibility'] as const

/** writing reads /compose?text=, /share?title=&text=&url= and /intent?text=&url=&hashtags=. */
export function writing(url: URL): Writing {
  const q = url.searchParams
  const w: Writing = {}
  for (const key of own) {
    const value = q.get(key)
    if (value) w[key] = value
  }
  const reply = q.get('in_reply_to')
  if (reply && /^\d+$/.test(reply)) w.reply ??= reply
  const parts = [q.get('title'), q.get('text'), q.get('url')].map((s) => s?.trim() ?? '')
  // Apps put the same thing into two fields: it is said once.
  const said = parts.filter((s, i) => s && !parts.some((x, j) => j !== i && x.includes(s) && (x !== s || j < i)))
  const tags = (q.get('hashtags') ?? '').split(',').map((tag) => tag.trim().replace(/^#/, '')).filter(Boolean).map((tag) => '#' + tag)
  const text = [said.join('\n'), tags.join(' ')].filter(Boolean).join('\n\n')
  if (text) w.text = text
  return w
}

/** shared takes the files that the service worker put aside for /share: cache "share", one entry for each. */
export async function shared(url: URL): Promise<File[]> {
  if (url.pathname !== '/share' || !('caches' in globalThis)) return []
  try {
    const cache = await caches.open('share')
    const files: File[] = []
    for (const request of await cache.keys()) {
      const answer = await cache.match(request)
      const blob = await answer?.blob()
      if (blob?.size) files.push(new File([blob], decodeURIComponent(new URL(request.url).pathname.split('/').at(-1) ?? 'file'), { type: blob.type }))
      await cache.delete(request)
    }
    return files
  } catch {
    return []
  }
}
