import { beforeEach, describe, expect, it } from 'vitest'
import { addressKeys } from '../../src/server/limits/address-key.ts'
import { type AddressLimiter, createAddressLimiter } from '../../src/server/limits/limiter.ts'
import type { TokenStore } from '../../src/server/store/token-store.ts'
import { createFakeClock } from '../support/fake-clock.ts'

const MAX = 5

/** The promises of budgets by address, wherever they are counted: in the process, or in a store that processes share. */
export function testAddressBudgets(name: string, createStore: () => Promise<TokenStore | undefined>): void {
  describe(`budgets by address: ${name}`, () => {
    let create: (maxKeys?: number) => AddressLimiter
    let number = 0

    beforeEach(async () => {
      const store = await createStore()
      const policy = `budget${number++}`
      create = (maxKeys) =>
        createAddressLimiter(
          policy,
          { max: MAX, windowSeconds: 60 },
          {
            clock: createFakeClock(),
            ...(store !== undefined && { store }),
            ...(maxKeys !== undefined && { maxKeys }),
          },
        )
    })

    /** How many of `count` requests get through, each from the address given for it. */
    const passing = async (limiter: AddressLimiter, count: number, addressOf: (index: number) => string) => {
      let allowed = 0
      for (let i = 0; i < count; i++) if ((await limiter.consume(addressKeys(addressOf(i)))).allowed) allowed++
      return allowed
    }

    it('T27: an IPv4 address and a /64 have one budget, a /56 two, a /48 eight, however many addresses are used', async () => {
      const limiter = create()
      expect(await passing(limiter, 20, () => '203.0.113.7')).toBe(MAX)
      expect(await passing(limiter, 20, (i) => `2001:db8:1:1::${i}`)).toBe(MAX)
      expect(await passing(limiter, 400, (i) => `2001:db8:2:${(i % 256).toString(16)}::1`)).toBe(2 * MAX)
      expect(await passing(limiter, 400, (i) => `2001:db8:3:${(i % 256).toString(16)}00::1`)).toBe(8 * MAX)
      expect(await passing(limiter, 60, (i) => `2001:db8:${(100 + i).toString(16)}::1`)).toBe(60)
    })

    it('T13, T27: what one client is refused is not taken from the budget of its neighbours', async () => {
      const limiter = create()
      expect(await passing(limiter, 200, () => '2001:db8:1:1::7')).toBe(MAX)
      expect(await passing(limiter, MAX, () => '2001:db8:1:2::7')).toBe(MAX)
      expect(await passing(limiter, MAX, () => '2001:db8:1:a00::7')).toBe(MAX)
    })

    it('T27: a flood fills a small table, and nobody who is not in it is refused', async () => {
      const limiter = create(40)
      await passing(limiter, 20, () => '203.0.113.66')
      await passing(limiter, 1_300, (i) => `2001:db8:66:${i.toString(16)}::1`)
      expect(await passing(limiter, 300, (i) => `198.51.${i % 4}.${i >> 2}`)).toBe(300)
      expect(await passing(limiter, 300, (i) => `2001:db8:${(0x1000 + i).toString(16)}::1`)).toBe(300)
      // Those who flooded are refused still.
      expect(await passing(limiter, 5, () => '203.0.113.66')).toBe(0)
      expect(await passing(limiter, 50, (i) => `2001:db8:66:f${i.toString(16)}::1`)).toBe(0)
    })

    it('T27: a refusal names the budget that was used up, and when to come again', async () => {
      const limiter = create()
      await passing(limiter, 60, (i) => `2001:db8:1:${i.toString(16)}::1`)
      const { allowed, headers, retryAfterSeconds } = await limiter.consume(addressKeys('2001:db8:1:99::1'))
      expect(allowed).toBe(false)
      expect(headers.join(' ')).toMatch(/^ratelimit-policy "budget\d+-2";q=10;w=60 ratelimit "budget\d+-2";r=0;t=\d+$/)
      expect(retryAfterSeconds).toBeGreaterThan(0)
    })
  })
}
