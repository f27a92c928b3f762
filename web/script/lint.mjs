// What the compiler cannot know: the floors of the house (app > screen > nouns > state > api, with text, ui, style
// under all), one place for the network, no HTML strings, no style attributes, no `any`, no overgrown file.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

const src = fileURLToPath(new URL('../src', import.meta.url))
const nouns = { notification: ['post', 'account'], post: ['account'], account: [] }
const below = ['text', 'ui', 'style']
const api = [...below, 'api']
const may = {
  app: [...api, 'state', ...Object.keys(nouns), 'screen', 'app'],
  screen: [...api, 'state', ...Object.keys(nouns), 'screen'],
  state: [...api, 'state'],
  api: ['api'],
  text: ['text', 'api/entity'],
  ui: ['ui', 'text'],
  style: ['style'],
  ...Object.fromEntries(Object.entries(nouns).map(([n, simpler]) => [n, [...api, 'state', n, ...simpler]])),
}
const words = [
  [/\bfetch\(|XMLHttpRequest|EventSource/, 'the network is reached through api/client.ts', /^(api\/(client|media)|sw)\.ts$/],
  [/new WebSocket\(/, 'the socket is opened in api/stream.ts', /^api\/stream\.ts$/],
  [/\{@html/, 'HTML goes through text/clean.ts into nodes', /^$/],
  [/innerHTML|insertAdjacentHTML|document\.write/, 'HTML is parsed in text/clean.ts only', /^text\/clean(\.test)?\.ts$/],
  [/\sstyle="/, 'no style attributes: the policy refuses them; use style: or a class', /^$/],
  [/:\s*any\b|<any>|as any\b/, 'no any', /^$/],
  [/\b(?:margin|padding|inset):(?: (?:[\w.%-]+(?:\((?:[^()]|\([^)]*\))*\))?)){4}[;}]/, 'four values are physical: use -block and -inline', /^$/],
  [/(margin|padding|border)-(left|right)|\b(left|right):\s/, 'logical properties only', /\.(ts|svelte)$/],
]

const problems = []
for (const name of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
  if (!/\.(ts|svelte|css)$/.test(name)) continue
  const text = readFileSync(join(src, name), 'utf8')
  const lines = text.split('\n')
  if (lines.length > 420 && !name.endsWith('.gen.ts')) problems.push(`${name}: ${lines.length} lines; it has become two things`)
  const floor = name.split('/')[0]
  lines.forEach((line, i) => {
    for (const [pattern, why, except] of name.endsWith('.test.ts') ? [] : words) if (pattern.test(line) && !except.test(name)) problems.push(`${name}:${i + 1}: ${why}`)
    const path = /(?:from|import\() ?'(\.[^']+)'/.exec(line)?.[1]
    if (!path || !may[floor] || name.endsWith('.test.ts')) return
    const target = normalize(join(dirname(name), path))
    if (!may[floor].some((f) => target === f || target.startsWith(f + '/'))) problems.push(`${name}:${i + 1}: ${floor} may not use ${target}`)
  })
}

// Every key is used, and nothing is said twice. A part (text/part) has the words that only some screens need.
const files = [...readdirSync(join(src, 'text')), ...readdirSync(join(src, 'text/part')).map((n) => 'part/' + n)].filter((n) => n.endsWith('.json'))
const read = (name) => JSON.parse(readFileSync(join(src, 'text', name), 'utf8'))
const all = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((n) => /\.(ts|svelte)$/.test(n)).map((n) => readFileSync(join(src, n), 'utf8')).join('\n')
const built = [...all.matchAll(/`([a-z]+(?:\.[a-z]+)*\.(?:un)?)\$\{/g)].map((m) => m[1])
const slots = (entry) => [...new Set([...JSON.stringify(entry).matchAll(/\{(\w+)\}/g)].map((m) => m[1]))].sort().join()
const said = new Set()
for (const name of files.filter((n) => /(^|\.)en\.json$/.test(n))) {
  const english = read(name)
  const keys = Object.keys(english)
  for (const key of keys) {
    if (said.has(key)) problems.push(`text/${name}: ${key} stands in another file too`)
    said.add(key)
    if (!all.includes(`'${key}'`) && !all.includes(`"${key}"`) && !built.some((b) => key.startsWith(b))) problems.push(`text/${name}: ${key} is not used`)
  }
  // Other languages say all of it, with the same slots, and every form of number that the language has.
  const pattern = new RegExp(`^${name.replace('en.json', '([\\w-]+)\\.json')}$`)
  for (const other of files.filter((n) => n !== name && pattern.test(n))) {
    const words = read(other)
    const forms = new Intl.PluralRules(pattern.exec(other)[1]).resolvedOptions().pluralCategories
    for (const key of new Set([...keys, ...Object.keys(words)])) {
      const [ours, theirs] = [english[key], words[key]]
      if (!ours) problems.push(`text/${other}: ${key} is no key of English`)
      else if (!theirs) problems.push(`text/${other}: ${key} is missing`)
      else if (typeof ours !== typeof theirs || slots(ours) !== slots(theirs)) problems.push(`text/${other}: ${key} has other slots than English`)
      else if (typeof theirs === 'object') for (const f of forms) if (!theirs[f]) problems.push(`text/${other}: ${key} lacks the form "${f}"`)
    }
  }
}

// What home draws at once finds its words in en.json: those of the parts come later.
const home = new Set()
const waiting = ['main.ts', 'screen/Home.svelte'].map((n) => join(src, n))
for (let path = waiting.pop(); path; path = waiting.pop()) {
  if (home.has(path)) continue
  home.add(path)
  for (const [, from] of readFileSync(path, 'utf8').matchAll(/^\s*(?:import|export)\s+(?!type)(?:[^'"]*?from\s+)?'(\.[^']+)'/gm)) {
    const file = ['', '.ts', '/index.ts'].map((end) => join(dirname(path), from) + end).find((f) => /\.(ts|svelte)$/.test(f) && existsSync(f))
    if (file) waiting.push(file)
  }
}
const drawn = [...home].map((path) => readFileSync(path, 'utf8')).join('\n')
for (const key of Object.keys(read('part/later.en.json')))
  if (drawn.includes(`'${key}'`) || drawn.includes(`"${key}"`)) problems.push(`text/part/later.en.json: ${key} is used by what home draws: it belongs into en.json`)

for (const p of problems) console.error(p)
if (problems.length) process.exit(1)
console.log('lint: well')
