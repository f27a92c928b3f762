// One thing that is kept as soon as it is changed: it says so, offers the way back, and tells in place what went wrong.
import { ApiError } from '../../api/client'
import { updateProfile, type ProfileForm } from '../../api/account'
import { keepAccount } from '../../state/entities.svelte'
import { why } from '../../state/post'
import { session } from '../../state/session.svelte'
import { messages } from '../../state/toast.svelte'
import { t } from '../../text'

interface More<T> {
  /** typed: what does not fit stays in the field, to be mended */
  typed?: boolean
  /** undone is told the value that came back */
  undone?: (value: T) => void
  /** field is the server's name, to find its sentence among several */
  field?: string
}

export class Setting<T> {
  value = $state.raw() as T
  error = $state('')
  #kept: T
  #turn = 0
  #keep: (value: T) => Promise<unknown> | void
  #more: More<T>

  constructor(value: T, keep: (value: T) => Promise<unknown> | void, more: More<T> = {}) {
    this.value = this.#kept = value
    this.#keep = keep
    this.#more = more
  }

  /** set shows a value at once and keeps it. The last one wins, in whatever order the answers come. */
  async set(next: T, undo = false): Promise<void> {
    if (!undo && Object.is(next, this.#kept) && !this.error) return
    const turn = ++this.#turn
    let before = this.#kept
    this.value = next
    this.error = ''
    try {
      await line(async () => {
        before = this.#kept
        await this.#keep(next)
        this.#kept = next
      })
    } catch (error) {
      if (turn !== this.#turn) return
      if (!this.#more.typed) this.value = this.#kept
      this.error = sentence(error, this.#more.field)
      return
    }
    if (turn !== this.#turn) return
    if (undo) this.#more.undone?.(next)
    messages.show(undo ? t('settings.undone') : t('app.saved'), undo ? undefined : { label: t('app.undo'), run: () => void this.set(before, true) })
  }
}

function sentence(error: unknown, field?: string): string {
  if (!(error instanceof ApiError)) return why(error)
  return (field && error.details?.[field]?.[0]?.description) || why(error)
}

let last: Promise<unknown> = Promise.resolve()

/** line lets changes go to the server one after the other, as they were made. */
function line<T>(run: () => T | Promise<T>): Promise<T> {
  const mine = last.then(run)
  last = mine.catch(() => {})
  return mine
}

/** tell changes the profile on the server and here. */
export async function tell(form: ProfileForm | FormData): Promise<void> {
  session.me = await updateProfile(form)
  keepAccount(session.me)
}
