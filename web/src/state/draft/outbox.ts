// What was sent and has not arrived: held for a moment so that it can be taken back, then sent, each post once, however
// often the connection fails or the page is closed. A post keeps its Idempotency-Key with the draft.
import { createStatus, editStatus, type Draft as Form } from '../../api/status'
import type { ScheduledStatus, Status } from '../../api/entity'
import { t } from '../../text'
import { moment } from '../../text/time'
import { keep } from '../entities.svelte'
import { habits } from '../habit.svelte'
import { place } from '../place.svelte'
import { publish, why } from '../post'
import { session } from '../session.svelte'
import { messages } from '../toast.svelte'
import { waiting } from '../waiting.svelte'
import { leaveOf } from './leave'
import { numbers, type Draft, type Out, type Part } from './model'
import * as store from './store'
import { bring, describe, joined, passing, there } from './upload'

const local = (s: Status): string => `/@${s.account.acct}/${s.id}`
const later = (tries: number): number => Math.min(300_000, 4000 * 2 ** tries)

/** form is one post as the API takes it. */
export function form(d: Draft, i: number, reply: string | undefined): Form {
  const p = d.parts[i]!
  const { poll } = p
  const open = d.visibility === 'public' || d.visibility === 'unlisted'
  return {
    status: p.text + numbers(d, i),
    spoiler_text: d.warned ? d.warning : '',
    language: d.language,
    sensitive: d.sensitive || (d.warned && d.warning.trim() !== ''),
    visibility: d.visibility,
    media_ids: p.files.flatMap((f) => f.media ?? []),
    ...(reply && { in_reply_to_id: reply }),
    ...(poll && { poll: { options: poll.options.map((o) => o.trim()).filter(Boolean), multiple: poll.multiple, ...(poll.lasts && { expires_in: poll.lasts }), ...(poll.hidden !== undefined && { hide_totals: poll.hidden }) } }),
    ...(open && { quote_approval_policy: d.quoters }),
    ...(d.repliers !== 'public' && !d.edit && { interaction_policy: { can_reply: { always: leaveOf(d.repliers) } } }),
    ...(d.quote && i === 0 && !d.edit && !d.went && { quoted_status_id: d.quote }),
    ...(d.schedule && !d.edit && { scheduled_at: new Date(d.schedule).toISOString() }),
  }
}

/** allowed: whoever is named may always answer. */

class Outbox {
  #timer: ReturnType<typeof setTimeout> | undefined
  #held = new Map<string, Draft>()
  #toasts = new Map<string, number>()
  #started = false

