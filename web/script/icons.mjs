// Copies the paths of the icons named here from lucide-static (ISC) into src/ui/icons.gen.ts.
import { createRequire } from 'node:module'
import { readFileSync, writeFileSync } from 'node:fs'

const names = `arrow-down arrow-left arrow-up at-sign ban bell bell-off bookmark check book-open chevron-down chevron-left chevron-right
  circle-alert clock coffee compass crosshair download ellipsis external-link eye eye-off face-slightly-smiling flag globe
  funnel hash heart house image image-off image-plus info keyboard languages link list list-checks list-plus lock log-out
  message-circle minus monitor-smartphone moon palette pause pen-line pencil pin play plus quote refresh-cw repeat-2 rotate-ccw search server settings
  share-2 shield square-pen trash triangle-alert upload user user-check user-plus users volume-2 volume-x wifi-off x`.split(/\s+/)

const nodes = JSON.parse(readFileSync(createRequire(import.meta.url).resolve('lucide-static/icon-nodes.json'), 'utf8'))

/** path writes any shape of an icon as path data, so that one <path> draws the whole of it. */
const path = {
  // A leading m counts from the end of the shape before: it becomes M, and what follows it unnamed stays relative.
  path: (a) => a.d.replace(/^m\s*(-?[\d.]+)[\s,]*(-?(?:\d*\.\d+|\d+))\s*(?=([-.\d]?))/, (_, x, y, next) => `M${x} ${y}${next ? 'l' : ''}`),
  circle: ({ cx, cy, r }) => `M${cx - r} ${cy}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`,
  ellipse: ({ cx, cy, rx, ry }) => `M${cx - rx} ${cy}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0`,
  line: ({ x1, y1, x2, y2 }) => `M${x1} ${y1}L${x2} ${y2}`,
  polyline: ({ points }) => `M${points}`,
  polygon: ({ points }) => `M${points}z`,
  rect: ({ x, y, width: w, height: h, rx: r = 0 }) =>
    r
      ? `M${+x + +r} ${y}h${w - 2 * r}a${r} ${r} 0 0 1 ${r} ${r}v${h - 2 * r}a${r} ${r} 0 0 1 ${-r} ${r}h${-(w - 2 * r)}a${r} ${r} 0 0 1 ${-r} ${-r}v${-(h - 2 * r)}a${r} ${r} 0 0 1 ${r} ${-r}z`
      : `M${x} ${y}h${w}v${h}h${-w}z`,
}

const lines = names.sort().map((name) => {
  if (!nodes[name]) throw new Error(`lucide has no icon "${name}"`)
  const d = nodes[name].map(([tag, attrs]) => {
    const a = Object.fromEntries(Object.entries(attrs).map(([k, v]) => [k, /^-?[\d.]+$/.test(v) ? +v : v]))
    return path[tag](a)
  })
  return `  '${name}': '${d.join('')}',`
})

writeFileSync(
  new URL('../src/ui/icons.gen.ts', import.meta.url),
  `// Written by script/icons.mjs from lucide-static (ISC License). Not to be edited.
export const icons = {
${lines.join('\n')}
} as const

export type IconName = keyof typeof icons
`,
)
