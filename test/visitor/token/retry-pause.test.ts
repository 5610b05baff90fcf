import { describe, expect, it } from 'vitest'
import { CozeChatError } from '../../../src/errors.ts'
import { createRetryPause } from '../../../src/visitor/token/retry-pause.ts'
import { createFakeClock } from '../../support/fake-clock.ts'

describe('createRetryPause', () => {
  const setUp = () => {
    const clock = createFakeClock()
    return { clock, pause: createRetryPause(clock, () => 0.5) }
  }
  const down = new CozeChatError('upstream_unavailable', 'down', { retryable: true })
  const later = new CozeChatError('rate_limited', 'later', { retryable: true, retryAfterMs: 60_000 })

  it('F28: grows with each failure in a row, and starts anew after a success', () => {
    const { pause } = setUp()
    const lengths = [1, 2, 3].map(() => {
      pause.failed(down)
      return pause.remainingMs()
    })
    expect(lengths).toEqual([750, 1_250, 2_250])
    pause.succeeded()
    expect([pause.remainingMs(), pause.lastError]).toEqual([0, undefined])
    pause.failed(down)
    expect([pause.remainingMs(), pause.lastError]).toEqual([750, down])
  })

  it('ends with time, also with time slept away', async () => {
    const { clock, pause } = setUp()
    pause.failed(down)
    await clock.advance(700)
    expect(pause.remainingMs()).toBe(50)
    clock.sleep(10_000)
    expect(pause.remainingMs()).toBe(0)
  })

  it('F29: what the server asked for is not cut short, a pause of our own is', () => {
    const { pause } = setUp()
    pause.failed(down)
    pause.cutShort()
    expect(pause.remainingMs()).toBe(0)
    pause.failed(later)
    pause.cutShort()
    expect(pause.remainingMs()).toBe(60_000)
  })
})
