import { describe, expect, it } from 'vitest'
import { randomFraction, randomId } from '../../src/platform/random.ts'
import { fingerprint, isSessionId } from '../../src/visitor/session-id.ts'
import fc from '../support/fast-check.ts'

const TICKET = 'v1.k1.AAECAwQFBgcICQoLDA0ODw.tlpwu8.an7O68gdKsjYAgs9ta3qfZixzwP_Kn4y-nm_qwmbzc4'

describe('isSessionId', () => {
  it('takes ids of our own and tickets of the service', () => {
    for (let round = 0; round < 1_000; round++) expect(isSessionId(randomId())).toBe(true)
    expect(isSessionId(TICKET)).toBe(true)
    expect(isSessionId('0b4e2f0a-7f0c-4a55-9d7e-2f1f0a9d6c11')).toBe(true)
  })

  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['60 bits', 'V1StGXR8_Z'],
    ['a padded id', ` ${'a'.repeat(21)}`],
    ['a line break at the end', `${'a'.repeat(21)}\n`],
    ['a long text', 'a'.repeat(129)],
    ['markup', '<script>alert(1)</script>'],
    ['another version of ticket', TICKET.replace('v1', 'v2')],
    ['a cut ticket', TICKET.slice(0, -1)],
  ])('F19: refuses %s', (_, value) => {
    expect(isSessionId(value)).toBe(false)
  })
})

describe('fingerprint', () => {
  it('tells ids apart, and shows none of their text', () => {
    const ids = Array.from({ length: 20_000 }, randomId)
    expect(new Set(ids.map(fingerprint)).size).toBe(ids.length)
    fc.assert(fc.property(fc.string(), (text) => /^[0-9a-z]{1,13}$/.test(fingerprint(text))))
  })
})

describe('randomFraction', () => {
  it('F51: lies in [0, 1), with nothing but getRandomValues', () => {
    const fractions = Array.from({ length: 10_000 }, randomFraction)
    expect(Math.min(...fractions)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...fractions)).toBeLessThan(1)
    const mean = fractions.reduce((sum, fraction) => sum + fraction) / fractions.length
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.05)
  })
})
