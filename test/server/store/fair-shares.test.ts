import { describe, expect, it } from 'vitest'
import { createMemoryTokenStore } from '../../../src/server/store/memory-token-store.ts'

const ownerOf = (_key: string, value: object) => (value as { owner: string }).owner

describe('a store that is shared out', () => {
  it('T37: takes room from whoever holds the most, and from them what they used last of all', async () => {
    const store = createMemoryTokenStore({ maxEntries: 1_000, ownerOf })
    const set = (key: string, owner: string) => store.set(key, { owner }, { ttlMs: 60_000 })
    for (let i = 0; i < 5; i++) await set(`ann-${i}`, 'ann')
    for (let i = 0; i < 5_000; i++) {
      await set(`eve-${i}`, 'eve')
      await store.get('eve-0')
    }
    for (let i = 0; i < 5; i++) expect(await store.get(`ann-${i}`)).toEqual({ owner: 'ann' })
    expect([await store.get('eve-0'), await store.get('eve-1'), await store.get('eve-4999')]).toEqual([
      { owner: 'eve' },
      undefined,
      { owner: 'eve' },
    ])
  })

  it('T37: keeps everybody’s few while many strangers fill it, and never holds more than its limit', async () => {
    const store = createMemoryTokenStore({ maxEntries: 1_000, ownerOf })
    const set = (key: string, owner: string) => store.set(key, { owner }, { ttlMs: 60_000 })
    await set('ann', 'ann')
    for (let i = 0; i < 20_000; i++) await set(`stranger-${i}`, `stranger-${i % 100}`)
    expect(await store.get('ann')).toEqual({ owner: 'ann' })
    let held = 0
    for (let i = 0; i < 20_000; i++) if ((await store.get(`stranger-${i}`)) !== undefined) held++
    expect(held).toBe(999)
  })

  it('T37: counts what was deleted or has expired to nobody’s harm', async () => {
    const store = createMemoryTokenStore({ maxEntries: 100, ownerOf })
    await store.set('ann', { owner: 'ann' }, { ttlMs: 60_000 })
    for (let i = 0; i < 1_000; i++) {
      await store.set(`eve-${i}`, { owner: 'eve' }, { ttlMs: 60_000 })
      await store.delete(`eve-${i}`)
    }
    expect(await store.get('ann')).toEqual({ owner: 'ann' })
    await store.delete('never there')
    expect(await store.get('never there')).toBeUndefined()
  })
})
