import { describe, expect, it } from 'vitest'
import {
  fieldsOf,
  isJsonObject,
  isLongNumber,
  parseJsonObject,
  parseLosslessJson,
  textOrNumberOf,
  writeJson,
} from '../../../src/server/gateway/lossless-json.ts'

const LONG = parseLosslessJson('7399999999999999999')

describe('T32: JSON whose numbers stay as they were written', () => {
  it.each([
    '7399999999999999999',
    '-7399999999999999999',
    '[7399999999999999999]',
    '[1,-7399999999999999999]',
    '{"a":7399999999999999999}',
    '{"a" : -7399999999999999999}',
    '1.00000000000000000001',
    '1e400',
    '{"a":12345E-400}',
    '{"a":[{"b":0.1234567890123456789}]}',
  ])('is written as it was read: %s', (text) => {
    expect(writeJson(parseLosslessJson(text) as object).replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
  })

  it.each([
    '{"a":1,"b":[true,null,"x"],"c":{"d":-1.5}}',
    '9007199254740991',
    '"7399999999999999999"',
    'null',
    '[]',
    '1e3',
  ])('is what every parser reads where a double holds it: %s', (text) => {
    expect(parseLosslessJson(text)).toEqual(JSON.parse(text))
  })

  it('takes the last of two fields with one name, as JSON.parse does', () => {
    expect(parseLosslessJson('{"a":1,"a":2,"b":7399999999999999999}')).toMatchObject({ a: 2 })
    expect(parseLosslessJson('{"a":1,"a":2}')).toEqual({ a: 2 })
  })

  it('changes no prototype (F54)', () => {
    const read = parseLosslessJson('{"__proto__":{"polluted":1},"b":7399999999999999999}')
    expect([({} as { polluted?: unknown }).polluted, isJsonObject(read)]).toEqual([undefined, true])
  })

  it.each(['', '{', '[1', 'undefined', '{"a":7399999999999999999', '1 2', '01'])('is undefined for %j', (text) => {
    expect([parseLosslessJson(text), parseJsonObject(text)]).toEqual([undefined, undefined])
  })

  it('is an object only where it has fields', () => {
    for (const text of ['[]', '7', '7399999999999999999', '"a"', 'null', 'true']) {
      expect([text, parseJsonObject(text), fieldsOf(parseLosslessJson(text))]).toEqual([text, undefined, undefined])
    }
    expect([parseJsonObject('{"a":1}'), fieldsOf({ a: 1 })]).toEqual([{ a: 1 }, { a: 1 }])
  })

  it('tells long numbers, and the text of what may be an id', () => {
    expect([LONG, 7, '7399999999999999999', {}, null].map(isLongNumber)).toEqual([true, false, false, false, false])
    expect([LONG, 7, 'a', {}, [], null, undefined, true].map(textOrNumberOf)).toEqual([
      ...['7399999999999999999', '7', 'a'],
      ...[undefined, undefined, undefined, undefined, undefined],
    ])
  })

  it('is null where there is nothing to write', () => {
    expect(writeJson(undefined as unknown as string)).toBe('null')
  })
})
