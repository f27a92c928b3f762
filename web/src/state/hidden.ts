// Posts that the reader does not want to see just now: they are back when the page is opened anew.
import { SvelteSet } from 'svelte/reactivity'

export const hidden = new SvelteSet<string>()
