// What can be done with a list.
import type { List } from '../../api/entity'
import { lists } from '../../state/lists.svelte'
import { pins } from '../../state/pins.svelte'
import { why } from '../../state/post'
import { messages } from '../../state/toast.svelte'
import { t } from '../../text'
import { layers, type Row } from '../../ui/layers.svelte'
import Form from './form.svelte'

export function pin(list: List): void {
  const { id, title } = list
  const was = pins.has(id)
  if (was) pins.drop(id)
  else pins.put({ id, title })
  messages.show(t(was ? 'lists.unpin.done' : 'lists.pin.done', { title }))
}

async function drop(list: List, after?: () => void): Promise<void> {
  if (!(await layers.ask({ title: t('lists.drop.ask', { title: list.title }), text: t('lists.drop.text'), yes: t('lists.drop'), danger: true }))) return
  try {
    await lists.drop(list.id)
    messages.show(t('lists.dropped'))
    after?.()
  } catch (error) {
    messages.fail(why(error))
  }
}

export const newList = (): Promise<unknown> => layers.dialog(Form, {})

/** listMenu: after is called when the list is gone. */
export function listMenu(list: List, after?: () => void): Row[] {
  const at = pins.all.findIndex((p) => p.id === list.id)
  const rows: Row[] = [
    { label: t('lists.edit'), icon: 'pencil', run: () => void layers.dialog(Form, { of: list }) },
    { label: t(at < 0 ? 'lists.pin' : 'lists.unpin'), icon: 'pin', run: () => pin(list) },
  ]
  if (at > 0) rows.push({ label: t('lists.earlier'), icon: 'arrow-up', run: () => pins.move(list.id, -1) })
  if (at >= 0 && at < pins.all.length - 1) rows.push({ label: t('lists.later'), icon: 'arrow-down', run: () => pins.move(list.id, 1) })
  rows.push('line', { label: t('lists.drop'), icon: 'trash', danger: true, run: () => void drop(list, after) })
  return rows
}
