import { afterEach, describe, expect, it, vi } from 'vitest'
import { elapsedMs, markInstant, systemClock } from '../../src/platform/clock.ts'

afterEach(() => vi.unstubAllGlobals())

describe('the clock of the browser', () => {
  it.each([
    ['an object of its own', { memory: 1 }],
    ['a text', 'good'],
    ['nothing', undefined],
  ])(
    'F54: a page whose variable performance is %s, which replaces the browser’s, has a clock all the same',
    (_, own) => {
      vi.stubGlobal('performance', own)
      const since = markInstant(systemClock)
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 5_000 })
      try {
        expect(elapsedMs(since, systemClock)).toBeGreaterThan(4_000)
        expect(systemClock.monotonic()).toBeGreaterThan(since.monotonicMs)
      } finally {
        vi.useRealTimers()
      }
    },
  )
})
