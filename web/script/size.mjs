// What a first visit costs, in Brotli, against the budgets.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const manifest = JSON.parse(readFileSync(dist + '.vite/manifest.json', 'utf8'))
const size = (file) => (existsSync(dist + file + '.br') ? statSync(dist + file + '.br').size : brotliCompressSync(readFileSync(dist + file)).length)

function files(key, seen = new Set()) {
  const it = manifest[key]
  if (!it || seen.has(it.file)) return seen
  seen.add(it.file)
  for (const i of it.imports ?? []) files(i, seen)
  return seen
}
const sum = (list) => [...list].reduce((n, f) => n + size(f), 0)

const first = files('src/main.ts')
files('src/screen/Home.svelte', first)
// One language is loaded: the dearest counts.
const words = Object.keys(manifest).filter((key) => /^src\/text\/[\w-]+\.json$/.test(key))
files(words.sort((a, b) => size(manifest[b].file) - size(manifest[a].file))[0], first)
const rows = [
  ['first load, JavaScript', sum(first), 60],
  ['stylesheet', sum(manifest['src/main.ts'].css), 12],
  ['font', statSync(dist + manifest['src/main.ts'].assets.find((a) => a.endsWith('.woff2'))).size, 21],
]
for (const [key, it] of Object.entries(manifest)) {
  if (!it.isDynamicEntry || key === 'src/screen/Home.svelte') continue
  const own = [...files(key)].filter((f) => !first.has(f))
  rows.push([key.replace('src/', ''), sum(own), key.startsWith('src/text/') ? 12 : 30])
}
let over = false
console.log('what                              KB br   budget')
for (const [what, bytes, budget] of rows) {
  const kb = bytes / 1024
  if (kb > budget) over = true
  console.log(`${what.padEnd(32)} ${kb.toFixed(1).padStart(6)} ${String(budget).padStart(8)}${kb > budget ? '  over' : ''}`)
}
if (over) process.exit(1)
