// Menus of posts come with their code when the first is opened; the shell has fetched it long before then.
import { messages } from '../state/toast.svelte'
import { t, withWords } from '../text'

type Menu = typeof import('./later/menu')

export const load = (): Promise<Menu> => withWords(import('./later/menu'))

/** menu does something of the menus, once they are here. */
export function menu(run: (menu: Menu) => unknown): void {
  load().then(run, () => messages.fail(t('error.offline')))
}
