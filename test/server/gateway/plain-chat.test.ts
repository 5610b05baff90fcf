import { describe, expect, it } from 'vitest'
import { appId, botId, createGatewayFixture, type Flavour, ORIGIN, spoken, workflowId } from './support.ts'

/** Not the list of the source, or nothing went red when a name was taken from it. */
const ALIASES = ['user_id', 'userId', 'uid', 'sub', 'session_name', 'sessionName']

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
const HEAD =
  'event:conversation.chat.created\ndata:{"id":"7500000000000000100","conversation_id":"7500000000000000001"}\n\n'

/** An upstream that begins an answer and never ends it. */
function createEndless() {
  const upstream = { asked: 0, aborted: 0 }
  const fetch: typeof globalThis.fetch = async (input) => {
    const request = input as Request
    if (request.url.includes('/oauth2/')) return Response.json({ access_token: 'czs_1', expires_in: 900 })
    upstream.asked++
    request.signal.addEventListener('abort', () => upstream.aborted++)
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode(HEAD)),
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }
  return { upstream, fetch }
}

const flow = { appId, workflowId }

describe.each<Flavour>(['coze', 'studio'])('POST /chat in front of %s', (flavour) => {
  it.each([
    ['an agent', botId],
    // Refused at the start with Studio: test/server/gateway/studio.test.ts.
    ...(flavour === 'coze' ? [['a chatflow', flow] as const] : []),
  ] as const)('talks to %s: a message in, an answer out, and the conversation to go on with', async (_name, bot) => {
    const { visit } = await createGatewayFixture({ flavour, service: { bots: [bot] } })
    const [ann, bob] = [await visit(), await visit()]
    const first = await ann.json('POST', '/chat', { message: 'My name is Ann' })
    expect(first).toEqual({
      status: 200,
      body: {
        answer: expect.stringContaining('Ann'),
        conversation_id: expect.stringMatching(/^\d+$/),
        follow_ups: expect.any(Array),
      },
    })
    const conversation_id = first.body['conversation_id']
    const second = await ann.json('POST', '/chat', { message: 'What is my name?', conversation_id })
    expect(second.body).toMatchObject({ answer: expect.stringContaining('Ann'), conversation_id })
    expect(await bob.json('POST', '/chat', { message: 'What is my name?', conversation_id })).toMatchObject({
      body: { code: 4002 },
    })
    const own = await bob.json('POST', '/chat', { message: 'What is my name?' })
    expect(own.body['answer']).not.toContain('Ann')
    expect(own.body['conversation_id']).not.toBe(conversation_id)
  })
})

