import { brotliCompressSync, constants } from 'node:zlib'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

/** precompress writes x.br beside every text file over 1 KB, so that the server only has to choose. */
function precompress(): Plugin {
  let out = ''
  return {
    name: 'skein:precompress',
    apply: 'build',
    configResolved(config) {
      out = config.build.outDir
    },
    closeBundle: {
      order: 'post',
      handler() {
        for (const name of readdirSync(out, { recursive: true, encoding: 'utf8' })) {
          const path = join(out, name)
          if (!/\.(js|css|html|json|svg|txt)$/.test(name) || name.startsWith('.vite') || statSync(path).size < 1024) continue
          const text = readFileSync(path)
          const small = brotliCompressSync(text, {
            params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length },
          })
          writeFileSync(path + '.br', small)
        }
      },
    },
  }
}

/** emoji keeps of emojibase's lists what the picker shows: sign, name, further words, group, skin tones. */
function emoji(): Plugin {
  interface Entry {
    unicode: string
    label: string
    tags?: string[]
    group?: number
    skins?: { unicode: string }[]
  }
  return {
    name: 'skein:emoji',
    enforce: 'pre',
    load(id) {
      if (!/emojibase-data\/[\w-]+\/compact\.json$/.test(id)) return null
      const flags = 9
      const tones = /^\u{1F3FB}|[\u{1F3FB}-\u{1F3FF}]/u
      const rows = (JSON.parse(readFileSync(id, 'utf8')) as Entry[]).flatMap((e) => {
        if (e.group === undefined || e.group === 2) return [] // letters of flags, and skin tones alone
        const named = new Set(e.label.toLowerCase().split(/\W+/))
        const words = e.group === flags ? [] : (e.tags ?? []).filter((w) => !named.has(w.toLowerCase())).slice(0, 3)
        // Skin tones follow from the sign itself, unless it has several people.
        const skins = e.skins?.length === 5 && tones.test(e.skins[0]!.unicode) ? 1 : 0
        return [[e.unicode, e.label, words.join(' '), e.group, ...(skins ? [1] : [])]]
      })
      return JSON.stringify(rows)
    },
  }
}

/** worker writes into the service worker which files the app starts with, and a version that changes with any of them. */
function worker(): Plugin {
  interface Entry {
    file: string
    css?: string[]
    assets?: string[]
    imports?: string[]
  }
  const starts = ['src/main.ts', 'src/post/composer.svelte', 'src/state/kept.ts', 'src/state/worker.svelte.ts', 'src/state/live.svelte.ts', 'src/app/later/alone.ts', ...['Home', 'Notifications', 'Thread', 'Profile', 'Compose'].map((name) => `src/screen/${name}.svelte`)]
  let out = ''
  return {
    name: 'skein:worker',
    apply: 'build',
    configResolved(config) {
      out = config.build.outDir
    },
    closeBundle() {
      const manifest = JSON.parse(readFileSync(join(out, '.vite/manifest.json'), 'utf8')) as Record<string, Entry>
      const files = new Set<string>()
      const add = (key: string) => {
        const it = manifest[key]
        if (!it || files.has('/' + it.file)) return
        // The font that must be chosen is not fetched for everybody.
        for (const file of [it.file, ...(it.css ?? []), ...(it.assets ?? []).filter((a) => !a.includes('hyperlegible'))]) files.add('/' + file)
        it.imports?.forEach(add)
      }
      starts.forEach(add)
      for (const file of ['early.js', 'mark.svg']) if (existsSync(join(out, file))) files.add('/' + file)
      const words: Record<string, string[]> = {}
      for (const [key, it] of Object.entries(manifest)) {
        const language = /^src\/text\/(?:part\/later\.)?([\w-]+)\.json$/.exec(key)?.[1]
        if (language) (words[language] ??= []).push('/' + it.file)
      }
      const sum = createHash('sha256')
      for (const file of [...files, ...Object.values(words).flat()]) sum.update(file).update(readFileSync(join(out, file)))
      const path = join(out, 'sw.js')
      const code = readFileSync(path, 'utf8')
      const empty = '{"version":"0","files":[],"words":{}}'
      if (!code.includes(empty)) throw new Error('the service worker has no place for its list of files')
      if (/^\s*(import|export)\b/m.test(code)) throw new Error('the service worker must be a plain script')
      writeFileSync(path, code.replace(empty, JSON.stringify({ version: sum.update(code).digest('hex').slice(0, 12), files: [...files], words })))
    },
  }
}

interface Graph {
  getModuleInfo(id: string): { importedIds: readonly string[] } | null
}

/** atOnce are the modules that home cannot be drawn without: all that its screen and the entry import, and what those import. */
function atOnce(graph: Graph): Set<string> {
  const found = new Set<string>()
  const waiting = ['main.ts', 'screen/Home.svelte'].map((name) => join(import.meta.dirname, 'src', name))
  for (let id = waiting.pop(); id; id = waiting.pop()) {
    if (found.has(id)) continue
    found.add(id)
    waiting.push(...(graph.getModuleInfo(id)?.importedIds ?? []))
  }
  return found
}

let first: Set<string> | undefined

export default defineConfig({
  base: '/',
  plugins: [emoji(), svelte(), worker(), precompress()],
  build: {
    target: ['chrome123', 'firefox128', 'safari17.5'],
    manifest: true,
    assetsInlineLimit: 0, // font-src and img-src of our policy know no data:
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ['src/main.ts', 'src/sw.ts', 'src/door.ts'],
      output: {
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        // What the first look needs is one file: many small ones would cost a request each.
        codeSplitting: { groups: [{ debugName: 'core', name: (id, graph) => ((first ??= atOnce(graph)).has(id) && !/main\.ts$|\.css$/.test(id) ? 'core' : null) }] },
      },
    },
  },
  resolve: process.env.VITEST ? { conditions: ['browser'] } : {},
  test: {
    environment: 'jsdom',
    environmentOptions: { jsdom: { url: 'https://skein.example/' } },
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/test/words.ts'],
  },
})
