import { expect, test } from 'vitest'
import type { StatusEdit } from '../../api/entity'
import { picture } from '../../test/seed'
import { answers, files, moved } from './changes'

const version = (more: Partial<StatusEdit>) => ({ content: '', spoiler_text: '', sensitive: false, media_attachments: [], ...more }) as unknown as StatusEdit
const [a, b, c] = ['A cat', 'A dog', 'A heron'].map((description, i) => picture({ id: String(i), description }))

test('pictures came, went, and were described anew', () => {
  const was = version({ media_attachments: [a!, b!] })
  const is = version({ media_attachments: [{ ...b!, description: 'Two dogs' }, c!] })
  expect(files(is, was).map(({ mark, file, before }) => [mark, file.id, before])).toEqual([['same', '1', 'A dog'], ['new', '2', undefined], ['old', '0', undefined]])
  expect(files(was, undefined).map((f) => f.mark)).toEqual(['same', 'same'])
})

test('another order is told, and only that', () => {
  const of = (...media_attachments: (typeof a)[]) => version({ media_attachments: media_attachments as [] })
  expect([moved(of(b, a), of(a, b)), moved(of(a, c, b), of(a, b)), moved(of(a), of(a, b)), moved(of(a), undefined)]).toEqual([true, false, false, false])
})

test('answers of a poll are compared by their words; a poll may come or go as a whole', () => {
  const poll = (...titles: string[]) => version({ poll: { options: titles.map((title) => ({ title })) } })
  expect(answers(poll('Oak', 'Ash'), poll('Oak', 'Elm'))).toEqual([{ mark: 'same', title: 'Oak' }, { mark: 'new', title: 'Ash' }, { mark: 'old', title: 'Elm' }])
  expect(answers(version({}), poll('Oak'))).toEqual([{ mark: 'old', title: 'Oak' }])
})
