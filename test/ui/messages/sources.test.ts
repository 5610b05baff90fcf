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

it.each([
  [{ title: 'https://bank.example/login', url: 'https://evil.example/x?y' }, 'evil.example/x'],
  [{ title: 'Log in at www.bank.example', url: 'https://evil.example/' }, 'evil.example/'],
  [{ title: 'ht\u200btps：//bank.example', url: 'https://evil.example/' }, 'evil.example/'],
  [{ title: 'w\ufe0fww.bank.example', url: 'https://evil.example/' }, 'evil.example/'],
  [{ title: 'https://shop.example/returns', url: 'https://shop.example/returns' }, 'shop.example/returns'],
  [{ title: '退货（一周）：می\u200cخواهم', url: 'https://shop.example/' }, '退货（一周）：می\u200cخواهم'],
  [{ title: '\u202eelpmaxe.knab//:sptth', url: 'https://evil.example/' }, 'elpmaxe.knab//:sptth'],
])('T45: words that say an address give way to that of the page, and none turns its direction: %j', (link, title) => {
  expect(sourcesOf(recall({ link }))).toEqual([{ title, url: link.url }])
})
