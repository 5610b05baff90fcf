import { describe, expect, it } from 'vitest'
import { createMemoryTokenStore } from '../../../src/server/store/memory-token-store.ts'
import { testTokenStore } from '../../contracts/token-store.ts'
import { createFakeClock } from '../../support/fake-clock.ts'

testTokenStore('memory', () => {
  const clock = createFakeClock()
  return { store: createMemoryTokenStore({ clock }), clock, pass: (ms) => clock.advance(ms) }
})

describe('the memory store', () => {
  it('F60: never holds more than its limit, the least recently used going first', async () => {
    const store = createMemoryTokenStore({ maxEntries: 100 })
    for (let i = 0; i < 10_000; i++) {
      await store.set(`key-${i}`, { i }, { ttlMs: 60_000 })
      await store.get('key-0')
    }
    expect(await store.get('key-0')).toEqual({ i: 0 })
    expect(await store.get('key-9999')).toEqual({ i: 9_999 })
    expect(await store.get('key-9000')).toBeUndefined()
  })
})
