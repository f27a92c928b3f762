import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const css = readFileSync('src/style/tokens.css', 'utf8')
const ui = readFileSync('src/style/ui.css', 'utf8')

type Pair = [light: string, dark: string]
function tokens(block: string): Record<string, Pair> {
  return Object.fromEntries([...block.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map((m) => [m[1]!, [m[2]!, m[3]!] as Pair]))
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}
function ratio(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p)
  return (x! + 0.05) / (y! + 0.05)
}

const normal = tokens(css.slice(0, css.indexOf('[data-contrast="more"]')))
const more = { ...normal, ...tokens(css.slice(css.indexOf('[data-contrast="more"]'))) }

for (const [name, set, least] of [['normal', normal, 4.5], ['more', more, 7]] as const) {
  test(`text is readable on every ground, ${name} contrast`, () => {
    for (const theme of [0, 1] as const)
      for (const ink of ['text', 'muted', 'accent'])
        for (const ground of ['page', 'card', 'raised']) expect(ratio(set[ink]![theme], set[ground]![theme]), `${ink} on ${ground}`).toBeGreaterThanOrEqual(least)
  })
}

test('signs, buttons and faces are readable', () => {
  for (const theme of [0, 1] as const) {
    for (const ink of ['boost', 'fav', 'mark', 'danger', 'clip']) for (const ground of ['page', 'card', 'raised']) expect(ratio(normal[ink]![theme], normal[ground]![theme]), ink).toBeGreaterThanOrEqual(4.5)
    expect(ratio(normal['on-accent']![theme], normal.accent![theme])).toBeGreaterThanOrEqual(4.5)
    expect(ratio(normal.text![theme], normal['accent-soft']![theme])).toBeGreaterThanOrEqual(7)
    expect(ratio(normal.control![theme], normal.card![theme])).toBeGreaterThanOrEqual(3)
  }
  const faces = [...ui.matchAll(/--a: light-dark\((#\w+), (#\w+)\); --b: light-dark\((#\w+), (#\w+)\)/g)]
  expect(faces).toHaveLength(12)
  for (const [, a, b, c, d] of faces) {
    expect(ratio(a!, c!)).toBeGreaterThanOrEqual(6.4)
    expect(ratio(b!, d!)).toBeGreaterThanOrEqual(6.4)
  }
})
