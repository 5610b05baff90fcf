import { beforeEach, describe, expect, it } from 'vitest'
import { CozeChatError } from '../../src/errors.ts'
import { markInstant } from '../../src/platform/clock.ts'
import { createFirstToken } from '../../src/token/first-token.ts'
import { createTokenManager, type TokenManager, type TokenManagerOptions } from '../../src/token/token-manager.ts'
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts'

const TTL_MS = 900_000
const missing = new CozeChatError('network', 'chunk not loaded', { retryable: true })

describe('createFirstToken', () => {
  let clock: FakeClock
  let tokens: TokenManager
  let asked: { renew: boolean; at: number }[]
  let errors: string[]
  let ttls: number[]
  let failures: CozeChatError[]
  let loads: number
  let chunk: 'there' | 'missing'
  let hidden: boolean
  beforeEach(() => {
    clock = createFakeClock()
    asked = []
    errors = []
    ttls = []
    failures = []
    loads = 0
    chunk = 'there'
    hidden = false
    const options: TokenManagerOptions = {
      clock,
      randomFraction: () => 0,
      hidden: () => hidden,
      prepare: async () => async (renew) => {
        asked.push({ renew, at: clock.monotonic() })
        const failure = failures.shift()
        if (failure) throw failure
        const ttlMs = ttls.shift() ?? TTL_MS
        return { text: `t${asked.length}`, ttlMs, since: markInstant(clock), subject: 's', kind: 'anonymous' }
      },
      exclusively: (_signal, _ready, work) => work(),
      onToken: () => {},
      onError: ({ code }) => errors.push(code),
    }
    tokens = createFirstToken(options, async () => {
      loads++
      if (chunk === 'missing') throw missing
      return (begun) => createTokenManager(options, begun)
    })
  })
  const get = async (rejected?: string) => {
    const result = tokens.get({ rejected }).then(
      ({ text }) => text,
      ({ code }: CozeChatError) => code,
    )
    await clock.advance(0)
    return result
  }

  it('asks once for all callers, and needs nothing else while the token is young', async () => {
    expect(await Promise.all([get(), get()])).toEqual(['t1', 't1'])
    await clock.advance(TTL_MS / 2 - 1)
    expect(await get()).toBe('t1')
    expect(loads).toBe(0)
    expect(asked).toHaveLength(1)
  })

  it.each([12_000, 25_000, 120_000, 900_000])(
    'renews a token of %i ms as early as the manager would',
    async (ttlMs) => {
      ttls = [ttlMs]
      await get()
      await clock.advance(ttlMs)
      expect(asked[1]?.at).toBe(ttlMs - Math.max(5_000, Math.min(60_000, ttlMs / 5)))
    },
  )

  it('leaves a failure, a useless answer and a refused token to the manager, which asks no question twice', async () => {
    failures = [new CozeChatError('misconfigured', 'no')]
    expect(await get()).toBe('misconfigured')
    expect(asked).toHaveLength(1)
    expect(errors).toEqual(['misconfigured'])
    expect(await get()).toBe('t2')
    expect(await get('t2')).toBe('t3')
    expect(asked.map(({ renew }) => renew)).toEqual([false, false, true])
  })

  it('asks past the caches after a token that had expired on arrival', async () => {
    ttls = [0]
    expect(await get()).toBe('t2')
    expect(asked.map(({ renew }) => renew)).toEqual([false, true])
  })

  it('hands out nothing in doubt, though the manager is still on its way', async () => {
    await get()
    tokens.doubt()
    expect(tokens.peek()).toBeUndefined()
    await clock.advance(0)
    expect(tokens.peek()?.text).toBe('t2')
  })

  it('without the manager keeps a token to its end, tells the first failure, and tries again', async () => {
    chunk = 'missing'
    failures = [new CozeChatError('misconfigured', 'no')]
    expect(await get()).toBe('misconfigured')
    expect(errors).toEqual(['misconfigured'])
    expect(await get()).toBe('t2')
    await clock.advance(TTL_MS - 10_000)
    expect(await get()).toBe('t2')
    expect(await get('t2')).toBe('network')
    chunk = 'there'
    await clock.advance(15_000)
    expect(await get()).toBe('t3')
  })

  it('F4: waits no longer than 10 min at a time, so that a sleep that nobody told of does not outlast the token', async () => {
    ttls = [86_400_000]
    await get()
    clock.sleep(86_400_000 - 610_000)
    await clock.advance(600_000)
    expect(tokens.peek()?.text).toBe('t2')
  })

  it('sets no timer while the page is hidden, and looks at its age when it wakes', async () => {
    await get()
    hidden = true
    tokens.rest()
    expect(clock.pending).toBe(0)
    clock.sleep(TTL_MS)
    hidden = false
    tokens.wake()
    await clock.advance(0)
    expect(tokens.peek()?.text).toBe('t2')
  })

  it('stopped at any time, it tells those who wait and leaves no timer', async () => {
    const waiting = get()
    tokens.stop(new CozeChatError('aborted', 'visitor changed'))
    expect(await waiting).toBe('aborted')
    expect(await get()).toBe('aborted')
    expect(errors).toEqual([])
    expect(clock.pending).toBe(0)
  })
})
