import { expect, it } from 'vitest'
import { parseJson } from '../../src/platform/parse-json.ts'

it('parses JSON of any kind, and gives undefined for text that is none', () => {
  expect(['{"a":[1]}', '"a"', 'null', '0'].map(parseJson)).toEqual([{ a: [1] }, 'a', null, 0])
  expect(['', '{"a":', '<html>', 'undefined'].map(parseJson)).toEqual([undefined, undefined, undefined, undefined])
})
