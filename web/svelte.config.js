import { vitePreprocess } from '@sveltejs/vite-plugin-svelte'

/** @type {import('@sveltejs/vite-plugin-svelte').SvelteConfig} */
export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true },
  onwarn(warning) {
    // A warning of the compiler is mostly one about accessibility: none may stay.
    throw new Error(`${warning.filename}: ${warning.code}: ${warning.message}`)
  },
}
