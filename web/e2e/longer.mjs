// en-XA, a language that nobody speaks: English, 40 % longer and with marks on its letters. It is made here, out of the words
// that the app was built with, and shows what has no room or was not taken from the words.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const src = fileURLToPath(new URL('../', import.meta.url))
const marks = { a: 'á', e: 'ë', i: 'ï', o: 'ö', u: 'ü', c: 'ç', n: 'ñ', A: 'Å', E: 'É', O: 'Ø', U: 'Ü' }

/** stretch makes a text longer; slots stay as they are. */
export function stretch(text) {
  const marked = text.replace(/\{\w+\}|[a-zA-Z]/g, (x) => marks[x] ?? x)
  const missing = Math.ceil(text.replace(/\{\w+\}/g, '').length * 0.4)
  const filler = 'lorem ipsum dolor sit amet '
  return missing < 2 ? marked : `${marked} ${filler.repeat(Math.ceil(missing / filler.length)).slice(0, missing - 1).trim()}`
}

const all = (entry) => (typeof entry === 'string' ? stretch(entry) : Object.fromEntries(Object.entries(entry).map(([form, text]) => [form, stretch(text)])))

/** longer is the module of words that stands in for the one at a path of the build; undefined: it is none. */
export function longer(path) {
  const list = existsSync(`${dist}.vite/manifest.json`) ? Object.entries(JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8'))) : []
  const source = list.find(([key, it]) => /^src\/text\/(part\/\w+\.)?en\.json$/.test(key) && '/' + it.file === path)?.[0]
  if (!source) return undefined
  const words = JSON.parse(readFileSync(src + source, 'utf8'))
  return `export default ${JSON.stringify(Object.fromEntries(Object.entries(words).map(([key, entry]) => [key, all(entry)])))}`
}
