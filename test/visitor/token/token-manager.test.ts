import { beforeEach, describe, expect, it } from 'vitest'
import { CozeChatError } from '../../../src/errors.ts'
import { markInstant } from '../../../src/platform/clock.ts'
import type { AccessToken } from '../../../src/visitor/token/access-token.ts'
import { createTokenManager, type TokenManager } from '../../../src/visitor/token/token-manager.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { createFakeOrigin, type FakePage } from '../../support/fake-platform.ts'
import fc from '../../support/fast-check.ts'

type Answer = Partial<AccessToken> | CozeChatError | Promise<Partial<AccessToken>>

interface Bench {
  clock: FakeClock
  tokens: TokenManager
  asked: { renew: boolean; at: number }[]
  errors: CozeChatError[]
  announced: string[]
  page: FakePage
  isIdle: boolean
  answer: (count: number, renew: boolean) => Answer
}

const DAY = 86_400_000
const failure = (retryAfterMs?: number) =>
  new CozeChatError('upstream_unavailable', 'down', {
    retryable: true,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })

function createBench(random = 0): Bench {
  const clock = createFakeClock()
  const tab = createFakeOrigin(clock, { random: () => random }).openTab()
  const bench: Bench = {
    clock,
    asked: [],
    errors: [],
    announced: [],
    page: tab.page,
    isIdle: false,
    answer: () => ({}),
    tokens: createTokenManager({
      platform: tab.platform,
      client: {
        async request({ renew, isSuperfluous }) {
          if (isSuperfluous()) return undefined
          const since = markInstant(clock)
          bench.asked.push({ renew, at: clock.monotonic() })
          const count = bench.asked.length
          const answer = await bench.answer(count, renew)
          if (answer instanceof CozeChatError) throw answer
          return {
            text: `t${count}`,
            ttlMs: 900_000,
            since,
            subject: 's',
            kind: 'anonymous',
            apiBase: undefined,
            ...answer,
          }
        },
      },
      onToken: (token) => bench.announced.push(token.text),
      onError: (error) => bench.errors.push(error),
      isIdle: () => bench.isIdle,
    }),
  }
  return bench
}

const settle = (clock: FakeClock) => clock.advance(0)
const outcome = (promise: Promise<AccessToken>) =>
  promise.then(
    (token) => token.text,
    (error: CozeChatError) => error.code,
  )

