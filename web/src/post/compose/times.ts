// Times as the browser's field wants them: local, without a zone.
import { locale } from '../../text'

const pad = (n: number) => String(n).padStart(2, '0')

export function field(ms: number): string {
  const d = new Date(ms)
  return `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}T${pad(d.getHours())}:${pad(d.getMinutes())}`
}

/** earliest: the site takes nothing that is due within five minutes. */
export const earliest = (now = Date.now()): number => now + 6 * 60_000

/** tomorrow at nine is where the choice begins. */
export function tomorrow(now = Date.now()): string {
  const d = new Date(now)
  d.setDate(d.getDate() + 1)
  d.setHours(9, 0, 0, 0)
  return field(d.getTime())
}

export const zone = (): string => new Intl.DateTimeFormat(locale, { timeZoneName: 'long' }).formatToParts().find((p) => p.type === 'timeZoneName')?.value ?? Intl.DateTimeFormat().resolvedOptions().timeZone
