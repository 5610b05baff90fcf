import { describe, expect, it } from 'vitest'
import { createOpenStreams } from '../../../src/server/limits/open-streams.ts'
import { createMemoryTokenStore } from '../../../src/server/store/memory-token-store.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { botId, chatBody, chatflowBody, createGatewayFixture, type FixtureOptions, spoken } from './support.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const HEAD =
  'event:conversation.chat.created\ndata:{"id":"7500000000000000100","conversation_id":"7500000000000000001"}\n\n'

const delta = (content: string) =>
  `event:conversation.message.delta\ndata:{"id":"7500000000000000200","type":"answer","content":"${content}"}\n\n`

/** An upstream whose stream the test drives by hand. */
function createHandDriven(options: Omit<FixtureOptions, 'fetch'> = {}) {
  const upstream = {
    pulls: 0,
    aborted: false,
    /** What `pull` returns next; without any, the stream stays open. */
    pieces: [] as (string | Error | 'end')[],
    wake: () => {},
  }
  const fetch: typeof globalThis.fetch = async (input) => {
    const request = input as Request
    if (request.url.includes('/oauth2/')) return Response.json({ access_token: 'czs_1', expires_in: 900 })
    request.signal.addEventListener('abort', () => {
      upstream.aborted = true
    })
    let gone = false
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          upstream.pulls++
          while (upstream.pieces.length === 0) {
            await new Promise<void>((resolve) => {
              upstream.wake = resolve
            })
            if (gone) return
          }
          const piece = upstream.pieces.shift()
          if (piece === 'end') controller.close()
          else if (piece instanceof Error) controller.error(piece)
          else controller.enqueue(bytes(piece ?? ''))
        },
        cancel() {
          gone = true
          upstream.wake()
        },
      },
      { highWaterMark: 0 },
    )
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }
  const push = (...pieces: (string | Error | 'end')[]) => {
    upstream.pieces.push(...pieces)
    upstream.wake()
  }
  return createGatewayFixture({ ...options, fetch }).then((fixture) => ({ ...fixture, upstream, push }))
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
const text = (chunk: { value?: Uint8Array | undefined }) => new TextDecoder().decode(chunk.value)

