import { describe, expect, it } from 'vitest'
import { parseLosslessJson, writeJson } from '../../../../src/server/gateway/lossless-json.ts'
import { cutFields, cutTo, type Shape, values, words } from '../../../../src/server/gateway/response/shape.ts'

const LONG = parseLosslessJson('7399999999999999999')

describe('T32: what a shape lets through', () => {
  it.each<[string, Shape, unknown[], unknown[]]>([
    ['value', 'value', ['', 'a b', 0, true, null, LONG, ['a', 1, null], []], [{}, { a: 1 }, [{}], [['a']], ['a', {}]]],
    [
      'word',
      'word',
      ['a', 'a.b:c-d_9', 7, true, LONG, 'x'.repeat(64)],
      ['', 'a b', 'a\n', null, 'x'.repeat(65), '中', 'a/b', {}, ['a'], { toString: 'a' }],
    ],
    [
      'code',
      'code',
      [0, 4016, -1, '720702204', 999_999_999_999],
      ['', '1.5', 1e12, 'x1', '1 ', null, true, LONG, {}, [1]],
    ],
    ['text', 'text', ['', 'any text\n'], [1, true, null, LONG, {}, ['a']]],
    ['map', 'map', [{}, { a: 'x', b: [1] }], ['a', 1, null, ['a'], LONG]],
    ['list', ['word'], [['a', 1], []], ['a', 1, {}, LONG]],
    ['object', { a: 'word' }, [{ a: 'x' }, {}], ['a', 1, null, ['a'], LONG]],
  ])('a %s', (_name, shape, passing, stopped) => {
    for (const value of passing) expect([value, cutTo(shape, value)]).toEqual([value, value])
    for (const value of stopped) expect([value, cutTo(shape, value)]).toEqual([value, undefined])
  })

  it('a map: of its fields those that are values', () => {
    expect(cutTo('map', { a: 'x', b: { c: 1 }, d: [1], e: [{}] })).toEqual({ a: 'x', d: [1] })
  })

  it('an object: its own fields by their names, at any depth, and `*` for all others', () => {
    const shape: Shape = { a: { b: 'word' }, '*': 'code' }
    expect(cutTo(shape, { a: { b: 'x', c: 'SECRET' }, d: 7, e: 'SECRET' })).toEqual({ a: { b: 'x' }, d: 7 })
    expect(cutTo({ a: 'word' }, { a: 'x', A: 'SECRET', b: 'SECRET' })).toEqual({ a: 'x' })
    expect(cutTo({}, { constructor: 'SECRET', toString: 'SECRET', hasOwnProperty: 1 })).toEqual({})
  })

  it('F54: never a field that changes a prototype', () => {
    const held = JSON.parse('{"__proto__":{"polluted":1},"a":"x"}') as Record<string, unknown>
    const cut = cutFields({ a: 'word' }, held)
    expect([cut, (cut as { polluted?: unknown }).polluted]).toEqual([{ a: 'x' }, undefined])
  })

  it('a list: each item cut by itself', () => {
    expect(cutTo([{ id: 'word' }], [{ id: '1', x: 'SECRET' }, { id: 2 }])).toEqual([{ id: '1' }, { id: 2 }])
    // What is no item becomes null and not an item of another place.
    expect(writeJson({ list: cutTo([{ id: 'word' }], ['SECRET', { id: '1' }]) ?? [] })).toBe(
      '{"list":[null,{"id":"1"}]}',
    )
  })

  it('F93: a list that is null or left out is an empty one, and nothing else is made up', () => {
    const shape: Shape = { list: ['word'], text: 'text', inner: { list: ['word'] } }
    expect(cutTo(shape, {})).toEqual({ list: [] })
    expect(cutTo(shape, { list: null, inner: {} })).toEqual({ list: [], inner: { list: [] } })
    expect(cutTo(['word'], undefined)).toEqual([])
    expect(cutTo(['word'], null)).toEqual([])
    expect(cutFields({ list: ['word'] }, {})).toEqual({})
  })

  it('what a function of the shape returns', () => {
    expect(cutTo({ a: (value) => (value === 1 ? 'one' : undefined) }, { a: 1 })).toEqual({ a: 'one' })
    expect(cutTo({ a: () => undefined }, { a: 1 })).toStrictEqual({})
  })

  it('of names alone', () => {
    expect([values('a', 'b'), words('c')]).toEqual([{ a: 'value', b: 'value' }, { c: 'word' }])
  })
})
