// Posts in the reader's language, as long as the page lives.
import { SvelteMap } from 'svelte/reactivity'
import type { Status, Translation } from '../api/entity'
import { translateStatus } from '../api/status'
import { lang } from '../text'
import { why } from './post'
import { session } from './session.svelte'
import { messages } from './toast.svelte'

const known = new Map<string, { of: string; text: Translation }>()
const shown = new SvelteMap<string, Translation>()
const asking = new Set<string>()

/** translation is what stands instead of a post's own words; false takes it away. */
export function translation(id: string, on = true): Translation | undefined {
  if (!on) shown.delete(id)
  return shown.get(id)
}

const base = (code: string) => code.toLowerCase().split('-')[0]

/** translatable: the site offers it, everybody may read the post, and the reader may not. */
export const translatable = (s: Status): boolean =>
  session.instance.configuration?.translation?.enabled === true &&
  (s.visibility === 'public' || s.visibility === 'unlisted') &&
  (s.content !== '' || s.spoiler_text !== '' || s.poll !== null) &&
  s.language !== null &&
  base(s.language) !== base(lang)

/** translate shows a post in the reader's language, or its own words again. */
export async function translate(s: Status, say: { asking: string; done: string }): Promise<void> {
  if (shown.has(s.id)) {
    shown.delete(s.id)
    return
  }
  const before = known.get(s.id)
  if (before?.of === s.content) {
    shown.set(s.id, before.text)
    return
  }
  if (asking.has(s.id)) return
  asking.add(s.id)
  messages.say(say.asking)
  try {
    const text = await translateStatus(s.id, lang)
    known.set(s.id, { of: s.content, text })
    shown.set(s.id, text)
    messages.say(say.done)
  } catch (error) {
    messages.fail(why(error))
  } finally {
    asking.delete(s.id)
  }
}
