import { layers } from '../../ui/layers.svelte'
import { fetchPart, withWords } from '../../text'

/** help shows the list of keys; its code comes when it is first wanted. */
export async function help(): Promise<void> {
  const [{ default: Keys }] = await Promise.all([withWords(import('./keys.svelte')), fetchPart('settings')])
  void layers.dialog(Keys, {})
}
