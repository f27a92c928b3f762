/** season is the year that can be looked back on: from 10 December to its end, as the server has it; undefined at other times. */
export function season(now = new Date()): string | undefined {
  return now.getUTCMonth() === 11 && now.getUTCDate() >= 10 ? String(now.getUTCFullYear()) : undefined
}
