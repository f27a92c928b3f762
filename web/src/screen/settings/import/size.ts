import { locale } from '../../../text'

/** bytes says how large something is, as people say it. */
export function bytes(n: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte']
  let i = 0
  for (; n >= 1000 && i < units.length - 1; i++) n /= 1000
  return new Intl.NumberFormat(locale, { style: 'unit', unit: units[i]!, unitDisplay: 'short', maximumFractionDigits: i > 1 && n < 100 ? 1 : 0 }).format(n)
}
