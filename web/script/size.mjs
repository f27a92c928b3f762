// What pages and screens weigh, in Brotli, against the budgets: the table of design 2.3 that is counted in bytes. What it costs
// the main thread, e2e/speed.mjs tells.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { serve } from '../e2e/mock.mjs'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const golden = fileURLToPath(new URL('../../internal/transport/pages/testdata/', import.meta.url))
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

const server = await serve(0)
const shell = await (await fetch(`http://127.0.0.1:${server.address().port}/`)).text()
server.close()
server.closeAllConnections()

const css = sum(manifest['src/main.ts'].css)
const page = (name) => brotliCompressSync(readFileSync(golden + name + '.html')).length
const rows = [
  ['home: JavaScript of the first load', sum(first), 60],
  ['home: HTML with boot, 20 posts', brotliCompressSync(Buffer.from(shell)).length, 14],
  ['stylesheet', css, 12],
  ...manifest['src/main.ts'].assets.filter((a) => a.endsWith('.woff2')).map((a) => (/hyperlegible/.test(a) ? ['font, for who chose it', statSync(dist + a).size, 34] : ['font', statSync(dist + a).size, 21])),
  ['public profile: HTML and CSS', page('profile') + css, 20],
  ['public thread: HTML and CSS', page('thread') + css, 20],
]
// A route is what it needs beyond the first load. Words come in parts: those of home with the first load, others when wanted.
for (const [key, it] of Object.entries(manifest)) {
  if (!it.isDynamicEntry || key === 'src/screen/Home.svelte') continue
  const text = /^src\/text\/(?:part\/(\w+)\.)?([\w-]+)\.json$/.exec(key)
  const own = text ? [it.file] : [...files(key)].filter((f) => !first.has(f))
  rows.push([text ? `words ${text[2]}: ${text[1] ?? 'home'}` : key.replace(/^src\/|^node_modules\//, ''), sum(own), text ? 12 : 30])
}

let over = false
const width = Math.max(...rows.map(([what]) => what.length)) + 2
console.log(`${'what'.padEnd(width)}  KB br   budget`)
for (const [what, bytes, budget] of rows) {
  const kb = bytes / 1024
  if (kb > budget) over = true
  console.log(`${what.padEnd(width)} ${kb.toFixed(1).padStart(6)} ${String(budget).padStart(8)}${kb > budget ? '  over' : ''}`)
}
if (over) process.exit(1)
