import { t } from '../../text'

const browsers: [string, string][] = [['Firefox/', 'Firefox'], ['Edg/', 'Edge'], ['OPR/', 'Opera'], ['Chrome/', 'Chrome'], ['Safari/', 'Safari'], ['curl/', 'curl']]
const systems: [string, string][] = [['Android', 'Android'], ['iPhone', 'iPhone'], ['iPad', 'iPad'], ['Windows', 'Windows'], ['Mac OS X', 'macOS'], ['Linux', 'Linux']]

/** agent names a browser in the few words that people know it by. */
export function agent(text: string): string {
  const find = (list: [string, string][]) => list.find(([mark]) => text.includes(mark))?.[1]
  const [browser, system] = [find(browsers), find(systems)]
  if (browser && system) return t('security.agent', { browser, system })
  return browser ?? system ?? t('security.agent.unknown')
}
