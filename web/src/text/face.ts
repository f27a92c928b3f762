// Who has no picture gets initials on a colour. CLASSES.md says the same for the Go templates.

/** hue is the class number of a handle's colour: FNV-1a, 32 bit, modulo 12. */
export function hue(acct: string): number {
  let h = 0x811c9dc5
  for (const byte of new TextEncoder().encode(acct.toLowerCase())) h = Math.imul(h ^ byte, 0x01000193) >>> 0
  return h % 12
}

const sign = /[\p{L}\p{N}]/u

/** initials are the first sign of the first and of the last word of a name. */
export function initials(name: string, username: string): string {
  const words = name
    .replace(/:\w+:/g, ' ')
    .split(/\s+/)
    .map((word) => sign.exec(word)?.[0])
    .filter((letter) => letter !== undefined)
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0] ?? sign.exec(username)?.[0] ?? '']
  return letters.join('').toUpperCase()
}