describe('a stream through the gateway', () => {
  it('is passed on piece by piece, each as soon as it comes', async () => {
    const { visit, push } = await createHandDriven()
    const browser = await visit()
    push(HEAD)
    const response = await browser.request('POST', '/v3/chat', { body: chatBody('hi') })
    const reader = response.body?.getReader()
    if (reader === undefined) throw new Error('no body')
    expect(text(await reader.read())).toBe(HEAD)
    for (const piece of [delta('一'), delta('二')]) {
      push(piece)
      expect(text(await reader.read())).toBe(piece)
    }
    push('end')
    expect((await reader.read()).done).toBe(true)
  })

  it('is read no faster than the visitor takes it', async () => {
    const { visit, push, upstream } = await createHandDriven()
    const browser = await visit()
    push(HEAD, ...Array.from({ length: 100 }, () => delta('n')), 'end')
    const response = await browser.request('POST', '/v3/chat', { body: chatBody('hi') })
    await settle()
    // One piece was read for the ids of the turn, and a `Response` may read one more ahead.
    expect(upstream.pulls).toBeLessThanOrEqual(3)
    const received = await response.text()
    expect(spoken(received)).toBe('n'.repeat(100))
  })

  it('F56: is let go of upstream when the visitor leaves: by cancelling, or by dropping the connection', async () => {
    for (const leave of ['cancel', 'abort'] as const) {
      const { visit, push, upstream } = await createHandDriven({ gateway: { maxOpenStreams: 1 } })
      const browser = await visit()
      const abort = new AbortController()
      push(HEAD)
      const response = await browser.request('POST', '/v3/chat', { body: chatBody('hi'), signal: abort.signal })
      const reader = response.body?.getReader()
      await reader?.read()
      if (leave === 'cancel') await reader?.cancel()
      else abort.abort()
      await settle()
      expect([leave, upstream.aborted]).toEqual([leave, true])
      // Its place is free again.
      push(HEAD, 'end')
      expect((await browser.request('POST', '/v3/chat', { body: chatBody('hi') })).status).toBe(200)
    }
  })

  it('is let go of when the visitor leaves before it has begun', async () => {
    const { visit, upstream, events } = await createHandDriven({ gateway: { maxOpenStreams: 1 } })
    const browser = await visit()
    const abort = new AbortController()
    const asked = browser.request('POST', '/v3/chat', { body: chatBody('hi'), signal: abort.signal })
    while (upstream.pulls === 0) await settle()
    abort.abort()
    await asked
    expect(upstream.aborted).toBe(true)
    // Which tells the owner nothing of Coze (T26).
    expect(events.slice(-1)).toEqual([{ type: 'gateway_request', route: 'chat', status: 499 }])
    expect(events.map(({ type }) => type)).not.toContain('refused')
  })

  it('F39: breaks off where upstream breaks off, so that half an answer never looks whole', async () => {
    const { visit, push } = await createHandDriven()
    push(HEAD, delta('half').slice(0, -10), new Error('reset'))
    const response = await (await visit()).request('POST', '/v3/chat', { body: chatBody('hi') })
    await expect(response.text()).rejects.toThrow()
  })

  it('T32: an event that upstream never finished is no event; one that lacks only its blank line is', async () => {
    const { visit, push } = await createHandDriven()
    const browser = await visit()
    push(HEAD, delta('half').slice(0, -10), 'end')
    const half = await browser.request('POST', '/v3/chat', { body: chatBody('hi') })
    expect(await half.text()).toBe(HEAD)
    push(HEAD, delta('whole').trimEnd(), 'end')
    const whole = await browser.request('POST', '/v3/chat', { body: chatBody('hi') })
    expect(await whole.text()).toBe(HEAD + delta('whole'))
  })

  it('T32: says now and then that upstream is still there, while nothing of what it sends may be seen', async () => {
    const clock = createFakeClock()
    const { visit, push } = await createHandDriven({ service: { clock } })
    push(HEAD)
    const response = await (await visit()).request('POST', '/v3/chat', { body: chatBody('hi') })
    const reader = response.body?.getReader()
    expect(text((await reader?.read()) ?? {})).toBe(HEAD)
    const read = reader?.read()
    for (let i = 0; i < 4; i++) {
      push(': ping\n\n', 'event:conversation.future\ndata:{"debug_url":"x"}\n\n')
      await settle()
      await clock.advance(5_000)
    }
    push(': ping\n\n')
    expect(text((await read) ?? {})).toBe(':\n\n')
  })

  it('T32 F42: of a line without end a megabyte is read, and then the stream breaks off', async () => {
    const { visit, push, upstream } = await createHandDriven()
    push(
      HEAD,
      `event:conversation.message.delta\ndata:{"content":"`,
      ...Array.from({ length: 64 }, () => 'x'.repeat(65_536)),
    )
    const response = await (await visit()).request('POST', '/v3/chat', { body: chatBody('hi') })
    await expect(response.text()).rejects.toThrow()
    expect(upstream.aborted).toBe(true)
    expect(upstream.pieces.length).toBeGreaterThan(40)
  })

  it('T32: a refusal that Coze writes as plain JSON into a stream reaches the visitor as its code', async () => {
    const { visit, push } = await createHandDriven()
    push('{"code":4016,"msg":"chat 7 of space 9 runs","detail":{"logid":"20261129"}}', 'end')
    const response = await (await visit()).request('POST', '/v3/chat', { body: chatBody('hi') })
    expect(await response.text()).toBe('event:error\ndata:{"code":4016,"detail":{"logid":"20261129"}}\n\n')
  })

  it('F46: is given up after a minute without a first event, and after five of silence', async () => {
    const clock = createFakeClock()
    const { visit, push, upstream } = await createHandDriven({ service: { clock } })
    const browser = await visit()
    const asked = browser.request('POST', '/v3/chat', { body: chatBody('hi') })
    while (upstream.pulls === 0) await settle()
    await clock.advance(61_000)
    expect((await asked).status).toBe(503)

    push(HEAD)
    const response = await browser.request('POST', '/v3/chat', { body: chatBody('hi') })
    const rest = response.text()
    rest.catch(() => {})
    await clock.advance(200_000)
    push(delta('still here'))
    await settle()
    await clock.advance(200_000)
    await expect(Promise.race([rest, 'still open'])).resolves.toBe('still open')
    await clock.advance(101_000)
    await expect(rest).rejects.toThrow()
    expect(clock.pending).toBe(0)
  })

  it('T13: one session may have so many at once and no more; another session is not affected', async () => {
    const { visit, push, upstream } = await createHandDriven({ gateway: { maxOpenStreams: 2 } })
    const browser = await visit()
    const open = async (who = browser) => {
      push(HEAD)
      const response = await who.request('POST', '/v3/chat', { body: chatBody('hi') })
      return { status: response.status, reader: response.body?.getReader() }
    }
    const [first, second] = [await open(), await open()]
    expect([first.status, second.status]).toEqual([200, 200])
    const refused = await browser.request('POST', '/v1/workflows/chat', { body: chatflowBody('hi') })
    expect([refused.status, await refused.json()]).toEqual([429, { error: 'rate_limited', retryAfter: 2 }])
    expect(refused.headers.get('retry-after')).toBe('2')
    upstream.pieces = []
    await first.reader?.cancel()
    expect((await open()).status).toBe(200)
    expect((await browser.request('POST', '/v3/chat', { body: chatBody('hi') })).status).toBe(429)
  })

  it('F59: whose reader an edge runtime has lost without a word keeps its place for ten minutes and not for ever', async () => {
    const clock = createFakeClock()
    const streams = createOpenStreams({ session: 2, address: 100, process: 100 }, clock)
    const take = (session: string) => streams.take(session, [{ key: '203.0.113.7', growth: 1 }])
    const full = () => expect(() => take('ann')).toThrow('rate_limited')
    take('ann')
    await clock.advance(300_000)
    const release = take('ann')
    full()
    await clock.advance(299_999)
    full()
    await clock.advance(1)
    take('ann')
    full()
    // To give a place back twice frees one place.
    release()
    release()
    take('ann')
    full()
    take('bob')
  })

  it('that turns out to be in somebody else’s conversation goes no further', async () => {
    const { visit, push, upstream } = await createHandDriven({ gateway: { maxOpenStreams: 1 } })
    push(HEAD, 'end')
    await (await (await visit()).request('POST', '/v3/chat', { body: chatBody('hi') })).text()
    push(HEAD, delta('secret'))
    upstream.aborted = false
    const eve = await visit()
    const response = await eve.request('POST', '/v3/chat', { body: chatBody('hi') })
    expect(await response.json()).toMatchObject({ code: 4002 })
    expect(upstream.aborted).toBe(true)
    // Nothing of it is kept open, so the place is free again.
    upstream.pieces = []
    push(HEAD.replace('7500000000000000001', '7500000000000000002'), 'end')
    expect((await eve.request('POST', '/v3/chat', { body: chatBody('hi') })).status).toBe(200)
  })

  it('F56: is let go of when the store cannot tell whose it is', async () => {
    const store = createMemoryTokenStore()
    let isBroken = false
    const breaking = {
      ...store,
      set: (...args: Parameters<typeof store.set>) => {
        if (isBroken && args[0].startsWith('gateway-own:')) throw new Error('no disk left')
        return store.set(...args)
      },
    }
    const { visit, push, upstream } = await createHandDriven({
      gateway: { maxOpenStreams: 1 },
      service: { store: breaking },
    })
    const browser = await visit()
    isBroken = true
    push(HEAD)
    expect((await browser.request('POST', '/v3/chat', { body: chatBody('hi') })).status).toBe(503)
    expect(upstream.aborted).toBe(true)
    isBroken = false
    push(HEAD, 'end')
    expect((await browser.request('POST', '/v3/chat', { body: chatBody('hi') })).status).toBe(200)
  })

  it('is looked into however its first event is written: over several lines, with separators of lines, in any line ends', async () => {
    for (const head of [
      HEAD.replace('{"id"', '{"meta_data":{"said":"a\u2028b"},"id"'),
      HEAD.replace(',"conversation_id"', ',\ndata:"conversation_id"'),
      HEAD.replaceAll('\n', '\r\n'),
    ]) {
      const { visit, push } = await createHandDriven()
      push(head, 'end')
      await (await (await visit()).request('POST', '/v3/chat', { body: chatBody('hi') })).text()
      push(head, delta('secret'))
      const response = await (await visit()).request('POST', '/v3/chat', { body: chatBody('hi') })
      expect(await response.json()).toMatchObject({ code: 4002 })
    }
  })

  it('that does not say soon whose turn it is goes to nobody', async () => {
    const { visit, push, upstream } = await createHandDriven()
    push(`event:conversation.chat.created\ndata:{"meta_data":{"said":"${'x'.repeat(70_000)}"}`, '}\n\n', HEAD)
    const response = await (await visit()).request('POST', '/v3/chat', { body: chatBody('hi') })
    expect([response.status, upstream.aborted]).toEqual([503, true])
  })
})

