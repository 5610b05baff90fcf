import { describe, expect, it } from 'vitest'
import { CozeChatError } from '../../../src/errors.ts'
import { withTimeout } from '../../../src/platform/waiting/with-timeout.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { createFakeOrigin } from '../../support/fake-platform.ts'

describe('withTimeout', () => {
  const start = () => {
    const clock = createFakeClock()
    const tab = createFakeOrigin(clock).openTab()
    const outer = new AbortController()
    let inner: AbortSignal | undefined
    const run = (work: Promise<string>) =>
      withTimeout(10_000, outer.signal, tab.platform, (signal) => {
        inner = signal
        return work
      }).catch((error: CozeChatError) => error.code)
    const leftovers = () => [clock.pending, tab.page.listeners]
    return { clock, tab, outer, run, leftovers, innerAborted: () => inner?.aborted }
  }

  it('F12: ends what never ends, and tells the work', async () => {
    const { clock, run, leftovers, innerAborted } = start()
    const code = run(new Promise(() => {}))
    await clock.advance(10_000)
    expect([await code, innerAborted(), leftovers()]).toEqual(['timeout', true, [0, 0]])
  })

  it('F12: a request that slept past its limit ends when the page wakes, though no timer ran', async () => {
    const { clock, tab, run, leftovers } = start()
    const code = run(new Promise(() => {}))
    clock.sleep(9_000)
    tab.page.signal('woke')
    clock.sleep(3_600_000)
    tab.page.signal('woke')
    expect(await code).toBe('timeout')
    expect(leftovers()).toEqual([0, 0])
  })

  it('ends with the caller, and leaves nothing behind after success either', async () => {
    const { outer, run, leftovers } = start()
    const code = run(new Promise(() => {}))
    outer.abort(new CozeChatError('aborted', 'enough'))
    expect(await code).toBe('aborted')
    const other = start()
    expect([await other.run(Promise.resolve('done')), other.leftovers(), leftovers()]).toEqual(['done', [0, 0], [0, 0]])
  })
})
