import { expect, it } from 'vitest'
import { parseObject } from '../../src/coze/parse-object.ts'

it.each([
  ['{"a":1,"b":"null","c":{"d":"x"}}', { a: 1, b: 'null', c: { d: 'x' } }],
  ['{"a":null,"b":{"c":null,"d":[null,1,{"e":null}]}}', { b: { d: [1, {}] } }],
  ['[null,[null]]', [[]]],
  ['{"annulled":"nothing is null here"}', { annulled: 'nothing is null here' }],
])('%s: what is null is left out, at any depth, and text that says so stays', (json, read) => {
  expect(parseObject(json)).toEqual(read)
  expect(JSON.stringify(parseObject(json))).toBe(JSON.stringify(read))
})

it.each(['null', '1', '"null"', 'true', '', '{', 'nullable'])('%j is no object', (json) => {
  expect(parseObject(json)).toBeUndefined()
})
