import { beforeEach, describe, expect, it } from 'vitest'
import type { CozeChatError } from '../../../src/errors.ts'
import type { Platform } from '../../../src/platform/browser.ts'
import { createPart } from '../../../src/platform/part.ts'
import type { VisitorParts } from '../../../src/visitor/token/read-token-response.ts'
import { createEndpointSource, type TokenQuestion } from '../../../src/visitor/token/token-source.ts'
import { bundledParts } from '../../../src/widget/bundled-parts.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { createFakeOrigin } from '../../support/fake-platform.ts'
import { json } from '../../support/fake-token-service.ts'

describe('createEndpointSource', () => {
  let clock: FakeClock
  let platform: Platform
  /** The directive by which the page's policy blocks the endpoint. */
  let blockedBy: string | undefined
  beforeEach(() => {
    clock = createFakeClock()
    blockedBy = undefined
    platform = {
      ...createFakeOrigin(clock).openTab().platform,
      watchCsp: () => ({
        blockedDirective: (url) => (url === 'https://api.test/token' ? blockedBy : undefined),
        stop() {},
      }),
    }
  })
  const question = (fields: Partial<TokenQuestion> = {}): TokenQuestion => ({
    sessionId: 'id',
    expect: undefined,
    renew: false,
    signal: new AbortController().signal,
    ...fields,
  })
  const ask = async (
    answer: Response | Promise<Response>,
    waitMs = 0,
    fields: Partial<TokenQuestion> = {},
    parts: VisitorParts = bundledParts,
  ) => {
    const source = createEndpointSource(
      { url: 'https://api.test/token', field: 'session_id', agent: '73', lang: 'en' },
      {
        ...platform,
        fetch: async () => answer,
      },
      parts,
    )
    const reply = source.ask(question(fields)).catch((error: CozeChatError) => error)
    await clock.advance(waitMs)
    return reply
  }
  const stream = (...chunks: (Uint8Array | 'stall' | 'break')[]) =>
    new Response(
      new ReadableStream({
        async pull(controller) {
          const chunk = chunks.shift()
          if (chunk === 'stall') await new Promise(() => {})
          else if (chunk === 'break') controller.error(new TypeError('terminated'))
          else if (chunk === undefined) controller.close()
          else controller.enqueue(chunk)
        },
      }),
      { headers: { 'content-type': 'application/json' } },
    )
  const bytes = (text: string) => new TextEncoder().encode(text)

  it('F6: measures a date of the back end by the clock of the back end', async () => {
    const wrong = clock.now() + 30 * 86_400_000
    const answer = json({ access_token: 'czs_a', expires_in: wrong / 1000 + 900 }, 200, {
      date: new Date(wrong).toUTCString(),
    })
    expect(await ask(answer)).toMatchObject({ text: 'czs_a', ttlMs: 900_000 })
  })

  it('reads a token of our own service with nothing more loaded, and says `network` where a refusal cannot be read', async () => {
    const load = async () => {
      throw new TypeError('Failed to fetch')
    }
    const parts: VisitorParts = { tokenResponse: createPart(load) }
    const ours = { access_token: 'czs_a', expires_in: 900, session_id: 'v1.x', subject: 's_1', kind: 'anonymous' }
    expect(await ask(json(ours), 0, {}, parts)).toMatchObject({ text: 'czs_a', ttlMs: 900_000, subject: 's_1' })
    const refused = json({ error: 'signed_out' }, 401)
    expect(await ask(refused, 0, {}, parts)).toMatchObject({ code: 'network', retryable: true })
  })

  it('counts the way of the answer as age', async () => {
    const began = clock.now()
    const source = createEndpointSource(
      { url: '/token', field: 'session_id', agent: '73', lang: 'en' },
      {
        ...platform,
        fetch: () => new Promise((resolve) => clock.setTimeout(() => resolve(json({ token: 'czs_a' })), 3_000)),
      },
      bundledParts,
    )
    const reply = source.ask(question())
    await clock.advance(3_000)
    expect((await reply).since.wallMs).toBe(began)
  })

  it.each<[string, () => Response, string]>([
    ['HTML with 200', () => new Response('<!doctype html><h1>Sign in</h1>'), 'bad_response'],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: '/login' } }), 'bad_response'],
    ['nothing', () => new Response(null), 'bad_response'],
    ['an empty body', () => new Response(''), 'bad_response'],
    ['a cut body', () => new Response('{"access_token":"czs_abcdefghijklmnopqrstuvwxyz'), 'bad_response'],
    ['a word', () => new Response('unavailable'), 'bad_response'],
    ['wrong types', () => json({ access_token: 1, expires_in: [] }), 'bad_response'],
    ['5 MB', () => new Response('x'.repeat(5_000_000)), 'bad_response'],
    ['a connection that breaks in the body', () => stream(bytes('{"access'), 'break'), 'network'],
  ])('F30, F31: %s may pass, and is not a sign-out', async (_, answer, code) => {
    expect(await ask(answer(), 50)).toMatchObject({ code, retryable: true })
    expect(clock.pending).toBe(0)
  })

  it('F31: reads 64 KiB of an endless answer and no more, whatever it would have said', async () => {
    let pulled = 0
    let canceled = false
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(bytes(pulled++ === 0 ? '{"token":"czs_a","padding":"' : 'x'.repeat(16_384)))
        if (pulled > 100) controller.close()
      },
      cancel() {
        canceled = true
      },
    })
    expect(await ask(new Response(endless), 50)).toMatchObject({ code: 'bad_response' })
    expect([pulled < 10, canceled]).toEqual([true, true])
    expect(await ask(json({ token: 'czs_a', padding: 'x'.repeat(70_000) }))).toMatchObject({ code: 'bad_response' })
  })

  it('takes the bare token as text', async () => {
    expect(await ask(new Response(`czs_${'a'.repeat(30)}\n`))).toMatchObject({ text: `czs_${'a'.repeat(30)}` })
    expect(await ask(new Response('"czs_short"'))).toMatchObject({ text: 'czs_short', ttlMs: 900_000 })
  })

  it('reads a body whatever the pieces', async () => {
    const text = bytes('{"token":"czs_a","subject":"s_é"}')
    const pieces = Array.from(text, (byte) => Uint8Array.of(byte))
    expect(await ask(stream(...pieces), 0)).toMatchObject({ text: 'czs_a', subject: 's_é' })
  })

  it.each<[string, () => Response | Promise<Response>]>([
    ['before the headers', () => new Promise<Response>(() => {})],
    ['after the headers', () => stream('stall')],
    ['after half a body', () => stream(bytes('{"acc'), 'stall')],
  ])('F12: silence %s ends after ten seconds', async (_, answer) => {
    expect(await ask(answer(), 10_000)).toMatchObject({ code: 'timeout', retryable: true })
    expect(clock.pending).toBe(0)
  })

  it('F48: a request that the policy of the page blocks names the directive and is not tried again', async () => {
    clock.setTimeout(() => {
      blockedBy = 'connect-src'
    }, 10)
    const error = await ask(Promise.reject(new TypeError('Failed to fetch')), 50)
    expect(error).toMatchObject({ code: 'blocked_by_csp', retryable: false })
    expect((error as CozeChatError).message).toContain('connect-src')
  })

  it('F48: without a violation it is the network', async () => {
    expect(await ask(Promise.reject(new TypeError('Failed to fetch')), 50)).toMatchObject({ code: 'network' })
  })

  it('F36: ends with its caller', async () => {
    const caller = new AbortController()
    clock.setTimeout(() => caller.abort(), 100)
    expect(await ask(new Promise(() => {}), 200, { signal: caller.signal })).toMatchObject({ code: 'aborted' })
    expect(clock.pending).toBe(0)
  })
})
