import { describe, expect, it } from 'vitest'
import { CozeChatError } from '../../../src/errors.ts'
import { createCallbackSource, readUserToken } from '../../../src/visitor/token/host-callbacks.ts'
import { bundledParts } from '../../../src/widget/bundled-parts.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { createFakeOrigin } from '../../support/fake-platform.ts'
import { json } from '../../support/fake-token-service.ts'

describe('createCallbackSource', () => {
  const platform = () => createFakeOrigin(createFakeClock()).openTab().platform
  const ask = (getToken: () => unknown) =>
    createCallbackSource(getToken, platform(), bundledParts)
      .ask({ sessionId: 'id', expect: undefined, renew: false, signal: new AbortController().signal })
      .catch((error: CozeChatError) => error)

  it('takes a token, an answer, or a Response, at once or later', async () => {
    expect(await ask(() => 'czs_a')).toMatchObject({ text: 'czs_a' })
    expect(await ask(async () => ({ token: 'czs_b' }))).toMatchObject({ text: 'czs_b' })
    expect(await ask(async () => json({ access_token: 'czs_c' }))).toMatchObject({ text: 'czs_c' })
    expect(await ask(async () => json({ error: 'signed_out' }, 401))).toMatchObject({ code: 'signed_out' })
  })

  it('a function that throws is a fault that may pass, with its cause', async () => {
    const cause = new Error('host')
    const thrower = () => {
      throw cause
    }
    expect(await ask(thrower)).toMatchObject({ code: 'network', retryable: true, cause })
    const own = new CozeChatError('signed_out', 'nobody')
    expect(await ask(() => Promise.reject(own))).toBe(own)
  })

  it('F12: a function that never ends is given up after ten seconds, and told so', async () => {
    const clock = createFakeClock()
    let told: AbortSignal | undefined
    const asked = createCallbackSource(
      ({ signal }) => {
        told = signal
        return new Promise(() => {})
      },
      createFakeOrigin(clock).openTab().platform,
      bundledParts,
    )
      .ask({ sessionId: 'id', expect: undefined, renew: false, signal: new AbortController().signal })
      .catch((error: CozeChatError) => error)
    await clock.advance(9_999)
    expect(told?.aborted).toBe(false)
    await clock.advance(1)
    expect(await asked).toMatchObject({ code: 'timeout', retryable: true })
    expect([told?.aborted, clock.pending]).toEqual([true, 0])
  })

  it('refuses a personal token', async () => {
    expect(await ask(() => 'pat_abc')).toMatchObject({ code: 'insecure_token', retryable: false })
  })
})

describe('readUserToken', () => {
  const setUp = () => {
    const clock = createFakeClock()
    const { platform } = createFakeOrigin(clock).openTab()
    const caller = new AbortController()
    const read = (userToken: Parameters<typeof readUserToken>[0]) =>
      readUserToken(userToken, caller.signal, platform).catch((error: CozeChatError) => error)
    return { clock, caller, read }
  }

  it('takes a token, or what a function of the page returns, at once or later', async () => {
    const { read } = setUp()
    expect([await read('jwt'), await read(() => 'jwt-1'), await read(async () => 'jwt-2')]).toEqual([
      'jwt',
      'jwt-1',
      'jwt-2',
    ])
  })

  it('T9: says what kind of thing was thrown, and none of its words', async () => {
    for (const [thrown, kind] of [
      [new TypeError('no session for czs_secret'), 'TypeError'],
      ['czs_secret', 'string'],
      [Symbol('czs_secret'), 'symbol'],
    ] as const) {
      const { message } = (await setUp().read(() => Promise.reject(thrown))) as CozeChatError
      expect(message).toBe(`The function userToken of the page failed (${kind}).`)
    }
  })

  it('a function that throws is a fault that may pass, with its cause', async () => {
    const cause = new Error('host')
    expect(await setUp().read(() => Promise.reject(cause))).toMatchObject({ code: 'network', retryable: true, cause })
  })

  it('F12: a function that never returns is given up after ten seconds, or with its caller', async () => {
    const silent = () => new Promise<string>(() => {})
    const slow = setUp()
    const late = slow.read(silent)
    await slow.clock.advance(10_000)
    expect([await late, slow.clock.pending]).toMatchObject([{ code: 'timeout', retryable: true }, 0])
    const gone = setUp()
    const ended = gone.read(silent)
    gone.caller.abort()
    expect([await ended, gone.clock.pending]).toMatchObject([{ code: 'aborted' }, 0])
  })
})
