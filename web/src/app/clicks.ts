// Links of this site stay in the app; a click on a post opens it. One listener for all.
import { place } from '../state/place.svelte'

const busy = 'a, button, input, textarea, select, label, summary, video, audio, [role="menu"], dialog'

export function onclick(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return
  const target = event.target as Element
  const plain = !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
  const link = target.closest('a')
  if (link) {
    if (!plain || link.target === '_blank' || link.hasAttribute('download') || !link.href) return
    const url = new URL(link.href)
    if (url.hash && url.pathname === location.pathname) return
    if (!place.knows(url)) return
    event.preventDefault()
    if (url.pathname === '/compose') place.write(Object.fromEntries(url.searchParams))
    else void place.go(url)
    return
  }
  if (target.closest(busy)) return
  const post = target.closest<HTMLElement>('[data-open]')
  if (!post) return
  const selection = getSelection()
  if (selection && !selection.isCollapsed && post.contains(selection.anchorNode)) return
  const to = post.dataset.open!
  if (plain) void place.go(to)
  else if (event.metaKey || event.ctrlKey) open(to, '_blank', 'noopener')
}
