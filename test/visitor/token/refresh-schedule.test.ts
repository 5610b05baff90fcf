import { describe, expect, it } from 'vitest'
import { backoffMs, refreshDelayMs, refreshLeadMs } from '../../../src/visitor/token/refresh-schedule.ts'
import fc from '../../support/fast-check.ts'

describe('refreshLeadMs', () => {
  it.each([
    [1, 5_000],
    [11, 5_000],
    [25, 5_000],
    [60, 12_000],
    [120, 24_000],
    [300, 60_000],
    [900, 60_000],
    [86_400, 60_000],
  ])('a token of %i s is renewed %i ms before its end', (ttlSeconds, leadMs) => {
    expect(refreshLeadMs(ttlSeconds * 1000, 0)).toBe(leadMs)
    expect(refreshLeadMs(ttlSeconds * 1000, 1)).toBeCloseTo(leadMs * 1.1)
  })

  it('F79: ten thousand tokens of one instant are not renewed at one instant', () => {
    const leads = Array.from({ length: 10_000 }, (_, index) => Math.floor(refreshLeadMs(900_000, index / 10_000) / 600))
    const perSlot = new Map<number, number>()
    for (const lead of leads) perSlot.set(lead, (perSlot.get(lead) ?? 0) + 1)
    expect(perSlot.size).toBe(10)
    expect(Math.max(...perSlot.values())).toBeLessThanOrEqual((3 * leads.length) / perSlot.size)
  })
})

describe('refreshDelayMs', () => {
  it('F5: no life of 1 to 120 s makes a loop: on use only, or at least 5 s between renewals', () => {
    for (let seconds = 1; seconds <= 120; seconds++) {
      for (const random of [0, 0.5, 0.999]) {
        const ttlMs = seconds * 1000
        const delay = refreshDelayMs({ ttlMs, remainingMs: ttlMs, leadMs: refreshLeadMs(ttlMs, random) })
        if (seconds <= 10) expect(delay).toBeUndefined()
        else expect(delay).toBeGreaterThanOrEqual(5_000)
      }
    }
  })

  it('F4: no delay is longer than 10 minutes or shorter than 1 s, whatever the numbers', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 10_001, max: 1e15, noNaN: true }),
        fc.double({ min: 0, max: 1e15, noNaN: true }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (ttlMs, remainingMs, random) => {
          const delay = refreshDelayMs({ ttlMs, remainingMs, leadMs: refreshLeadMs(ttlMs, random) })
          return delay !== undefined && delay >= 1_000 && delay <= 600_000
        },
      ),
    )
  })
})

describe('backoffMs', () => {
  it.each([
    [0, 500, 1_000],
    [1, 500, 2_000],
    [2, 500, 4_000],
    [6, 500, 30_000],
    [1_000, 500, 30_000],
  ])('F28: after %i earlier failures the pause lies between %i and %i ms', (failures, least, most) => {
    expect(backoffMs(failures, 0)).toBe(least)
    expect(backoffMs(failures, 0.999_999_999)).toBeCloseTo(most, 0)
  })

  it('F29: what the server asks for counts, up to five minutes', () => {
    expect(backoffMs(0, 0, 7_000)).toBe(7_000)
    expect(backoffMs(0, 0, 86_400_000)).toBe(300_000)
    expect(backoffMs(9, 0.999, 1)).toBeGreaterThan(29_000)
    // `getToken()` of the page may say anything.
    for (const odd of [Number.NaN, -1, Number.NEGATIVE_INFINITY]) expect(backoffMs(0, 0, odd)).toBe(500)
    expect(backoffMs(0, 0, Number.POSITIVE_INFINITY)).toBe(300_000)
  })
})