describe('1,000 streams at once', () => {
  it('lose no character, and no two of them mix', async () => {
    const { visit } = await createGatewayFixture({
      knobs: { chunkBytes: 97, pieceLength: 30, followUps: false },
      gateway: { maxOpenStreams: 20 },
    })
    const browsers = await Promise.all(Array.from({ length: 50 }, () => visit()))
    // The visitors get their passes before the streams begin.
    for (const browser of browsers) await browser.json('GET', `/v1/bots/${botId}`)
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, async (_, i) => {
        const browser = browsers[i % browsers.length]
        const response = await browser?.request('POST', '/v3/chat', { body: chatBody(`/long ${1_000 + i}`) })
        return spoken((await response?.text()) ?? '')
      }),
    )
    const [longest = ''] = answers.toSorted((a, b) => b.length - a.length)
    for (const [i, answer] of answers.entries()) {
      expect(answer.length).toBeGreaterThanOrEqual(1_000 + i)
      expect(longest.startsWith(answer.slice(0, 1_000))).toBe(true)
    }
    // It takes five seconds on a machine that is not busy with other tests.
  }, 60_000)
})

describe('the token underneath', () => {
  const tokens = (fixture: Awaited<ReturnType<typeof createGatewayFixture>>) =>
    new Set(fixture.asked.map((request) => request.headers.get('authorization')))

  it.each([
    { authStatus: 401, expiredCode: 4100 },
    { authStatus: 200, expiredCode: 4100 },
    { authStatus: 200, expiredCode: 700_012_006 },
    { authStatus: 401, expiredCode: 700_012_006 },
  ] as const)(
    'F45: revoked by Coze ($authStatus, $expiredCode), it is renewed and the call replayed; the browser sees nothing',
    async (knobs) => {
      const fixture = await createGatewayFixture({ knobs })
      const browser = await fixture.visit()
      const { conversation } = await browser.talk('My name is Ann')
      fixture.simulator.revoke()
      fixture.asked.length = 0
      const path = `/v3/chat?conversation_id=${conversation}`
      const response = await browser.request('POST', path, { body: chatBody('What is my name?') })
      expect(spoken(await response.text())).toContain('Ann')
      expect([fixture.asked.length, tokens(fixture).size]).toEqual([2, 2])
      // No request is repeated where the token was accepted.
      await browser.json('GET', `/v1/bots/${botId}`)
      expect(fixture.asked.length).toBe(3)
    },
  )

  it('expired inside a stream’s first event, it is renewed as well', async () => {
    let asked = 0
    const fixture = await createGatewayFixture({
      fetch: async (input) => {
        const { url } = input as Request
        if (url.includes('/oauth2/')) return Response.json({ access_token: `czs_${++asked}`, expires_in: 900 })
        const refused = (input as Request).headers.get('authorization') === 'Bearer czs_1'
        const body = refused ? 'event:error\ndata:{"code":4100,"msg":"authentication is invalid"}\n\n' : HEAD
        return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
      },
    })
    const response = await (await fixture.visit()).request('POST', '/v3/chat', { body: chatBody('hi') })
    expect(await response.text()).toBe(HEAD)
  })

  it('rejected again at once, it is no loop but one 503 that says when to come again', async () => {
    const fixture = await createGatewayFixture()
    const browser = await fixture.visit()
    await browser.json('GET', `/v1/bots/${botId}`)
    fixture.simulator.setKnobs({ failNext: { times: 9, code: 4100, status: 401, path: '/v1' } })
    fixture.asked.length = 0
    const answer = await browser.json('GET', `/v1/bots/${botId}`)
    expect(answer).toEqual({ status: 503, body: { error: 'upstream_unavailable', retryAfter: 5 } })
    expect(fixture.asked.length).toBe(2)
    const exchanges = fixture.simulator.requests.filter(({ path }) => path.includes('oauth2')).length
    expect(exchanges).toBe(2)
    await browser.json('GET', `/v1/bots/${botId}`)
    expect(fixture.simulator.requests.filter(({ path }) => path.includes('oauth2')).length).toBe(2)
  })

  it('rejected for a file, it is renewed for the next try, and the browser is asked to make it', async () => {
    const fixture = await createGatewayFixture()
    const browser = await fixture.visit()
    await browser.upload()
    fixture.simulator.revoke()
    const send = () => {
      const raw = new FormData()
      raw.append('file', new File(['tea'], 'tea.txt'))
      return browser.request('POST', '/v1/files/upload', { raw })
    }
    const refused = await send()
    expect([refused.status, (await refused.json()).code]).toEqual([401, 4100])
    expect((await (await send()).json()).code).toBe(0)
  })

  it('F63: while Coze hangs, a call ends in 503 after its time and not later', async () => {
    const clock = createFakeClock()
    const fixture = await createGatewayFixture({
      service: { clock },
      fetch: async (input) => {
        const { url } = input as Request
        if (url.includes('/oauth2/')) return Response.json({ access_token: 'czs_1', expires_in: 900 })
        return new Promise(() => {})
      },
    })
    const browser = await fixture.visit()
    const asked = browser.json('GET', `/v1/bots/${botId}`)
    while (fixture.asked.length === 0) await settle()
    await clock.advance(15_000)
    expect(await asked).toEqual({ status: 503, body: { error: 'upstream_unavailable', retryAfter: 2 } })
  })
})