describe('POST /chat', () => {
  it.each([
    ['an agent', botId],
    ['a chatflow', flow],
  ] as const)('streams when it is asked to, from %s, and goes on with a conversation', async (_name, bot) => {
    const { visit } = await createGatewayFixture({ service: { bots: [bot] } })
    const ann = await visit()
    const ask = async (message: string, conversation_id?: string) => {
      const response = await ann.request('POST', '/chat', { body: { message, conversation_id, stream: true } })
      expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
      return response.text()
    }
    const first = await ask('My name is Ann')
    const conversation = /"conversation_id": ?"(\d+)"/.exec(first)?.[1] ?? ''
    const second = await ask('What is my name?', conversation)
    expect(spoken(second.replaceAll(': ', ':'))).toContain('Ann')
    expect(first + second).not.toContain('debug_url')
  })

  it.each([true, false])(
    'F45: is replayed once with a new token when Coze revokes the old one (stream: %s)',
    async (stream) => {
      const { visit, simulator, asked } = await createGatewayFixture()
      const ann = await visit()
      const { body } = await ann.json('POST', '/chat', { message: 'My name is Ann' })
      simulator.revoke()
      asked.length = 0
      const again = { message: 'What is my name?', conversation_id: body['conversation_id'], stream }
      expect(await (await ann.request('POST', '/chat', { body: again })).text()).toContain('Ann')
      const tokens = asked.map((request) => request.headers.get('authorization'))
      expect([tokens.length, new Set(tokens).size]).toEqual([2, 2])
      // Rejected again at once: there is no second renewal, because no token could be newer.
      simulator.setKnobs({ failNext: { times: 9, code: 4100, status: 401, path: '/v3/chat' } })
      asked.length = 0
      expect((await ann.request('POST', '/chat', { body: again })).status).toBe(503)
      expect(asked).toHaveLength(1)
    },
  )

  it.each([true, false])(
    'F56: stops Coze when the visitor leaves, and frees their place (stream: %s)',
    async (stream) => {
      const { upstream, fetch } = createEndless()
      const { visit } = await createGatewayFixture({ fetch, gateway: { maxOpenStreams: 1 } })
      const ann = await visit()
      for (const round of [1, 2]) {
        const leaving = new AbortController()
        const body = { message: 'hello', stream }
        const asking = ann.request('POST', '/chat', { body, signal: leaving.signal }).then(({ status }) => status)
        while (upstream.asked < round) await settle()
        // The session's only place is taken meanwhile.
        expect((await ann.request('POST', '/chat', { body })).status).toBe(429)
        if (stream) expect(await asking).toBe(200)
        leaving.abort()
        if (!stream) expect(await asking).toBe(499)
        await settle()
        expect(upstream).toEqual({ asked: round, aborted: round })
      }
    },
  )

  it('F39: breaks off where Coze breaks off, so that half an answer never looks whole', async () => {
    const { visit } = await createGatewayFixture()
    const response = await (await visit()).request('POST', '/chat', { body: { message: '/cut', stream: true } })
    await expect(response.text()).rejects.toThrow()
  })

  it('T11: counts as a call of its session', async () => {
    const limits = { address: false, session: { max: 2, windowSeconds: 60 }, issue: false } as const
    const { visit, asked } = await createGatewayFixture({ service: { limits } })
    const ann = await visit()
    // The request for the pass counted as the first.
    expect((await ann.json('POST', '/chat', { message: 'hello' })).status).toBe(200)
    const refused = await ann.request('POST', '/chat', { body: { message: 'hello' } })
    expect([refused.status, refused.headers.get('retry-after'), refused.headers.get('ratelimit')]).toEqual([
      429,
      '60',
      '"session";r=0;t=60',
    ])
    expect(asked).toHaveLength(1)
  })

  it('T1: refuses every name for a user, in body, query and headers', async () => {
    const { visit, asked } = await createGatewayFixture()
    const browser = await visit()
    for (const field of ALIASES) {
      const tries = [
        browser.json('POST', '/chat', { message: 'hi', [field]: 'alice' }),
        browser.json('POST', `/chat?${field}=alice`, { message: 'hi' }),
        browser
          .request('POST', '/chat', { body: { message: 'hi' }, headers: { [field]: 'alice' } })
          .then(async (response) => ({ status: response.status, body: await response.json() })),
      ]
      for (const { status, body } of await Promise.all(tries)) {
        expect([field, status, body]).toEqual([field, 400, { error: 'identity_in_body' }])
      }
    }
    expect(asked).toEqual([])
  })

  it('wants a message, and somebody who says it', async () => {
    const { visit, service, asked } = await createGatewayFixture()
    const browser = await visit()
    for (const body of [
      {},
      { message: '' },
      { message: 7 },
      { message: 'x', more: 1 },
      { message: 'x', stream: 'yes' },
      [],
    ]) {
      expect(await browser.json('POST', '/chat', body)).toMatchObject({ status: 400, body: { error: 'bad_request' } })
    }
    const nobody = await service.fetch(
      new Request(`${ORIGIN}/api/coze/chat`, {
        method: 'POST',
        headers: { origin: ORIGIN, 'content-type': 'application/json' },
        body: '{"message":"hi"}',
      }),
    )
    expect(nobody.status).toBe(401)
    expect(asked).toEqual([])
  })

  it('tells a failure by its code, whether the answer failed before it began or later', async () => {
    const { visit } = await createGatewayFixture()
    const browser = await visit()
    expect(await browser.json('POST', '/chat', { message: '/error 4013' })).toMatchObject({ body: { code: 4013 } })
    for (const when of ['late', 'event']) {
      const answer = await browser.json('POST', '/chat', { message: `/error 4028 ${when}` })
      expect(answer).toMatchObject({ status: 502, body: { code: 4028, msg: 'Refused with code 4028.' } })
    }
    expect(await browser.json('POST', '/chat', { message: '/cut' })).toMatchObject({
      status: 503,
      body: { error: 'upstream_unavailable' },
    })
  })
})
