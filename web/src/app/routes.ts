// Every screen on one list: its address, and how it is loaded.
import type { Component } from 'svelte'
import type { Match } from '../state/place.svelte'
import { reading } from '../state/reading.svelte'
import { fetchPart, withWords } from '../text'

type Load = () => Promise<{ default: Component }>

interface Route {
  name: string
  /** :name is one step, :name? may be missing; @ and words stand for themselves */
  path: string
  load: Load
  /** tabs are parameters that leave the screen standing */
  tabs?: string[]
}

const home = () => import('../screen/Home.svelte')
const explore = () => import('../screen/Explore.svelte')
const profile = () => import('../screen/Profile.svelte')
// Their words come with them: no other screens need them.
const settings = () => Promise.all([import('../screen/Settings.svelte'), fetchPart('settings')]).then(([it]) => it)
const seldom = (load: Load): Load => () => Promise.all([load(), fetchPart('seldom')]).then(([it]) => it)

export const routes: Route[] = [
  { name: 'home', path: '/', load: home },
  { name: 'home', path: '/home', load: home },
  { name: 'homelist', path: '/home/list-:id(\\d+)', load: () => import('../screen/HomeList.svelte') },
  { name: 'catchup', path: '/catchup', load: seldom(() => import('../screen/Catchup.svelte')) },
  { name: 'lists', path: '/lists/:tab(tags)?', load: () => import('../screen/Lists.svelte'), tabs: ['tab'] },
  { name: 'list', path: '/lists/:id(\\d+)/:tab(members)?', load: () => import('../screen/List.svelte'), tabs: ['tab'] },
  { name: 'collections', path: '/collections/:tab(within)?', load: seldom(() => import('../screen/Collections.svelte')), tabs: ['tab'] },
  { name: 'collection', path: '/collections/:id(\\d+)', load: seldom(() => import('../screen/Collection.svelte')) },
  { name: 'year', path: '/year/:year(\\d{4})', load: seldom(() => import('../screen/Year.svelte')) },
  { name: 'explore', path: '/explore/:tab(posts|tags|people|news)?', load: explore, tabs: ['tab'] },
  { name: 'explore', path: '/:tab(public)', load: explore, tabs: ['tab'] },
  { name: 'explore', path: '/public/:local(local)', load: explore, tabs: ['local'] },
  { name: 'search', path: '/search', load: () => import('../screen/Search.svelte') },
  { name: 'notifications', path: '/notifications/:tab(mentions|requests|filtered|leave)?', load: () => import('../screen/Notifications.svelte'), tabs: ['tab'] },
  { name: 'links', path: '/links', load: () => import('../screen/Links.svelte') },
  { name: 'tag', path: '/tags/:tag', load: () => import('../screen/Tag.svelte') },
  { name: 'saved', path: '/saved/:kind(bookmarks|likes|drafts|scheduled)', load: () => import('../screen/Saved.svelte'), tabs: ['kind'] },
  { name: 'settings', path: '/settings/:page([a-z]+)?', load: settings },
  { name: 'compose', path: '/compose', load: () => import('../screen/Compose.svelte') },
  { name: 'compose', path: '/share', load: () => import('../screen/Compose.svelte') },
  { name: 'compose', path: '/intent/:kind?', load: () => import('../screen/Compose.svelte') },
  { name: 'thread', path: '/@:acct/:id(\\d+)', load: () => import('../screen/Thread.svelte') },
  { name: 'around', path: '/@:acct/:id(\\d+)/:part(boosts|likes|quotes|history)', load: seldom(() => import('../screen/Around.svelte')) },
  { name: 'profile', path: '/@:acct/:tab(posts|replies|media|about|following|followers)?', load: profile, tabs: ['tab'] },
  { name: 'profile', path: '/@:acct/tagged/:tag', load: profile, tabs: ['tag'] },
]

export const lost: Load = () => import('../screen/Lost.svelte')

const patterns = routes.map(
  (r) =>
    new RegExp(
      '^' +
        r.path.replace(/(\/?)(@?):(\w+)(?:\(([^)]*)\))?(\?)?/g, (_, slash: string, at: string, name: string, rule: string | undefined, maybe: string | undefined) =>
          maybe ? `(?:${slash}${at}(?<${name}>${rule ?? '[^/]+'}))?` : `${slash}${at}(?<${name}>${rule ?? '[^/]+'})`,
        ) +
        '/?$',
    ),
)

/** match finds the screen of a path. */
export function match(path: string): Match | null {
  for (const [i, route] of routes.entries()) {
    const hit = patterns[i]!.exec(path)
    if (!hit) continue
    const params = Object.fromEntries(Object.entries(hit.groups ?? {}).filter(([, v]) => v !== undefined)) as Record<string, string>
    const fixed = Object.entries(params).filter(([k]) => !route.tabs?.includes(k))
    return { name: route.name, params, key: [route.name, ...fixed.map(([, v]) => v.toLowerCase())].join(' ') }
  }
  return null
}

/** kind: who reads from the oldest to the newest has a home of another make. */
const kind = (name: string) => (name === 'home' && reading.upwards ? 'homeup' : name)
const up = seldom(() => import('../screen/HomeUp.svelte'))

const loaded = new Map<string, Component>()

/** load fetches the code of a screen, once. */
export async function load({ name: wanted }: Match): Promise<void> {
  const name = kind(wanted)
  if (loaded.has(name)) return
  const find = name === 'homeup' ? up : name === 'lost' ? lost : routes.find((r) => r.name === name)!.load
  loaded.set(name, (await (name === 'home' ? find() : withWords(find()))).default)
}

export const screen = (name: string): Component => loaded.get(kind(name))!