describe('limits', () => {
  it('T11: calls of one session and of one address are counted before Coze is asked', async () => {
    const limits = { address: false, session: { max: 3, windowSeconds: 60 }, issue: false } as const
    const bySession = await createGatewayFixture({ service: { limits } })
    const [ann, bob] = [await bySession.visit(), await bySession.visit()]
    const status = async (browser: typeof ann) => (await browser.request('GET', `/v1/bots/${botId}`)).status
    // The request for the pass counted as the first.
    expect([await status(ann), await status(ann), await status(ann)]).toEqual([200, 200, 429])
    expect(await status(bob)).toBe(200)
    expect(bySession.asked).toHaveLength(3)

    const byAddress = await createGatewayFixture({
      service: { limits: { address: { max: 3, windowSeconds: 60 }, session: false, issue: false } },
    })
    const browser = await byAddress.visit()
    expect([await status(browser), await status(browser), await status(browser)]).toEqual([200, 200, 429])
  })

  it('F71: bodies larger than 256 KiB, files larger than the owner allows, and deep nests are refused', async () => {
    const { visit, asked } = await createGatewayFixture({ gateway: { maxUploadBytes: 1_000 } })
    const browser = await visit()
    const large = await browser.request('POST', '/v3/chat', { body: chatBody('x'.repeat(270_000)) })
    expect([large.status, await large.json()]).toEqual([413, { error: 'too_large' }])
    const deep = `{"bot_id":"${botId}","parameters":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    const headers = { 'content-type': 'application/json' }
    expect((await browser.request('POST', '/v3/chat', { raw: deep, headers })).status).toBe(400)
    expect(asked).toEqual([])
    const raw = new FormData()
    raw.append('file', new File(['x'.repeat(2_000)], 'big.txt'))
    const file = await browser.request('POST', '/v1/files/upload', { raw })
    expect([file.status, await file.json()]).toEqual([413, { error: 'too_large' }])
  })

  it('F72: another type, no JSON, or no object is 4xx', async () => {
    const { visit, asked } = await createGatewayFixture()
    const browser = await visit()
    const send = async (raw: string, type = 'application/json') =>
      (await browser.request('POST', '/v3/chat', { raw, headers: { 'content-type': type } })).status
    expect(await send('{}', 'text/plain')).toBe(415)
    expect(await send('{', 'application/json')).toBe(400)
    for (const raw of ['null', '[]', '7', '"x"']) {
      const response = await browser.request('POST', '/v3/chat', {
        raw,
        headers: { 'content-type': 'application/json' },
      })
      expect((await response.json()).code).toBe(4000)
    }
    const upload = await browser.request('POST', '/v1/files/upload', {
      raw: 'x',
      headers: { 'content-type': 'text/plain' },
    })
    expect(upload.status).toBe(415)
    expect(asked).toEqual([])
  })
})