  /** start looks after what is waiting, from now on. */
  async start(): Promise<void> {
    if (!this.#started) {
      this.#started = true
      addEventListener('online', () => void this.wake())
      addEventListener('pagehide', this.#leave)
    }
    await this.run()
  }

  /** submit takes a draft; it can be taken back for some seconds. */
  async submit(d: Draft, undo = habits.undo): Promise<void> {
    const hold = d.edit ? 0 : undo * 1000
    const out: Out = { state: 'held', due: Date.now() + hold, tries: 0, done: [] }
    const sent = { ...d, out }
    waiting.mark()
    await store.put(sent)
    if (hold) {
      this.#held.set(d.id, sent)
      this.#toasts.set(d.id, messages.show(t('outbox.holding'), { label: t('app.undo'), run: () => void this.undo(d.id) }, hold))
    }
    void this.start() // whoever writes does not wait for the network
  }

  /** undo takes a draft back to the desk, unless it has gone. */
  async undo(id: string): Promise<void> {
    const back = await this.recall(id, (o) => o.state === 'held')
    if (!back) messages.show(t('outbox.late'))
    else if (place.writing || place.here.name === 'compose') messages.show(t('outbox.kept'))
    else place.write({ draft: id })
  }

  /** recall makes a draft of what waits. What of a thread is out already stays out: the rest goes on behind it. */
  async recall(id: string, may: (o: Out) => boolean = (o) => o.state !== 'sending'): Promise<Draft | undefined> {
    this.#held.delete(id)
    const back = await store.alter(id, (d) => {
      if (!d.out || !may(d.out)) return undefined
      const { out, ...same } = d
      const n = out.done.length
      const rest = out.tries && out.state === 'queued' ? { ...same, maybe: true } : same
      return n ? { ...rest, parts: d.parts.slice(n), reply: out.done.at(-1)!, went: (d.went ?? 0) + n, slot: 'aside' } : rest
    })
    await this.#count()
    return back
  }

  /** again tries one that waits or failed now. */
  async again(id: string): Promise<void> {
    await store.alter(id, (d) => d.out && { ...d, out: { ...d.out, state: 'queued', due: 0 } })
    await this.start()
  }

  /** wake tries everything that waits for the connection. */
  async wake(): Promise<void> {
    for (const d of await store.all()) if (d.out?.state === 'queued') await store.alter(d.id, (x) => x.out && { ...x, out: { ...x.out, due: 0, tries: 0 } })
    await this.run()
  }

  /** run sends what is due. One window at a time does it. */
  async run(): Promise<void> {
    if (!navigator.locks) return this.#run()
    await navigator.locks.request(`outbox:${session.me.id}`, () => this.#run())
  }

  async #run(): Promise<void> {
    clearTimeout(this.#timer)
    const now = Date.now()
    const mine = (await store.all()).filter((d) => d.out)
    // The oldest first. What is marked as being sent was left by a window that is gone: only one sends at a time.
    const due = mine.filter((d) => d.out!.state === 'sending' || (d.out!.state !== 'failed' && d.out!.due <= now)).sort((a, b) => a.at - b.at)
    for (const d of due) await this.#send(d.id)
    await this.#count()
  }

  async #count(): Promise<void> {
    const outs = (await store.all()).flatMap((d) => d.out ?? [])
    const n = (state: Out['state']) => outs.filter((o) => o.state === state).length
    waiting.set(n('queued') + n('sending'), n('failed'), n('held'))
    const next = Math.min(...outs.filter((o) => o.state === 'held' || o.state === 'queued').map((o) => o.due))
    clearTimeout(this.#timer)
    if (next < Infinity) this.#timer = setTimeout(() => void this.run(), Math.min(300_000, Math.max(50, next - Date.now())))
  }

  async #send(id: string): Promise<void> {
    const mark = (by: Partial<Out>) => store.alter(id, (x) => x.out && { ...x, out: { ...x.out, ...by } })
    let d = await mark({ state: 'sending', first: Date.now() })
    if (!d?.out) return
    this.#held.delete(id)
    try {
      let last: Status | ScheduledStatus | undefined
      let replyTo = d.out.done.at(-1) ?? d.reply
      for (let i = d.out.done.length; i < d.parts.length; i++) {
        d = await this.#files(d, i)
        if (d.edit) last = await editStatus(d.edit, edited(d))
        else {
          const start = Date.now()
          last = await createStatus(form(d, i, replyTo), d.parts[i]!.id)
          // It had arrived before, as it was then: what was changed since is an edit.
          if (d.maybe && 'account' in last && start - Date.parse(last.created_at) > 15_000) last = await editStatus(last.id, edited(d, i))
        }
        replyTo = last.id
        const done: string[] = [...d.out!.done, last.id]
        d = (await mark({ done })) ?? d
        if ('account' in last) this.#arrived(d, last)
      }
      await store.remove(id)
      this.#said(d, last)
    } catch (error) {
      const tries = (d.out?.tries ?? 0) + 1
      if (passing(error)) {
        await mark({ state: 'queued', due: Date.now() + later(tries), tries })
        this.#drop(id)
        if (tries === 1) messages.show(t('outbox.waits'), { label: t('outbox.open'), run: () => void place.go('/saved/drafts') })
      } else {
        const reason = why(error)
        await mark({ state: 'failed', why: reason, tries })
        this.#drop(id)
        messages.fail(t('outbox.failed', { why: reason }), { label: t('post.edit'), run: () => void this.reopen(id) })
      }
    }
  }

  /** reopen takes back what failed, to be mended. */
  async reopen(id: string): Promise<void> {
    if (await this.recall(id)) place.write({ draft: id })
  }

  /** files makes sure that the server has all files of a part and knows their descriptions. */
  async #files(d: Draft, i: number): Promise<Draft> {
    const stop = new AbortController()
    const files = await Promise.all(
      d.parts[i]!.files.map(async (f) => {
        if (there(f) && d.edit && f.url) return f // told with the edit itself
        const sent = there(f) ? await describe(f) : undefined
        return sent === undefined ? { ...f, ...(await (joined(f.id) ?? bring(d.id, f, () => {}, stop.signal, false))) } : { ...f, sent }
      }),
    )
    const parts = d.parts.map((p, n): Part => (n === i ? { ...p, files } : p))
    return (await store.alter(d.id, (x) => ({ ...x, parts }))) ?? { ...d, parts }
  }

  #arrived(d: Draft, s: Status): void {
    if (d.edit) keep(s)
    else publish(s)
  }

  #said(d: Draft, last: Status | ScheduledStatus | undefined): void {
    this.#drop(d.id)
    localStorage.setItem('posted-as', session.me.id)
    if (!last) return
    if (!('account' in last)) messages.show(t('outbox.scheduled', { when: moment(last.scheduled_at) }), { label: t('compose.view'), run: () => void place.go('/saved/scheduled') })
    else if (d.edit) messages.show(t('compose.changed'))
    else messages.show(t('compose.sent'), { label: t('compose.view'), run: () => void place.go(local(last)) })
  }

  #drop(id: string): void {
    const toast = this.#toasts.get(id)
    if (toast !== undefined) messages.drop(toast)
    this.#toasts.delete(id)
  }

  /** leave: whoever sends and closes the page at once means it. The same key is used at the next visit, so nothing comes twice. */
  #leave = (): void => {
    for (const d of this.#held.values()) {
      if (d.parts.length > 1 || !d.parts[0]!.files.every((f) => there(f) && f.sent !== undefined)) continue
      createStatus(form(d, 0, d.reply), d.parts[0]!.id).catch(() => {})
      this.#drop(d.id)
    }
    this.#held.clear()
  }
}

/** edited is what an edit says: whatever it does not name would go. */
export function edited(d: Draft, i = 0): Partial<Form> {
  const { visibility: _, quoted_status_id: __, interaction_policy: ___, scheduled_at: ____, ...rest } = form(d, i, undefined)
  const files = d.parts[i]!.files.filter((f) => f.media)
  return { ...rest, media_attributes: files.map((f) => ({ id: f.media!, description: f.alt.trim(), focus: `${f.focus.x.toFixed(2)},${f.focus.y.toFixed(2)}` })) }
}

export const outbox = new Outbox()
