/** The attacks by which one visitor could spend what belongs to all, repeated against the limits as they are by default. */
import { describe, expect, it } from 'vitest'
import { createFakeClock } from '../../support/fake-clock.ts'
import { type Browser, botId, chatBody, createGatewayFixture } from '../gateway/support.ts'
import { createTestService } from '../support/test-service.ts'

const hex = (number: number) => number.toString(16)

describe('T27: one network against the rest', () => {
  it('T27: 12,000 newcomers from one /56 get 240 sessions, from an IPv4 address 120; others are served meanwhile', async () => {
    const { ask, coze, clock } = createTestService({ limits: {} })
    const passing = async (count: number, addressOf: (i: number) => string) => {
      let served = 0
      for (let i = 0; i < count; i++) if ((await ask({ remoteAddress: addressOf(i) })).status === 200) served++
      return served
    }
    expect(await passing(12_000, (i) => `2001:db8:1:${hex(i % 256)}::${hex(i)}`)).toBe(240)
    expect(await passing(500, () => '203.0.113.66')).toBe(120)
    expect(coze.seen).toHaveLength(360)
    expect(await passing(200, (i) => `198.51.100.${i}`)).toBe(200)
    expect(await passing(200, (i) => `2001:db8:${hex(0x100 + i)}::1`)).toBe(200)
    await clock.advance(60_000)
    expect(await passing(10, () => '2001:db8:1:1::1')).toBe(10)
  }, 120_000)

  it('T27: 26,500 garbage bodies from one /48 leave 1,000 newcomers served, and the /48 blocked', async () => {
    const { ask } = createTestService({ limits: {} })
    let refused = 0
    for (let i = 0; i < 26_500; i++) {
      const { status } = await ask({ body: 'x', remoteAddress: `2001:db8:66:${hex(i)}::1` })
      if (status === 429) refused++
    }
    // 8 × 1,200 reach the parser.
    expect(refused).toBe(26_500 - 9_600)
    let served = 0
    for (let i = 0; i < 1_000; i++) {
      const { status } = await ask({
        remoteAddress: i % 2 === 0 ? `198.51.${i % 7}.${i >> 2}` : `2001:db8:${hex(0x100 + i)}::1`,
      })
      if (status === 200) served++
    }
    expect(served).toBe(1_000)
    expect((await ask({ remoteAddress: '2001:db8:66:ffff::1' })).status).toBe(429)
  }, 120_000)

  it('T27: ids that a browser makes up are newcomers as tickets are', async () => {
    const { ask, coze } = createTestService({ limits: {}, anonymous: 'client-id' })
    let served = 0
    for (let i = 0; i < 1_000; i++) {
      const session_id = `${i}`.padStart(32, 'x')
      if ((await ask({ body: { session_id } })).status === 200) served++
    }
    expect([served, coze.seen.length]).toEqual([120, 120])
    // Who has a token already is served from the cache.
    expect((await ask({ body: { session_id: '0'.padStart(32, 'x') } })).status).toBe(200)
  }, 60_000)
})

/** A gateway with the limits as they are by default, whose agent begins every answer and ends none. */
async function createEndless(openStreams?: { address?: number; process?: number }) {
  const clock = createFakeClock()
  const upstream = { turns: 0, open: 0, mostOpen: 0 }
  let id = 0
  const fixture = await createGatewayFixture({
    service: {
      clock,
      limits: { ...(openStreams && { openStreams }) },
      clientAddress: (request) => request.headers.get('x-test-address') ?? undefined,
    },
    fetch: async (input) => {
      const { url } = input as Request
      if (url.includes('/oauth2/')) return Response.json({ access_token: 'czs_1', expires_in: 900 })
      if (!url.includes('/v3/chat')) return Response.json({ code: 0, data: {} })
      upstream.turns++
      upstream.open++
      upstream.mostOpen = Math.max(upstream.mostOpen, upstream.open)
      const head = `event:conversation.chat.created\ndata:{"id":"75${id}","conversation_id":"76${id++}"}\n\n`
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new TextEncoder().encode(head)),
        cancel: () => {
          upstream.open--
        },
      })
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    },
  })
  const at = (address: string) => fixture.visit({ 'x-test-address': address })
  const held: Response[] = []
  const ask = async (browser: Browser, keep = false) => {
    const response = await browser.request('POST', '/v3/chat', { body: chatBody('hi') })
    if (keep) held.push(response)
    else await response.body?.cancel()
    return response.status
  }
  return { ...fixture, clock, upstream, at, ask, held }
}

