import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/platform/clock.ts'
import { TimeLimitError, withTimeout } from '../../../src/server/resilience/with-timeout.ts'
import { createFakeClock } from '../../support/fake-clock.ts'

const LIMIT_MS = 1
/** Replies to each message, and then wakes a process that stands still. */
const REPLIER = `
  const { parentPort, workerData } = require('node:worker_threads')
  parentPort.on('message', () => {
    parentPort.postMessage('reply')
    Atomics.store(workerData, 0, 1)
    Atomics.notify(workerData, 0)
  })`

describe('a time limit', () => {
  it('T29: what arrived while the process stood still counts, although the time is over when it wakes', async () => {
    const flag = new Int32Array(new SharedArrayBuffer(4))
    const worker = new Worker(REPLIER, { eval: true, workerData: flag })
    try {
      await new Promise((resolve) => worker.once('online', resolve))
      // From here on the timers come before the messages.
      await new Promise((resolve) => setImmediate(resolve))
      const outcome = withTimeout(
        LIMIT_MS,
        systemClock,
        () => new Promise((resolve) => worker.once('message', resolve)),
      ).catch((error: unknown) => error)
      const began = performance.now()
      worker.postMessage('question')
      // Nothing else runs here until the reply lies there and the time is over.
      Atomics.wait(flag, 0, 0)
      while (performance.now() - began <= 2 * LIMIT_MS);
      expect(await outcome).toBe('reply')
    } finally {
      await worker.terminate()
    }
  })

  it('ends a wait for work that never ends, and tells the work', async () => {
    const clock = createFakeClock()
    let told: AbortSignal | undefined
    const outcome = withTimeout(50, clock, (signal) => {
      told = signal
      return new Promise(() => {})
    }).catch((error: unknown) => error)
    await clock.advance(49)
    expect(told?.aborted).toBe(false)
    await clock.advance(1)
    expect(await outcome).toBeInstanceOf(TimeLimitError)
    expect([told?.aborted, clock.pending]).toEqual([true, 0])
  })
})
