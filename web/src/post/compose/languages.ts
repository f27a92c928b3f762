import { session } from '../../state/session.svelte'

const common = 'en de fr es it pt nl pl uk ru tr ar fa he hi bn ja ko zh vi th id sv da no fi cs el hu ro bg ca eu gl eo cy ga'.split(' ')

/** languages offers the reader's own first. */
export function languages(chosen: string): string[] {
  const own = navigator.languages.map((l) => l.split('-')[0]!)
  return [...new Set([chosen, ...own, ...session.instance.languages, ...common])]
}
