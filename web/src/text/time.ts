// Time in words. Formatters are dear to make: each is made once, when first needed.
import { lang, locale, t } from './index'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const made = new Map<string, unknown>()
function once<T>(name: string, make: () => T): T {
  let it = made.get(name) as T | undefined
  if (!it) made.set(name, (it = make()))
  return it
}
// Narrow German has "8h" beside "13 Min.".
const unit = (u: string) =>
  once(u, () => new Intl.NumberFormat(locale, { style: 'unit', unit: u, unitDisplay: lang === 'de' ? 'short' : 'narrow' }))
const relative = () => once('relative', () => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }))
const dates = (name: string, o: Intl.DateTimeFormatOptions) => once(name, () => new Intl.DateTimeFormat(locale, o))

/** ago is the age of a post in as few signs as possible: now, 3m, 5h, 2d, Nov 3. */
export function ago(when: string, now = Date.now()): string {
  const then = new Date(when)
  const ms = Math.max(0, now - then.getTime())
  if (ms < minute) return relative().format(0, 'second')
  if (ms < hour) return unit('minute').format(Math.floor(ms / minute))
  if (ms < day) return unit('hour').format(Math.floor(ms / hour))
  if (ms < 7 * day) return unit('day').format(Math.floor(ms / day))
  return then.getFullYear() === new Date(now).getFullYear()
    ? dates('short', { month: 'short', day: 'numeric' }).format(then)
    : dates('shortYear', { year: 'numeric', month: 'short', day: 'numeric' }).format(then)
}

/** moment is a point in time in full: 22 November 2026 at 09:00. */
export const moment = (when: string) => dates('full', { dateStyle: 'long', timeStyle: 'short' }).format(new Date(when))
export const clock = (when: string) => dates('clock', { timeStyle: 'short' }).format(new Date(when))
export const date = (when: string) => dates('date', { dateStyle: 'long' }).format(new Date(when))
export const month = (when: string) => dates('month', { month: 'long', year: 'numeric' }).format(new Date(when))

/** until says when something ends: in 3 hours. */
export function until(when: string, now = Date.now()): string {
  const ms = Date.parse(when) - now
  const f = relative()
  if (ms <= 0) return t('poll.ended')
  if (ms < hour) return f.format(Math.ceil(ms / minute), 'minute')
  if (ms < day) return f.format(Math.round(ms / hour), 'hour')
  return f.format(Math.round(ms / day), 'day')
}

/** span is a length of time in words: 1 hour, 7 days. */
export function span(seconds: number): string {
  const of = (u: string, n: number) => once(u + 's', () => new Intl.NumberFormat(locale, { style: 'unit', unit: u, unitDisplay: 'long' })).format(n)
  return seconds < 3600 ? of('minute', Math.round(seconds / 60)) : seconds < 86_400 ? of('hour', Math.round(seconds / 3600)) : of('day', Math.round(seconds / 86_400))
}

/** later says how long after a post an answer came, if that is at least two months: 3 months, 2 years. */
export function later(first: string, then: string): string {
  const days = (Date.parse(then) - Date.parse(first)) / day
  const of = (u: string, n: number) => once(u + 's', () => new Intl.NumberFormat(locale, { style: 'unit', unit: u, unitDisplay: 'long', maximumFractionDigits: 0 })).format(n)
  return days >= 365 ? of('year', Math.floor(days / 365)) : days >= 60 ? of('month', Math.floor(days / 30.44)) : ''
}
