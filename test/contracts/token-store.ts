import { beforeEach, describe, expect, it } from 'vitest'
import type { Clock } from '../../src/platform/clock.ts'
import type { TokenStore } from '../../src/server/store/token-store.ts'

export interface TokenStoreUnderTest {
  store: TokenStore
  clock: Clock
  /** Lets `ms` pass for the store, whichever clock its entries age by. */
  pass(ms: number): Promise<void>
}

/** The promises of every token store. */
export function testTokenStore(name: string, create: () => TokenStoreUnderTest | Promise<TokenStoreUnderTest>): void {
  describe(`token store: ${name}`, () => {
    let store: TokenStore
    let clock: Clock
    let pass: (ms: number) => Promise<void>
    let key: string
    let number = 0

    beforeEach(async () => {
      const made = await create()
      store = made.store
      clock = made.clock
      pass = made.pass
      key = `key-${number++}-${Date.now()}`
    })

    it('gives back what was set, and nothing for a key it does not know', async () => {
      expect(await store.get(key)).toBeUndefined()
      await store.set(key, { token: 'one', at: 1 }, { ttlMs: 60_000 })
      expect(await store.get(key)).toEqual({ token: 'one', at: 1 })
      expect(await store.get(`${key}x`)).toBeUndefined()
    })

    it('keeps the newest value', async () => {
      await store.set(key, { token: 'one' }, { ttlMs: 60_000 })
      await store.set(key, { token: 'two' }, { ttlMs: 60_000 })
      expect(await store.get(key)).toEqual({ token: 'two' })
    })

    it('F62: forgets a value when its time is up', async () => {
      await store.set(key, { token: 'one' }, { ttlMs: 200 })
      expect(await store.get(key)).toEqual({ token: 'one' })
      await pass(260)
      expect(await store.get(key)).toBeUndefined()
    })

    it('keeps nothing whose time is already up', async () => {
      await store.set(key, { token: 'one' }, { ttlMs: 0 })
      await store.set(key, { token: 'one' }, { ttlMs: -5 })
      expect(await store.get(key)).toBeUndefined()
    })

    it('forgets at once what is deleted', async () => {
      await store.set(key, { token: 'one' }, { ttlMs: 60_000 })
      await store.delete(key)
      expect(await store.get(key)).toBeUndefined()
    })

    it('F57: a delete wins over a value whose making began before it', async () => {
      const sinceMs = clock.now()
      await store.delete(key)
      await store.set(key, { token: 'late' }, { ttlMs: 60_000, sinceMs })
      expect(await store.get(key)).toBeUndefined()
    })

    it('F57: a value whose making began after the delete is kept', async () => {
      await store.delete(key)
      await store.set(key, { token: 'new' }, { ttlMs: 60_000, sinceMs: clock.now() + 1 })
      expect(await store.get(key)).toEqual({ token: 'new' })
    })

    it('tells keys apart byte by byte', async () => {
      await store.set(`${key}a`, { token: 'lower' }, { ttlMs: 60_000 })
      await store.set(`${key}A`, { token: 'upper' }, { ttlMs: 60_000 })
      expect(await store.get(`${key}a`)).toEqual({ token: 'lower' })
    })

    it('says that it is well', () => {
      expect(store.health?.() ?? 'ok').toBe('ok')
    })

    it('F65: where it has locks, one caller gets each, and a lock that was released or ran out is free', async () => {
      if (store.acquire === undefined) return
      const first = await store.acquire(key, 60_000)
      expect(first).toBeTypeOf('function')
      expect(await store.acquire(key, 60_000)).toBeUndefined()
      await first?.()
      const second = await store.acquire(key, 100)
      expect(second).toBeTypeOf('function')
      await pass(160)
      const third = await store.acquire(key, 60_000)
      expect(third).toBeTypeOf('function')
      // The one that lost its lock must not free the other's.
      await second?.()
      expect(await store.acquire(key, 60_000)).toBeUndefined()
    })
  })
}
