import { describe, expect, it } from 'vitest'
import { readMemory, writeMemory } from '../../../src/visitor/memory/visitor-memory.ts'
import { memoryStorage } from '../../support/fake-platform.ts'
import fc from '../../support/fast-check.ts'

describe('readMemory', () => {
  it('F19, F20: answers what the same subject wrote, and nothing to any other', () => {
    const storage = memoryStorage(new Map())
    writeMemory(storage, 'key', 's_A', { conversationId: '42', seal: 'secret' })
    expect(readMemory(storage, 'key', 's_A')).toEqual({ conversationId: '42', seal: 'secret' })
    expect(readMemory(storage, 'key', 's_B')).toEqual({})
  })

  it('F19: what another version of the widget wrote is nothing, whatever it looks like', () => {
    const memoryOf = (version: object) => {
      const text = JSON.stringify({ ...version, subject: 's', conversationId: '42' })
      return readMemory(memoryStorage(new Map([['key', text]])), 'key', 's')
    }
    expect(memoryOf({ v: 1 })).toEqual({ conversationId: '42' })
    for (const other of [{}, { v: 0 }, { v: 2 }, { v: '1' }, { v: null }, { v: [1] }])
      expect(memoryOf(other)).toEqual({})
  })

  it('F19: ten thousand foreign, old or broken values do no harm', () => {
    const record = fc.record(
      {
        v: fc.oneof(fc.constant(1), fc.anything()),
        subject: fc.constant('s'),
        conversationId: fc.anything(),
        seal: fc.anything(),
      },
      { requiredKeys: [] },
    )
    const stored = fc.oneof(
      fc.string(),
      fc.json(),
      record.map((value) => JSON.stringify(value) ?? ''),
    )
    fc.assert(
      fc.property(stored, (text) => {
        const memory = readMemory(memoryStorage(new Map([['key', text]])), 'key', 's')
        for (const [name, value] of Object.entries(memory)) {
          if (name === 'seal') expect(typeof value).toBe('string')
          else expect(value).toMatch(/^\d{1,32}$/)
        }
      }),
      { numRuns: 10_000 },
    )
  })
})