describe('createTokenManager', () => {
  let bench: Bench
  let clock: FakeClock
  let tokens: TokenManager
  beforeEach(() => {
    bench = createBench()
    ;({ clock, tokens } = bench)
  })

  it('asks nobody before the first call', async () => {
    tokens.wake()
    tokens.endOwnPause()
    await clock.advance(DAY)
    expect([bench.asked.length, clock.pending]).toEqual([0, 0])
  })

  it('F36: ten callers at once are one request, and all get its token', async () => {
    const texts = await Promise.all(Array.from({ length: 10 }, () => outcome(tokens.get())))
    expect(new Set(texts)).toEqual(new Set(['t1']))
    expect(bench.asked).toHaveLength(1)
  })

  it('F36: ten callers at once get the same error, and the next call starts anew', async () => {
    bench.answer = (count) => (count === 1 ? new CozeChatError('misconfigured', 'no') : {})
    const codes = await Promise.all(Array.from({ length: 10 }, () => outcome(tokens.get())))
    expect(new Set(codes)).toEqual(new Set(['misconfigured']))
    expect(await outcome(tokens.get())).toBe('t2')
    expect(bench.asked).toHaveLength(2)
  })

  it("F36: a caller's abort ends only their wait", async () => {
    let release = (_: object) => {}
    bench.answer = () => new Promise((resolve) => (release = resolve))
    const impatient = new AbortController()
    const first = outcome(tokens.get({ signal: impatient.signal }))
    const second = outcome(tokens.get())
    await settle(clock)
    impatient.abort()
    expect(await first).toBe('aborted')
    release({})
    expect(await second).toBe('t1')
  })

  it('F1, F2: without any timer the token is renewed when the page wakes', async () => {
    await tokens.get()
    clock.sleep(850_000, true)
    tokens.wake()
    await settle(clock)
    expect(bench.asked).toHaveLength(2)
    expect(tokens.peek()?.text).toBe('t2')
  })

  it('renews before the end while the page is shown, and the old token serves meanwhile', async () => {
    await tokens.get()
    await clock.advance(839_000)
    expect(bench.asked).toHaveLength(1)
    bench.answer = () => new Promise(() => {})
    await clock.advance(2_000)
    expect(bench.asked).toHaveLength(2)
    expect(await outcome(tokens.get())).toBe('t1')
  })

  it('F1: rests while the page is hidden, and asks on use all the same', async () => {
    await tokens.get()
    bench.page.hidden = true
    tokens.suspend()
    await clock.advance(DAY)
    expect([bench.asked.length, clock.pending]).toEqual([1, 0])
    expect(await outcome(tokens.get())).toBe('t2')
    expect(clock.pending).toBe(0)
  })

  it('F1: a token in its last minute, for which no timer ran, is handed out and renewed by whoever asks for it', async () => {
    await tokens.get()
    bench.page.hidden = true
    tokens.suspend()
    await clock.advance(850_000)
    expect(await outcome(tokens.get())).toBe('t1')
    await settle(clock)
    expect(bench.asked).toHaveLength(2)
    expect(await outcome(tokens.get())).toBe('t2')
  })

  it('F2: a sleep past the expiry makes one renewal before the first request', async () => {
    for (const sleepMs of [1_000, 60_000, 900_000, 3_600_000, 30 * DAY]) {
      const slept = createBench()
      await slept.tokens.get()
      slept.clock.sleep(sleepMs)
      const before = slept.asked.length
      slept.tokens.wake()
      const token = await slept.tokens.get()
      await settle(slept.clock)
      expect(slept.asked.length - before).toBe(sleepMs >= 840_000 ? 1 : 0)
      expect(token.text).toBe(sleepMs >= 840_000 ? 't2' : 't1')
    }
  })

  it('F4: a life of a day sets no timer beyond ten minutes', async () => {
    let longest = 0
    const set = clock.setTimeout.bind(clock)
    clock.setTimeout = (callback, delayMs) => {
      longest = Math.max(longest, delayMs)
      return set(callback, delayMs)
    }
    bench.answer = () => ({ ttlMs: DAY })
    await tokens.get()
    await clock.advance(DAY - 61_000)
    expect(bench.asked).toHaveLength(1)
    expect(longest).toBe(600_000)
  })

  it('F5: tokens of 1 to 120 s are not asked for oftener than every 5 s by ourselves', async () => {
    for (let seconds = 1; seconds <= 120; seconds++) {
      const short = createBench(seconds / 121)
      short.answer = () => ({ ttlMs: seconds * 1000 })
      await short.tokens.get()
      await short.clock.advance(240_000)
      const gaps = short.asked.slice(1).map(({ at }, index) => at - (short.asked[index]?.at ?? 0))
      expect(Math.min(5_000, ...gaps)).toBe(5_000)
      if (seconds <= 10) expect(short.asked).toHaveLength(1)
      else expect(short.asked.length).toBeGreaterThan(1)
      short.tokens.stop(new CozeChatError('aborted', 'done'))
    }
  })

  it('F5: nor are tokens that take as long to come as they live', async () => {
    bench.answer = () => new Promise((resolve) => clock.setTimeout(() => resolve({ ttlMs: 16_000 }), 12_000))
    tokens.get().catch(() => {})
    for (let second = 0; second < 120; second++) {
      await clock.advance(1_000)
      if (tokens.peek()) await tokens.get()
    }
    const gaps = bench.asked.slice(1).map(({ at }, index) => at - (bench.asked[index]?.at ?? 0))
    expect(bench.asked.length).toBeGreaterThan(3)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(17_000)
  })

  it('asks once for all callers, and needs nothing else while the token is young', async () => {
    expect(await Promise.all([outcome(tokens.get()), outcome(tokens.get())])).toEqual(['t1', 't1'])
    await clock.advance(449_999)
    expect(await outcome(tokens.get())).toBe('t1')
    expect(bench.asked).toHaveLength(1)
  })

  it.each([12_000, 25_000, 120_000, 900_000])(
    'renews a token of %i ms a fifth of its life before its end, but at least 5 s and at most 60 s',
    async (ttlMs) => {
      bench.answer = (count) => (count === 1 ? { ttlMs } : {})
      await tokens.get()
      await clock.advance(ttlMs)
      expect(bench.asked[1]?.at).toBe(ttlMs - Math.max(5_000, Math.min(60_000, ttlMs / 5)))
    },
  )

  it('after a failure that only the owner can mend, the next call asks anew, and a refused token is renewed past the caches', async () => {
    bench.answer = (count) => (count === 1 ? new CozeChatError('misconfigured', 'no') : {})
    expect(await outcome(tokens.get())).toBe('misconfigured')
    expect(bench.asked).toHaveLength(1)
    expect(bench.errors.map(({ code }) => code)).toEqual(['misconfigured'])
    expect(await outcome(tokens.get())).toBe('t2')
    expect(await outcome(tokens.get({ rejected: 't2' }))).toBe('t3')
    expect(bench.asked.map(({ renew }) => renew)).toEqual([false, false, true])
  })

  it('F4: waits no longer than 10 min at a time, so that a sleep that nobody told of does not outlast the token', async () => {
    bench.answer = () => ({ ttlMs: DAY })
    await tokens.get()
    clock.sleep(DAY - 610_000)
    await clock.advance(600_000)
    expect(tokens.peek()?.text).toBe('t2')
  })

  it('sets no timer while the page is hidden, and looks at the age of its token when it wakes', async () => {
    await tokens.get()
    bench.page.hidden = true
    tokens.suspend()
    expect(clock.pending).toBe(0)
    clock.sleep(900_000)
    bench.page.hidden = false
    tokens.wake()
    await settle(clock)
    expect(tokens.peek()?.text).toBe('t2')
  })

  it('F6, F7: wrong, jumping and sleeping clocks hand out no expired token and cost at most one more request', async () => {
    const jumps = [60_000, 3_600_000, DAY, 365 * DAY, 3_650 * DAY].flatMap((ms) => [ms, -ms])
    const requests = async (jump: number) => {
      const jumped = createBench()
      let reallyExpired = 0
      const bornAt = new Map<string, number>()
      jumped.answer = (count) => {
        bornAt.set(`t${count}`, jumped.clock.monotonic())
        return { ttlMs: 300_000 }
      }
      for (let minute = 0; minute < 60; minute++) {
        if (minute === 7) jumped.clock.jumpWall(jump)
        await jumped.clock.advance(60_000)
        const { text } = await jumped.tokens.get()
        if (jumped.clock.monotonic() - (bornAt.get(text) ?? Number.NEGATIVE_INFINITY) >= 300_000) reallyExpired++
      }
      expect(reallyExpired).toBe(0)
      return jumped.asked.length
    }
    const right = await requests(0)
    for (const jump of jumps) expect(Math.abs((await requests(jump)) - right)).toBeLessThanOrEqual(1)
  })

  it('F2, F3, F7: whatever clocks and sleeps do, no token is handed out after its end', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 700_000 }) }),
      fc.record({ kind: fc.constant('sleep' as const), ms: fc.integer({ min: 1_000, max: 30 * DAY }) }),
      fc.record({ kind: fc.constant('deep sleep' as const), ms: fc.integer({ min: 1_000, max: 30 * DAY }) }),
      fc.record({ kind: fc.constant('set ahead' as const), ms: fc.integer({ min: 1_000, max: 3_650 * DAY }) }),
      fc.record({ kind: fc.constant('hide' as const), ms: fc.constant(0) }),
      fc.record({ kind: fc.constant('wake' as const), ms: fc.constant(0) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const tried = createBench()
        let trueTime = 0
        const endsAt = new Map<string, number>()
        tried.answer = (count) => {
          endsAt.set(`t${count}`, trueTime + tried.clock.monotonic() + 900_000)
          return {}
        }
        for (const { kind, ms } of steps) {
          if (kind === 'pass') await tried.clock.advance(ms)
          if (kind === 'sleep') {
            tried.clock.sleep(ms)
            trueTime += ms
          }
          if (kind === 'deep sleep') tried.clock.sleep(ms, true)
          if (kind === 'set ahead') tried.clock.jumpWall(ms)
          if (kind === 'hide') {
            tried.page.hidden = true
            tried.tokens.suspend()
          }
          if (kind === 'wake') {
            tried.page.hidden = false
            tried.tokens.wake()
          }
          const { text } = await tried.tokens.get()
          expect(endsAt.get(text)).toBeGreaterThan(trueTime + tried.clock.monotonic())
        }
      }),
      {
        numRuns: 200,
        // A clock that jumps between the end of a request and the next question.
        examples: [
          [
            [
              { kind: 'hide', ms: 0 },
              { kind: 'pass', ms: 238_864 },
              { kind: 'pass', ms: 601_136 },
              { kind: 'wake', ms: 0 },
              { kind: 'sleep', ms: 900_000 },
            ],
          ],
        ],
      },
    )
  })

  it('F12: a question that the sleep outlasted is asked again', async () => {
    bench.answer = (count) => (count === 1 ? new CozeChatError('timeout', 'slept', { retryable: true }) : {})
    const text = outcome(tokens.get())
    await clock.advance(1_000)
    expect(await text).toBe('t2')
  })

  it('F12: a request that hangs until its limit does not use up the patience for the next one', async () => {
    const { clock } = bench
    bench.answer = (count) =>
      count > 1
        ? {}
        : new Promise((_, reject) => {
            clock.setTimeout(() => reject(new CozeChatError('timeout', 'too slow', { retryable: true })), 10_000)
          })
    const token = bench.tokens.get()
    await clock.advance(12_000)
    expect((await token).text).toBe('t2')
    expect(bench.asked).toHaveLength(2)
    expect(bench.errors).toEqual([])
  })

  it('F28: a valid token stays in use during an outage, with a growing pause between tries', async () => {
    await tokens.get()
    bench.answer = () => failure()
    await clock.advance(840_000)
    for (let second = 0; second < 50; second++) {
      await clock.advance(1_000)
      expect(await outcome(tokens.get())).toBe('t1')
    }
    expect(bench.errors).toEqual([])
    expect(bench.asked.length).toBeLessThan(105)
    bench.answer = () => ({})
    await clock.advance(8_000)
    expect(await outcome(tokens.get())).not.toBe('t1')
  })

  it('F28: 50 calls in a row during one pause are one request', async () => {
    bench.answer = (count) => (count === 1 ? failure() : {})
    const first = tokens.get()
    await settle(clock)
    const calls = Array.from({ length: 50 }, () => outcome(tokens.get()))
    await clock.advance(600)
    expect(new Set(await Promise.all([outcome(first), ...calls]))).toEqual(new Set(['t2']))
    expect(bench.asked).toHaveLength(2)
  })

  describe('F28: whoever waits out a pause of our own making', () => {
    /** The fourth request comes 3.5 s after the third, at 6.9 s, unless something happens. */
    const failThrice = async () => {
      const jittered = createBench(0.98)
      jittered.answer = (count) => (count <= 3 ? failure() : {})
      const text = outcome(jittered.tokens.get())
      await jittered.clock.advance(3_200)
      expect(jittered.asked).toHaveLength(3)
      return { ...jittered, text }
    }

    it('gets their token at once when the network is back', async () => {
      const { tokens, clock, asked, text } = await failThrice()
      tokens.endOwnPause()
      await settle(clock)
      expect(asked[3]?.at).toBe(3_200)
      expect(await text).toBe('t4')
      expect(clock.pending).toBe(1)
    })

    it('gets it when the page wakes after the pause, however long timers stood still', async () => {
      const { tokens, clock, asked, text } = await failThrice()
      clock.sleep(60_000)
      tokens.wake()
      await settle(clock)
      expect(asked[3]?.at).toBe(3_200)
      expect(await text).toBe('t4')
    })

    it('waits on when the page wakes before the end of the pause', async () => {
      const { tokens, clock, asked } = await failThrice()
      tokens.wake()
      tokens.wake()
      await clock.advance(3_000)
      expect(asked).toHaveLength(3)
      await clock.advance(1_000)
      expect(asked).toHaveLength(4)
    })

    it('gets the token that another tab brings meanwhile', async () => {
      const { tokens, clock, asked, text } = await failThrice()
      const since = markInstant(clock)
      tokens.adopt({ text: 'theirs', ttlMs: 900_000, since, subject: 's', kind: 'user', apiBase: undefined })
      await settle(clock)
      expect(await Promise.race([text, 'still waiting'])).toBe('theirs')
      expect(asked).toHaveLength(3)
    })
  })

  it('F29: nor does the return of the network cut short the wait that the server asked for, for whoever waits already', async () => {
    bench.answer = (count) => (count === 1 ? failure(5_000) : {})
    const text = outcome(tokens.get())
    await clock.advance(1_000)
    tokens.endOwnPause()
    tokens.wake()
    await clock.advance(3_999)
    expect(bench.asked).toHaveLength(1)
    await clock.advance(1)
    expect(await text).toBe('t2')
  })

  it('F28: a lasting outage ends in an error after ten seconds, which says when to try again', async () => {
    const jittered = createBench(0.9)
    jittered.answer = () => failure()
    const promise = jittered.tokens.get().catch((error: CozeChatError) => error)
    await jittered.clock.advance(20_000)
    const error = await promise
    expect(error).toMatchObject({ code: 'upstream_unavailable', retryable: true })
    expect(jittered.asked.length).toBeLessThan(8)
    expect(jittered.errors).toHaveLength(1)
    expect(jittered.clock.pending).toBe(0)
  })

  it('F29: Retry-After is obeyed: no request before its end, and the caller learns how long', async () => {
    bench.answer = (count) => (count === 1 ? failure(60_000) : {})
    const error = await tokens.get().catch((thrown: CozeChatError) => thrown)
    expect(error).toMatchObject({ code: 'upstream_unavailable', retryAfterMs: 60_000 })
    await clock.advance(30_000)
    tokens.endOwnPause()
    expect(await tokens.get().catch((thrown: CozeChatError) => thrown)).toMatchObject({ retryAfterMs: 30_000 })
    await clock.advance(29_000)
    const patient = outcome(tokens.get())
    expect(bench.asked).toHaveLength(1)
    await clock.advance(1_000)
    expect(await patient).toBe('t2')
  })

  it('F32: a token that has expired already is renewed once, then it is an error, and it is never handed out', async () => {
    bench.answer = () => ({ ttlMs: 0 })
    const code = outcome(tokens.get())
    await clock.advance(30_000)
    expect(await code).toBe('token_expired')
    expect(bench.asked.slice(0, 2).map(({ renew }) => renew)).toEqual([false, true])
    bench.answer = (_, renew) => ({ ttlMs: renew ? 900_000 : 0 })
    const healed = createBench()
    healed.answer = bench.answer
    expect(await outcome(healed.tokens.get())).toBe('t2')
  })

  it('renews once when the vendor refuses a token, for all who were refused', async () => {
    await tokens.get()
    const texts = await Promise.all([1, 2, 3].map(() => outcome(tokens.get({ rejected: 't1' }))))
    expect(texts).toEqual(['t2', 't2', 't2'])
    expect(bench.asked.map(({ renew }) => renew)).toEqual([false, true])
    expect(await outcome(tokens.get({ rejected: 't1' }))).toBe('t2')
    expect(bench.asked).toHaveLength(2)
  })

  it('F35: the same token after a rejection is an error and not a loop', async () => {
    bench.answer = () => ({ text: 'stuck' })
    await tokens.get()
    expect(await outcome(tokens.get({ rejected: 'stuck' }))).toBe('token_rejected')
    expect(bench.asked).toHaveLength(2)
    expect(tokens.peek()).toBeUndefined()
    expect(bench.errors.map(({ code }) => code)).toEqual(['token_rejected'])
    await clock.advance(DAY)
    expect(bench.asked).toHaveLength(2)
  })

  it('F35: a vendor who refuses every new token stops the renewals', async () => {
    await tokens.get()
    expect(await outcome(tokens.get({ rejected: 't1' }))).toBe('t2')
    expect(await outcome(tokens.get({ rejected: 't2' }))).toBe('token_rejected')
    expect(bench.asked).toHaveLength(2)
    expect(await outcome(tokens.get())).toBe('t3')
    await clock.advance(5_000)
    expect(await outcome(tokens.get({ rejected: 't3' }))).toBe('t4')
  })

  it('a renewal under way that answers the refused token is asked again with renew', async () => {
    await tokens.get()
    await clock.advance(839_000)
    let release = (_: object) => {}
    bench.answer = (count) => (count === 2 ? new Promise((resolve) => (release = resolve)) : {})
    await clock.advance(2_000)
    const text = outcome(tokens.get({ rejected: 't1' }))
    release({ text: 't1' })
    expect(await text).toBe('t3')
    expect(bench.asked.map(({ renew }) => renew)).toEqual([false, false, true])
  })

  it('F3: in doubt no token is handed out until a question asked afterwards is answered', async () => {
    await tokens.get()
    await clock.advance(839_500)
    const releases: ((answer: object) => void)[] = []
    bench.answer = () => new Promise((resolve) => releases.push(resolve))
    await clock.advance(1_000)
    tokens.revalidate()
    expect(tokens.peek()).toBeUndefined()
    const text = outcome(tokens.get())
    releases[0]?.({})
    await settle(clock)
    expect(bench.asked).toHaveLength(3)
    releases[1]?.({})
    expect(await text).toBe('t3')
  })

  describe('F22: when somebody comes back who may be another', () => {
    beforeEach(async () => {
      bench.answer = () => ({ kind: 'user' })
      await tokens.get()
    })

    it("a user's token that is older than a minute is asked for anew, and serves meanwhile; not oftener than once a minute", async () => {
      await clock.advance(59_000)
      tokens.wake()
      await settle(clock)
      expect(bench.asked).toHaveLength(1)
      await clock.advance(1_000)
      let release = (_: Partial<AccessToken>) => {}
      bench.answer = () =>
        new Promise((resolve) => {
          release = resolve
        })
      tokens.wake()
      await settle(clock)
      expect((await tokens.get()).text).toBe('t1')
      release({ kind: 'user' })
      await settle(clock)
      expect((await tokens.get()).text).toBe('t2')
      for (let seconds = 0; seconds < 59; seconds++) {
        await clock.advance(1_000)
        tokens.wake()
      }
      expect(bench.asked).toHaveLength(2)
    })

    it('an outage takes nothing from them: the token serves, and the question is asked again', async () => {
      await clock.advance(60_000)
      bench.answer = () => failure()
      tokens.wake()
      await clock.advance(5_000)
      expect((await tokens.get()).text).toBe('t1')
      expect(bench.errors).toEqual([])
      bench.answer = () => ({ kind: 'user' })
      await clock.advance(30_000)
      expect((await tokens.get()).text).not.toBe('t1')
    })

    it("another tab's token that comes late out of a frozen page is no answer: it may be older than whoever sits there now", async () => {
      await clock.advance(300_000)
      const since = { wallMs: clock.now() - 61_000, monotonicMs: clock.monotonic() - 61_000 }
      const late = { text: 'late', ttlMs: 900_000, since, subject: 's', kind: 'user', apiBase: undefined } as const
      tokens.wake()
      tokens.adopt(late)
      await settle(clock)
      await clock.advance(5_000)
      await tokens.get()
      await settle(clock)
      expect((await tokens.get()).text).toBe('t2')
    })

    it('nor does it count as new where it came before the page was looked at', async () => {
      await clock.advance(300_000)
      const since = { wallMs: clock.now() - 61_000, monotonicMs: clock.monotonic() - 61_000 }
      tokens.adopt({ text: 'late', ttlMs: 900_000, since, subject: 's', kind: 'user', apiBase: undefined })
      tokens.wake()
      await clock.advance(5_000)
      await tokens.get()
      await settle(clock)
      expect((await tokens.get()).text).toBe('t2')
    })

    it("another tab's token of this minute answers it", async () => {
      await clock.advance(300_000)
      const since = { wallMs: clock.now() - 59_000, monotonicMs: clock.monotonic() - 59_000 }
      tokens.wake()
      tokens.adopt({ text: 'fresh', ttlMs: 900_000, since, subject: 's', kind: 'user', apiBase: undefined })
      await clock.advance(10_000)
      await tokens.get()
      await settle(clock)
      expect(bench.asked).toHaveLength(1)
    })

    it('a question that failed longer than callers wait is asked again, though nobody comes back or uses the chat', async () => {
      await clock.advance(60_000)
      bench.answer = () => failure(15_000)
      tokens.wake()
      await clock.advance(14_000)
      bench.answer = () => ({ kind: 'user' })
      await clock.advance(5_000)
      expect(tokens.peek()?.text).not.toBe('t1')
    })

    it('nor is a response an answer that a frozen page was given a minute late', async () => {
      await clock.advance(60_000)
      let release = (_: Partial<AccessToken>) => {}
      bench.answer = () =>
        new Promise((resolve) => {
          release = resolve
        })
      tokens.wake()
      await settle(clock)
      bench.answer = () => ({ kind: 'user' })
      clock.sleep(61_000)
      release({ kind: 'user' })
      await clock.advance(6_000)
      expect(tokens.peek()?.text).toBe('t3')
    })

    it('a token that Coze refuses meanwhile leaves no timer that has nothing to renew', async () => {
      await clock.advance(60_000)
      bench.answer = () => failure(15_000)
      tokens.wake()
      const refused = outcome(tokens.get({ rejected: 't1' }))
      await settle(clock)
      expect(await refused).toBe('upstream_unavailable')
      expect(clock.pending).toBe(0)
    })

    it('a token that is renewed on use alone is not asked about', async () => {
      bench.answer = () => ({ kind: 'user', ttlMs: 1 })
      await clock.advance(900_000)
      await tokens.get().catch(() => {})
      const asked = bench.asked.length
      for (let second = 0; second < 120; second++) {
        tokens.wake()
        await clock.advance(1_000)
      }
      expect(bench.asked.length).toBe(asked)
    })

    it('a chat that has been closed for long asks when it is used', async () => {
      bench.isIdle = true
      await clock.advance(60_000)
      tokens.wake()
      await settle(clock)
      expect(bench.asked).toHaveLength(1)
      await tokens.get()
      await settle(clock)
      expect(bench.asked).toHaveLength(2)
    })
  })

  it('an anonymous visitor is asked about by nobody', async () => {
    await tokens.get()
    await clock.advance(120_000)
    tokens.wake()
    await settle(clock)
    expect(bench.asked).toHaveLength(1)
  })

  it('T22: a flood of doubts costs three questions in fifteen seconds', async () => {
    await tokens.get()
    for (let ms = 0; ms < 60_000; ms += 100) {
      tokens.revalidate()
      await clock.advance(100)
    }
    expect(bench.asked.length).toBeLessThanOrEqual(1 + 13)
    await clock.advance(5_000)
    expect(tokens.peek()).toBeDefined()
  })

  it('F25: an offered token is taken if it lives longer, and never if it was refused or time has run out', async () => {
    const offer = (text: string, ttlMs: number): AccessToken => ({
      text,
      ttlMs,
      since: markInstant(clock),
      subject: 's',
      kind: 'user',
      apiBase: undefined,
    })
    bench.answer = () => ({ ttlMs: 100_000 })
    await tokens.get()
    tokens.adopt(offer('older', 50_000))
    expect(tokens.peek()?.text).toBe('t1')
    tokens.adopt(offer('newer', 200_000))
    expect(tokens.peek()?.text).toBe('newer')
    await tokens.get({ rejected: 'newer' })
    tokens.adopt(offer('newer', 900_000))
    expect(tokens.peek()?.text).toBe('t2')
  })

  it('F3, F21: an answer that comes after the end is nobody’s', async () => {
    let release = (_: object) => {}
    bench.answer = () => new Promise((resolve) => (release = resolve))
    const waiting = outcome(tokens.get())
    await settle(clock)
    tokens.stop(new CozeChatError('aborted', 'gone'))
    release({})
    await settle(clock)
    expect(await waiting).toBe('aborted')
    expect([tokens.peek(), bench.announced, clock.pending]).toEqual([undefined, [], 0])
  })

  it('F13: stopped at any moment it leaves no timer and answers everybody', async () => {
    for (let moment = 0; moment < 12; moment++) {
      const stopped = createBench()
      stopped.answer = (count) => (count < 3 ? failure() : {})
      const waiting = outcome(stopped.tokens.get())
      for (let tick = 0; tick < moment; tick++) {
        if (tick % 3 === 2) await stopped.clock.advance(500)
        else await Promise.resolve()
      }
      stopped.tokens.stop(new CozeChatError('aborted', 'gone'))
      await settle(stopped.clock)
      expect(['aborted', 't3']).toContain(await waiting)
      expect(stopped.clock.pending).toBe(0)
      const asked = stopped.asked.length
      await stopped.clock.advance(DAY)
      expect([stopped.clock.pending, stopped.asked.length]).toEqual([0, asked])
      expect(stopped.tokens.peek()).toBeUndefined()
      expect(await outcome(stopped.tokens.get())).toBe('aborted')
    }
  })
})
