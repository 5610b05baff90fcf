import { expect, it } from 'vitest'
import { sourcesOf } from '../../../src/ui/messages/sources.ts'

const recall = (...metas: unknown[]) =>
  JSON.stringify({ chunks: metas.map((meta) => ({ meta, score: 1, slice: 'x' })) })

it('a source is the page that a link names, or the document, each once', () => {
  const page = { link: { title: 'Returns', url: 'https://shop.example/returns' }, document: { name: 'Returns policy' } }
  expect(sourcesOf(recall(page, page, { document: { name: 'Handbook.pdf' } }))).toEqual([
    { title: 'Returns', url: 'https://shop.example/returns' },
    { title: 'Handbook.pdf', url: undefined },
  ])
})

it('a page without a title is called by its host, and an address of another protocol is no page', () => {
  expect(sourcesOf(recall({ link: { url: 'https://shop.example/a' } }))).toEqual([
    { title: 'shop.example', url: 'https://shop.example/a' },
  ])
  expect(sourcesOf(recall({ link: { title: 'x', url: 'javascript:alert(1)' } }))).toEqual([
    { title: 'x', url: undefined },
  ])
})

it.each(['', 'words', '[]', 'null', '{"chunks":{}}', '{"chunks":[null,1,{"meta":[]}]}', recall({})])(
  'what names no source has none: %s',
  (output) => expect(sourcesOf(output)).toEqual([]),
)

it('more than anybody looks at are left out', () => {
  expect(sourcesOf(recall(...Array.from({ length: 50 }, (_, n) => ({ document: { name: `${n}` } }))))).toHaveLength(8)
})
