/** compare orders ids: decimal numbers too long for JavaScript, so by length, then by their signs. */
export function compare(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}

export const newer = (a: string, b: string | undefined): boolean => b === undefined || compare(a, b) > 0

/** after is the id directly above another: what is older than it includes that one. */
export const after = (id: string): string => String(BigInt(id) + 1n)

/** before is the id directly below another: what is newer than it includes that one. */
export const before = (id: string): string => String(BigInt(id) - 1n)

/** idAt is the first id that the server can have given at a moment: milliseconds, then sixteen bits. */
export const idAt = (ms: number): string => String(BigInt(ms) << 16n)

/** timeOf is the moment at which the server gave an id. */
export const timeOf = (id: string): number => Number(BigInt(id) >> 16n)
