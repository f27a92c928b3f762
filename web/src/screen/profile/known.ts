// Which id a handle has: so that coming back to a profile needs no question.
const ids = new Map<string, string>()

export const idOf = (acct: string): string | undefined => ids.get(acct.toLowerCase())
export function remember(acct: string, id: string): void {
  ids.set(acct.toLowerCase(), id)
}
