import { describe, expect, it } from 'vitest'
import { randomFraction, randomId } from '../../src/platform/random.ts'
import { fingerprint, isSessionId, SESSION_ID_KEY, sessionIdPlace } from '../../src/visitor/session-id.ts'
import { memoryStorage } from '../support/fake-platform.ts'
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

describe('the place of an id', () => {
  it('T5: has the plain name for the first token service, and none of two sees or loses what is of the other', () => {
    const map = new Map<string, string>()
    const [shop, bank, page] = ['/shop/token', 'https://bank.test/token', undefined].map((service) =>
      sessionIdPlace(memoryStorage(map), service),
    )
    shop?.set('of the shop')
    expect(map.get(SESSION_ID_KEY)).toBe('of the shop')
    expect([bank?.get(), page?.get()]).toEqual([undefined, undefined])
    bank?.set('of the bank')
    page?.set('of the page')
    const all = () => [shop, bank, page].map((place) => place?.get())
    expect(all()).toEqual(['of the shop', 'of the bank', 'of the page'])
    shop?.remove()
    expect(all()).toEqual([undefined, 'of the bank', 'of the page'])
    shop?.set('of the shop again')
    expect(all()).toEqual(['of the shop again', 'of the bank', 'of the page'])
    for (const place of [bank, page, shop]) place?.remove()
    expect([...map.keys()]).toEqual([])
  })

  it('an id that something else has put under the plain name is taken over', () => {
    const map = new Map([[SESSION_ID_KEY, 'made by hand']])
    expect(sessionIdPlace(memoryStorage(map), '/shop/token').get()).toBe('made by hand')
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