describe('T31: one address against the account and the memory', () => {
  it('T31: 960 questions a minute from one address become 240, from one session 30; another address is served', async () => {
    const { at, ask, upstream } = await createEndless()
    const visitors = await Promise.all(Array.from({ length: 32 }, () => at('203.0.113.66')))
    const [first] = visitors
    if (first === undefined) throw new Error('no visitor')
    let served = 0
    for (let i = 0; i < 60; i++) if ((await ask(first)) === 200) served++
    expect(served).toBe(30)
    for (let i = 0; i < 900; i++) if ((await ask(visitors[1 + (i % 31)] ?? first)) === 200) served++
    expect([served, upstream.turns]).toEqual([240, 240])
    expect(await ask(await at('203.0.113.7'))).toBe(200)
  }, 60_000)

  it('T31: of 6,720 answers that are kept open from one address, 100 are', async () => {
    const { at, ask, upstream, clock } = await createEndless()
    for (let minute = 0; minute < 7; minute++) {
      const visitors = await Promise.all(Array.from({ length: 20 }, () => at('203.0.113.66')))
      for (let i = 0; i < 960; i++) {
        const visitor = visitors[i % 20]
        if (visitor !== undefined) await ask(visitor, true)
      }
      await clock.advance(60_000)
    }
    expect(upstream.mostOpen).toBe(100)
    expect(await ask(await at('203.0.113.7'), true)).toBe(200)
  }, 120_000)

  it('T31: the process has no more than 1,000 streams open, and says 503 to those beyond, whoever they are', async () => {
    const { at, ask, upstream, held } = await createEndless()
    for (let address = 0; address < 11; address++) {
      for (let i = 0; i < 15; i++) {
        const visitor = await at(`198.51.100.${address}`)
        for (let stream = 0; stream < 7; stream++) await ask(visitor, true)
      }
    }
    expect(upstream.mostOpen).toBe(1_000)
    const newcomer = await at('203.0.113.7')
    expect(await ask(newcomer)).toBe(503)
    await held[0]?.body?.cancel()
    expect(await ask(newcomer)).toBe(200)
  }, 120_000)

  it('T31: reading aloud, transcriptions and files have budgets of their own, by session and by address', async () => {
    const { at, json } = await createEndless().then((made) => ({
      at: made.at,
      json: async (browser: Browser, path: string, init: Parameters<Browser['request']>[2]) =>
        (await browser.request('POST', path, init)).status,
    }))
    const multipart = { raw: new Uint8Array(3), headers: { 'content-type': 'multipart/form-data; boundary=x' } }
    const calls: [string, Parameters<Browser['request']>[2]][] = [
      ['/v1/audio/speech', { body: { input: 'hi', voice_id: '1' } }],
      ['/v1/audio/transcriptions', multipart],
      ['/v1/files/upload', multipart],
    ]
    for (const [path, init] of calls) {
      let allowed = 0
      for (let session = 0; session < 6; session++) {
        const visitor = await at('203.0.113.66')
        let own = 0
        for (let i = 0; i < 40; i++) if ((await json(visitor, path, init)) !== 429) own++
        expect(own).toBeLessThanOrEqual(30)
        allowed += own
      }
      expect([path, allowed]).toEqual([path, 120])
      expect(await json(await at('203.0.113.7'), path, init)).not.toBe(429)
    }
  }, 60_000)

  it('T31: looking at one’s conversation costs none of them', async () => {
    const { at, ask } = await createEndless()
    const visitor = await at('203.0.113.66')
    for (let i = 0; i < 60; i++) expect((await visitor.json('GET', `/v1/bots/${botId}`)).status).toBe(200)
    expect(await ask(visitor)).toBe(200)
  })
})
