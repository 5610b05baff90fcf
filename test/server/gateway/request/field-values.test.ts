import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { parseLosslessJson } from '../../../../src/server/gateway/lossless-json.ts'
import { type BodyField, FIELD_VALUES } from '../../../../src/server/gateway/request/field-values.ts'

const text = (length: number) => 'x'.repeat(length)
const many = (count: number, { key = 'k', value = 'v' } = {}) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}`.padEnd(2, key), value]))
const list = (count: number, value: unknown) => Array.from({ length: count }, () => value)
/** A map whose JSON has this length. */
const mapOf = (length: number) => ({ a: text(length - '{"a":""}'.length) })
const longNumber = parseLosslessJson('7399999999999999999')

/** What is the most that a field takes, and what it does not take any more. */
const BOUNDS: Partial<Record<BodyField, { taken: unknown[]; refused: unknown[] }>> = {
  additional_messages: { taken: [[], list(16, {})], refused: [list(17, {}), {}, 'text'] },
  messages: { taken: [list(16, {})], refused: [list(17, {})] },
  stream: { taken: [true, false], refused: ['true', 1] },
  order: { taken: ['asc', 'desc'], refused: ['', 'ASC', 'newest'] },
  limit: { taken: [1, 50], refused: [0, 51, 1.5, '1', longNumber] },
  name: { taken: [text(200)], refused: [text(201), 7] },
  conversation_name: { taken: [text(200)], refused: [text(201)] },
  meta_data: {
    taken: [{}, many(16), { [text(64)]: text(512) }],
    refused: [many(17), { [text(65)]: 'v' }, { k: text(513) }, { '': 'v' }, { k: 7 }, [], longNumber],
  },
  custom_variables: {
    taken: [many(64), { [text(64)]: text(4_096) }],
    refused: [many(65), { [text(65)]: 'v' }, { k: text(4_097) }, { '': 'v' }, ['v']],
  },
  extra_params: {
    taken: [{}, { latitude: text(32), longitude: -100_000 }, { latitude: 100_000 }],
    refused: [{ latitude: text(33) }, { longitude: text(33) }, { latitude: 100_001 }, { longitude: -100_001 }, 'text'],
  },
  parameters: {
    taken: [{}, mapOf(65_536), { [text(256)]: [{ deep: null }] }],
    refused: [mapOf(65_537), { [text(257)]: 1 }, [], 'text', longNumber],
  },
  shortcut_command: {
    taken: [{ command_id: text(64) }, { command_id: '1', parameters: mapOf(65_536) }],
    refused: [{ command_id: text(65) }, {}, { command_id: '1', parameters: mapOf(65_537) }],
  },
  tool_outputs: {
    taken: [list(32, { tool_call_id: text(128), output: text(65_536) })],
    refused: [
      list(33, { tool_call_id: '1', output: '' }),
      [{ tool_call_id: text(129), output: '' }],
      [{ tool_call_id: '1', output: text(65_537) }],
      [{ output: '' }],
    ],
  },
  reason_types: { taken: [list(10, text(100))], refused: [list(11, 'x'), [text(101)], [7]] },
  comment: { taken: [text(1_000)], refused: [text(1_001)] },
  input: { taken: [text(8_192)], refused: [text(8_193)] },
  voice_id: { taken: ['1', '9'.repeat(24)], refused: ['', '9'.repeat(25), '1x', 'x1', 1] },
  emotion: { taken: ['happy', `a-_${text(29)}`], refused: ['', text(33), 'so happy', 'a/b', ' a', 'a '] },
  speed: { taken: [-100_000, 0.5, 100_000], refused: [-100_001, 100_001, Number.NaN, '1'] },
}

describe('T33: a field of a body', () => {
  it.each(Object.entries(BOUNDS))('%s takes so much and no more', (name, { taken, refused }) => {
    const schema = FIELD_VALUES[name as BodyField]
    for (const value of taken) expect(v.parse(schema, value)).toEqual(value)
    for (const value of refused) expect(v.is(schema, value), JSON.stringify(value).slice(0, 80)).toBe(false)
  })

  it.each([
    ['extra_params', { latitude: '1' }],
    ['shortcut_command', { command_id: '1' }],
    ['shortcut_command', { command_id: '1', parameters: { a: '1' } }],
  ] as const)('%s is rebuilt from the fields that are known: %j', (name, value) => {
    expect(v.parse(FIELD_VALUES[name], { ...value, debug: true })).toEqual(value)
  })
})
