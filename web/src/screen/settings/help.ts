import { layers } from '../../ui/layers.svelte'
import { withWords } from '../../text'

/** help shows the list of keys; its code comes when it is first wanted. */
export async function help(): Promise<void> {
  const { default: Keys } = await withWords(import('./keys.svelte'))
  void layers.dialog(Keys, {})
}
