import { brotliCompressSync, constants } from 'node:zlib'
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
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

const lazy = /\/(composer|branch|tree|profile|people|person|draft|diff|dialog|question|answer|note|follow|relation|leave|setting|me)\.(svelte|ts)$/

/** writing: what only the composer needs */
/** quiet: what can wait until the page is quiet */
const quiet = /\/src\/(api\/notice|state\/(kept|worker\.svelte|push\.svelte))\.ts/
const writing = /\/src\/(state\/draft|post\/compose)\/|\/src\/(api\/media|state\/emoji|state\/habit\.svelte|text\/guess)\.ts/

/** apart: what some screens need, and the first look does not */
const apart = /\/src\/(api\/(list|trend|find)|state\/(lists\.svelte|catchup\.svelte|kept))/

/** core tells what belongs to the first load. */
function core(id: string): boolean {
  return (/\/src\/(api|app|state|text|ui|post|account)\/.*\.(ts|svelte)$/.test(id) || id.includes('/node_modules/svelte/')) && !lazy.test(id) && !writing.test(id) && !quiet.test(id) && !apart.test(id) && !/\/later\/|\/account\/menu\.|\/app\/touch\./.test(id)
}

export default defineConfig({
  base: '/',
  plugins: [emoji(), svelte(), precompress()],
  build: {
    target: ['chrome123', 'firefox128', 'safari17.5'],
    manifest: true,
    assetsInlineLimit: 0, // font-src and img-src of our policy know no data:
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: 'src/main.ts',
      // What every screen needs is one file: many small ones would cost a request each.
      output: { codeSplitting: { groups: [{ name: 'core', test: core }] } },
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
