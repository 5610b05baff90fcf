import { afterEach, describe, expect, it } from 'vitest'
import { toJson } from '../../src/platform/to-json.ts'

const arrays = Array.prototype as { toJSON?: unknown }

afterEach(() => {
  delete arrays.toJSON
})

describe('toJson', () => {
  const values: readonly unknown[] = [
    [1, [2, { list: ['a'] }], []],
    { list: [{ at: new Date(0) }], none: undefined },
    'text',
    undefined,
  ]

  it('F54: says the same beside a library that gives arrays a toJSON of their own', () => {
    const plain = values.map((value) => JSON.stringify(value))
    expect(values.map(toJson)).toEqual(plain)
    arrays.toJSON = () => 'a text in place of the array'
    expect(values.map((value) => toJson(value))).toEqual(plain)
  })
})
