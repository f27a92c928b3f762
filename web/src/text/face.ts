// Who has no picture gets initials on a colour. CLASSES.md says the same for the Go templates.

/** hue is the class number of a handle's colour: FNV-1a, 32 bit, modulo 12. */
export function hue(acct: string): number {
  let h = 0x811c9dc5
  for (const byte of new TextEncoder().encode(acct.toLowerCase())) h = Math.imul(h ^ byte, 0x01000193) >>> 0
  return h % 12
}

const sign = /[\p{L}\p{N}]/u
// The scripts whose letters stand beside each other as initials. Others join, are whole words, or run the other way.
const pairs = [/^[\p{Script=Latin}\d]+$/u, /^[\p{Script=Greek}\d]+$/u, /^[\p{Script=Cyrillic}\d]+$/u]

/** initials are the first sign of the first word of a name and, where both are of one script that has initials, of the last. */
export function initials(name: string, username: string): string {
  const words = name
    .replace(/:\w+:/g, ' ')
    .split(/\s+/)
    .map((word) => sign.exec(word)?.[0])
    .filter((letter) => letter !== undefined)
  const first = words[0] ?? sign.exec(username)?.[0] ?? ''
  const both = first + (words.length > 1 ? words.at(-1) : '')
  return (pairs.some((script) => script.test(both)) ? both : first).toUpperCase()
}
