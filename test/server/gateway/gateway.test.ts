import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { GATEWAY_ROUTES } from '../../../src/server/gateway/routes.ts'
import { createMetrics } from '../../../src/server/operations/prometheus-metrics.ts'
import {
  appId,
  type Browser,
  botId,
  chatBody,
  chatflowBody,
  createGatewayFixture,
  ORIGIN,
  spoken,
  workflowId,
} from './support.ts'

/** A request of every route in the table, with ids that are the browser's own. */
async function requestOfEveryRoute(own: Awaited<ReturnType<Browser['talk']>>) {
  const { conversation, chat, message } = own
  const inChat = `conversation_id=${conversation}&chat_id=${chat}`
  return {
    agent: ['GET', `/v1/bots/${botId}`],
    agent_online: ['GET', `/v1/bot/get_online_info?bot_id=${botId}`],
    workflow: ['GET', `/v1/workflows/${workflowId}`],
    app: ['GET', `/v1/apps/${appId}`],
    conversations: ['GET', `/v1/conversations?bot_id=${botId}`],
    conversation_create: ['POST', '/v1/conversation/create', { bot_id: botId }],
    conversation_retrieve: ['GET', `/v1/conversation/retrieve?conversation_id=${conversation}`],
    conversation_rename: ['PUT', `/v1/conversations/${conversation}`, { name: 'Beans' }],
    conversation_clear: ['POST', `/v1/conversations/${conversation}/clear`],
    messages: ['POST', `/v1/conversation/message/list?conversation_id=${conversation}`, { limit: 10 }],
    chat: ['POST', `/v3/chat?conversation_id=${conversation}`, chatBody('hello')],
    chat_cancel: ['POST', '/v3/chat/cancel', { conversation_id: conversation, chat_id: chat }],
    chat_retrieve: ['GET', `/v3/chat/retrieve?${inChat}`],
    chat_messages: ['GET', `/v3/chat/message/list?${inChat}`],
    tool_outputs: ['POST', `/v3/chat/submit_tool_outputs?${inChat}`, { tool_outputs: [], stream: true }],
    workflow_chat: ['POST', '/v1/workflows/chat', chatflowBody('hello')],
    feedback: ['POST', `/v1/conversations/${conversation}/messages/${message}/feedback`, { feedback_type: 'like' }],
    feedback_withdraw: ['DELETE', `/v1/conversations/${conversation}/messages/${message}/feedback`],
    speech: ['POST', '/v1/audio/speech', { input: 'hello', voice_id: '1' }],
    upload: ['POST', '/v1/files/upload'],
    transcription: ['POST', '/v1/audio/transcriptions'],
    message_delete: ['POST', `/v1/conversation/message/delete?conversation_id=${conversation}&message_id=${message}`],
    conversation_delete: ['DELETE', `/v1/conversations/${conversation}`],
  } as const satisfies Record<string, readonly [string, string, unknown?]>
}

function form() {
  const data = new FormData()
  data.append('file', new File(['tea'], 'voice.webm', { type: 'audio/webm' }))
  return data
}

describe('the calls of the table', () => {
  it('are all there, and each reaches Coze once', async () => {
    const { visit, asked } = await createGatewayFixture()
    const browser = await visit()
    const requests = await requestOfEveryRoute(await browser.talk())
    expect(Object.keys(requests).sort()).toEqual(GATEWAY_ROUTES.map(({ name }) => name).sort())
    for (const [name, [method, path, body]] of Object.entries(requests)) {
      asked.length = 0
      const upload = name === 'upload' || name === 'transcription'
      const response = await browser.request(method, path, upload ? { raw: form() } : { body })
      expect([name, response.status, asked.length]).toEqual([name, 200, 1])
      const type = response.headers.get('content-type') ?? ''
      if (type.includes('json')) {
        const { code } = (await response.json()) as { code: number }
        // A finished chat can neither be cancelled nor take tool outputs.
        expect([name, code]).toEqual([name, { chat_cancel: 4104, tool_outputs: 4000 }[name] ?? 0])
      } else {
        expect(type).toMatch(/event-stream|audio/)
        await response.arrayBuffer()
      }
      const [request] = asked
      expect(request?.headers.get('authorization')).toMatch(/^Bearer czs_/)
      expect(request?.headers.get('cookie')).toBeNull()
    }
  })

  it('are all: any other path or method is 404 and asks nobody', async () => {
    const { visit, asked } = await createGatewayFixture()
    const browser = await visit()
    for (const [method, path] of [
      ['GET', '/v1/users/me'],
      ['GET', '/v1/variables'],
      ['PUT', '/v1/variables'],
      ['GET', '/v1/audio/voices'],
      ['POST', '/v1/audio/rooms'],
      ['GET', '/v1/files/retrieve?file_id=1'],
      ['POST', '/v1/conversation/message/create?conversation_id=1'],
      ['POST', '/v1/conversation/message/modify?conversation_id=1&message_id=1'],
      ['GET', '/v1/conversation/message/retrieve?conversation_id=1&message_id=1'],
      ['POST', '/v1/workflow/run'],
      ['POST', '/v1/workflows/chat/'],
      ['POST', '/v3//chat'],
      ['POST', '//v3/chat'],
      ['POST', '/v3/chat/../chat/%2e%2e/x'],
      ['POST', `/v1/bots/${botId}`],
      ['PATCH', '/v3/chat'],
      ['GET', '/v3/chat'],
      ['POST', '/api/permission/oauth2/token'],
      ['GET', '/chat'],
    ] as const) {
      const { status, body } = await browser.json(method, path, method === 'GET' ? undefined : {})
      expect([path, status, body]).toEqual([path, 404, { error: 'not_found' }])
    }
    expect(asked).toEqual([])
  })
})

describe('what a browser holds', () => {
  it('T9: is a pass of ours, new at each renewal, that Coze would not take and nobody can read', async () => {
    const { visit, service, simulator } = await createGatewayFixture({ service: { identify: () => 'alice@shop' } })
    const { answer } = await visit()
    expect(answer).toEqual({
      access_token: expect.stringMatching(/^g1\.[\w-]+$/),
      token_type: 'Bearer',
      api_base: '.',
      expires_in: expect.closeTo(900, -1),
      kind: 'user',
      subject: expect.stringMatching(/^s_/),
      seal: expect.stringMatching(/^[\w-]{43}$/),
    })
    const inside = Buffer.from(answer.access_token.slice(3), 'base64url').toString('latin1')
    for (const secret of ['u1_', 'alice', answer.subject]) expect(inside).not.toContain(secret)
    expect((await visitAgain(service)).access_token).not.toBe(answer.access_token)
    const refused = await simulator.fetch(
      new Request(`https://coze.test/v1/bots/${botId}`, {
        headers: { authorization: `Bearer ${answer.access_token}` },
      }),
    )
    expect(refused.status).toBe(401)
    // No token was minted yet, because no request of Coze's API was made.
    expect(simulator.requests.filter(({ path }) => path.includes('oauth2'))).toEqual([])
  })

  it('works as a visitor’s pass, as their ticket, and as the site’s own session, each for the same person', async () => {
    const anonymous = await createGatewayFixture()
    const visitor = await anonymous.visit()
    const { conversation } = await visitor.talk('My name is Ann')
    const path = `/v1/conversation/retrieve?conversation_id=${conversation}`
    for (const bearer of [visitor.answer.access_token, visitor.answer.session_id ?? '']) {
      const response = await visitor.request('GET', path, { bearer })
      expect(await response.json()).toMatchObject({ code: 0, data: { id: conversation } })
    }
    const site = await createGatewayFixture({ service: { identify: (request) => request.headers.get('x-user') } })
    const alice = await site.visit({ 'x-user': 'alice' })
    const hers = await alice.talk()
    const own = await alice.request('GET', `/v1/conversation/retrieve?conversation_id=${hers.conversation}`, {
      bearer: null,
    })
    expect(await own.json()).toMatchObject({ code: 0, data: { id: hers.conversation } })
  })

  it('T4: counts for nothing when it is missing, edited, made by another secret, or too old', async () => {
    const { visit, asked, simulator } = await createGatewayFixture()
    const browser = await visit()
    const other = await (await createGatewayFixture({ service: { secret: Buffer.alloc(32, 9) } })).visit()
    const { access_token: pass } = browser.answer
    const bearers = [
      null,
      'g1.',
      `${pass}A`,
      pass.slice(0, -1),
      `${pass}=`,
      pass.replace('g1.', 'g2.'),
      other.answer.access_token,
    ]
    for (let at = 3; at < pass.length; at += 7) {
      bearers.push(pass.slice(0, at) + (pass[at] === 'A' ? 'B' : 'A') + pass.slice(at + 1))
    }
    bearers.push(simulator.issueToken('u1_x'), 'v1.k1.AAAAAAAAAAAAAAAAAAAAAA.aaaaaa.x', 'x'.repeat(100_000))
    for (const bearer of bearers) {
      const response = await browser.request('GET', `/v1/bots/${botId}`, { bearer })
      expect(response.status).toBe(401)
      expect(await response.json()).toMatchObject({ code: 4100 })
    }
    expect(asked).toEqual([])
  })

  it('T20: is worth nothing after logout, on every device, and a new login gets a pass that works', async () => {
    const { service, visit } = await createGatewayFixture({
      service: { identify: (request) => request.headers.get('x-user') },
    })
    const phone = await visit({ 'x-user': 'alice' })
    const laptop = await visit({ 'x-user': 'alice' })
    const bob = await visit({ 'x-user': 'bob' })
    const path = `/v1/bots/${botId}`
    expect((await phone.request('GET', path)).status).toBe(200)
    await service.fetch(
      new Request(`${ORIGIN}/api/coze/token`, {
        method: 'POST',
        headers: { origin: ORIGIN, 'content-type': 'application/json', 'x-chat-token': '1', 'x-user': 'alice' },
        body: '{"end":true}',
      }),
    )
    expect((await phone.request('GET', path)).status).toBe(401)
    expect((await laptop.request('GET', path)).status).toBe(401)
    expect((await bob.request('GET', path)).status).toBe(200)
    expect((await (await visit({ 'x-user': 'alice' })).request('GET', path)).status).toBe(200)
  })
})

describe('T20: a visitor’s ticket at the gateway', () => {
  it('T20: opens nothing once its visitor has logged out, and everything of its own until then', async () => {
    const { visit, end } = await createGatewayFixture()
    const visitor = await visit()
    const { conversation } = await visitor.talk()
    const path = `/v1/conversation/retrieve?conversation_id=${conversation}`
    const bearer = visitor.answer.session_id ?? ''
    expect((await visitor.request('GET', path, { bearer })).status).toBe(200)
    await end(visitor)
    const refused = await visitor.request('GET', path, { bearer })
    expect(refused.status).toBe(401)
    expect(await refused.json()).toMatchObject({ code: 4100 })
  })
})

async function visitAgain(service: { fetch(request: Request): Promise<Response> }) {
  const response = await service.fetch(
    new Request(`${ORIGIN}/api/coze/token`, {
      method: 'POST',
      headers: { origin: ORIGIN, 'content-type': 'application/json', 'x-chat-token': '1' },
      body: '{"renew":true}',
    }),
  )
  return (await response.json()) as { access_token: string }
}

describe('what the server says in the visitor’s place', () => {
  it('T1 T17: user_id, session_name, connector_id, draft and history switches are the server’s, whatever was sent', async () => {
    const { visit, asked } = await createGatewayFixture()
    const browser = await visit()
    const { subject } = browser.answer
    const lies = {
      user_id: 'alice',
      session_name: 'u1_alice',
      sessionName: 'u1_alice',
      connector_id: '1024',
      publish_status: 'unpublished_draft',
      bot_version: '7',
      auto_save_history: false,
      draft_mode: true,
      is_published: 'false',
      ext: { user_id: 'alice', secret: 'x' },
      ['__proto__']: { polluted: true },
      constructor: { prototype: { polluted: true } },
    }
    const query = `user_id=alice&session_name=u1_alice&connector_id=1024&is_published=false&is_debug=true&caller=x`
    const bodyOf = async () => asked.at(-1)?.json() as Promise<Record<string, unknown>>

    await (await browser.request('POST', `/v3/chat?${query}`, { body: chatBody('hello', lies) })).text()
    expect(await bodyOf()).toEqual({
      bot_id: botId,
      stream: true,
      additional_messages: [{ role: 'user', content: 'hello' }],
      user_id: subject,
      session_name: subject,
      connector_id: '999',
      auto_save_history: true,
    })
    expect(new URL(asked.at(-1)?.url ?? '').search).toBe('')

    await (await browser.request('POST', `/v1/workflows/chat?${query}`, { body: chatflowBody('hello', lies) })).text()
    expect(await bodyOf()).toEqual({
      workflow_id: workflowId,
      app_id: appId,
      additional_messages: [{ role: 'user', content: 'hello' }],
      user_id: subject,
      session_name: subject,
      connector_id: '999',
      ext: { user_id: subject },
    })

    await browser.json('POST', `/v1/conversation/create?${query}`, { bot_id: botId, ...lies })
    expect(await bodyOf()).toEqual({ bot_id: botId, connector_id: '999', user_id: subject, draft_mode: false })

    for (const [path, expected] of [
      [`/v1/conversations?bot_id=${botId}&${query}`, `?bot_id=${botId}&connector_id=999&user_id=${subject}`],
      [`/v1/bots/${botId}?${query}`, '?is_published=true'],
      [`/v1/workflows/${workflowId}?${query}`, '?is_debug=false&connector_id=999'],
      [`/v1/apps/${appId}?${query}`, '?connector_id=999'],
      [`/v1/bot/get_online_info?bot_id=${botId}&${query}`, `?bot_id=${botId}&connector_id=999`],
    ] as const) {
      await browser.json('GET', path)
      expect(new URL(asked.at(-1)?.url ?? '').search).toBe(expected)
    }
    expect({}).not.toHaveProperty('polluted')
  })

  it('T1: the token that Coze sees carries the session name of who proved who they are, and of nobody else', async () => {
    const { visit, asked, simulator } = await createGatewayFixture({
      service: { identify: (request) => request.headers.get('x-user') },
    })
    const alice = await visit({ 'x-user': 'alice' })
    await alice.talk()
    await (
      await alice.request('POST', '/v3/chat', {
        body: chatBody('hi', { session_name: 'bob' }),
        headers: { 'x-user': 'bob' },
      })
    ).text()
    const names = new Set(simulator.requests.map(({ sessionName }) => sessionName).filter((name) => name !== undefined))
    const exchanges = simulator.requests.filter(({ path }) => path.includes('oauth2'))
    expect(exchanges).toHaveLength(1)
    const jwt = exchanges[0]?.headers['authorization']?.replace('Bearer ', '') ?? ''
    expect([...names]).toEqual([decodeJwt(jwt)['session_name']])
    expect([...names][0]).toMatch(/^u1_/)
    expect(asked.length).toBeGreaterThan(0)
  })

  it('lets through the agents and chatflows that the owner named, and no others', async () => {
    const { visit, asked } = await createGatewayFixture()
    const browser = await visit()
    const other = '7300000000000000002'
    const refused = async (code: number, method: string, path: string, body?: unknown) => {
      const answer = await browser.json(method, path, body)
      expect([path, answer.body['code']]).toEqual([path, code])
    }
    await refused(4200, 'GET', `/v1/bots/${other}`)
    await refused(4006, 'GET', `/v1/bot/get_online_info?bot_id=${other}`)
    await refused(4006, 'GET', `/v1/conversations?bot_id=${other}`)
    await refused(4006, 'POST', '/v1/conversation/create', { bot_id: other })
    await refused(4006, 'POST', '/v3/chat', chatBody('hi', { bot_id: other }))
    await refused(4006, 'POST', '/v3/chat', chatBody('hi', { bot_id: [botId] }))
    await refused(4000, 'POST', '/v3/chat', chatBody('hi', { bot_id: '' }))
    await refused(4200, 'GET', `/v1/apps/${other}`)
    await refused(4200, 'GET', `/v1/workflows/${other}`)
    await refused(4200, 'POST', '/v1/workflows/chat', chatflowBody('hi', { workflow_id: other }))
    await refused(4200, 'POST', '/v1/workflows/chat', chatflowBody('hi', { app_id: other }))
    await refused(4000, 'POST', '/v1/workflows/chat', chatflowBody('hi', { app_id: undefined, bot_id: botId }))
    await refused(4200, 'POST', '/v1/conversation/create', { app_id: other })
    await refused(4000, 'POST', '/v1/conversation/create', {})
    await refused(4200, 'GET', '/v1/bots/..%2f..%2fv1%2fusers%2fme')
    expect(asked).toEqual([])
  })
})

describe('answers', () => {
  it('T9: never hold the system prompt, models, plugins, workflows, knowledge, owners or a token', async () => {
    const { visit, events, simulator } = await createGatewayFixture()
    const browser = await visit()
    const requests = await requestOfEveryRoute(await browser.talk())
    const texts: string[] = []
    for (const [name, [method, path, body]] of Object.entries(requests)) {
      const upload = name === 'upload' || name === 'transcription'
      const response = await browser.request(method, path, upload ? { raw: form() } : { body })
      texts.push(await response.text(), JSON.stringify([...response.headers]))
    }
    texts.push(JSON.stringify(events))
    const all = texts.join('\n')
    for (const canary of [
      ...[
        'SIMULATED-SYSTEM-PROMPT',
        'prompt_info',
        'Simulated model',
        'model_info',
        'Orders',
        'plugin_info',
        'Order flow',
      ],
      ...[
        'Store handbook',
        'knowledge',
        'owner_user_id',
        'creator',
        'folder_id',
        'debug_url',
        simulator.credentials.personalToken,
      ],
      ...['2400000000000001', 'customized_prompt'],
    ]) {
      expect([canary, all.includes(canary)]).toEqual([canary, false])
    }
    // Tokens and session names by their beginnings, which within the random letters of a ticket mean nothing.
    expect(all).not.toMatch(/(?<![\w-])(?:czs_|u1_|a1_)/)
    const agent = await browser.json('GET', `/v1/bots/${botId}`)
    expect(agent.body['data']).toMatchObject({
      bot_id: botId,
      name: 'Mocha',
      onboarding_info: { suggested_questions: { length: 3 } },
    })
  })

  it.each([
    ['whole', 0],
    ['to pieces of 1 byte', 1],
    ['to pieces of 7 bytes', 7],
    ['to pieces of 64 bytes', 64],
  ])('T32: hold every character of an answer in streams, however these were cut: %s', async (_cut, chunkBytes) => {
    const fixture = await createGatewayFixture({
      knobs: { chunkBytes, reasoning: true, comments: true, unknownEvents: true },
    })
    const browser = await fixture.visit()
    const sent: string[] = []
    const { fetch } = fixture.simulator
    fixture.simulator.fetch = async (request) => {
      const response = await fetch(request)
      if (!response.headers.get('content-type')?.includes('event-stream') || response.body === null) return response
      const [copy, body] = response.body.tee()
      void new Response(copy).text().then((text) => sent.push(text))
      return new Response(body, response)
    }
    const response = await browser.request('POST', '/v3/chat', { body: chatBody('/table') })
    const received = await response.text()
    const [whole = ''] = sent
    expect(spoken(received)).toBe(spoken(whole))
    const completed = (stream: string) =>
      [...stream.matchAll(/"content":("(?:[^"\\]|\\.)*")[^\n]*/g)].map(([, json = '']) => json).at(-1)
    expect(completed(received)).toBe(completed(whole))
    expect(received).not.toMatch(/future|keep-alive|bot_id|created_at|usage/)
    expect(response.headers.get('x-accel-buffering')).toBe('no')
  })

  it('T32: hold no debug_url of a chatflow', async () => {
    const { visit } = await createGatewayFixture({ knobs: { chunkBytes: 5 } })
    const stream = await (
      await (await visit()).request('POST', '/v1/workflows/chat', { body: chatflowBody('/table') })
    ).text()
    expect(stream).toContain('| ')
    expect(stream).toMatch(/event:done\ndata:\{\}\n\n$/)
    expect(stream).not.toContain('space_id')
  })

  it('F80: tell of a failure its code and log id, and none of Coze’s words', async () => {
    const { visit, simulator } = await createGatewayFixture()
    const browser = await visit()
    await browser.json('GET', `/v1/bots/${botId}`)
    for (const [knobs, expected] of [
      [
        { times: 1, code: 4013 },
        { status: 200, body: { code: 4013 } },
      ],
      [
        { times: 1, code: 5000, status: 500 },
        { status: 500, body: { code: 5000 } },
      ],
      [
        { times: 1, status: 502 },
        { status: 503, body: { error: 'upstream_unavailable' } },
      ],
      [
        { times: 1, status: 429, retryAfterSeconds: 7 },
        { status: 429, body: { error: 'rate_limited', retryAfter: 7 } },
      ],
      [
        { times: 1, status: 302 },
        { status: 503, body: { error: 'upstream_unavailable' } },
      ],
    ] as const) {
      simulator.setKnobs({ failNext: knobs })
      const answer = await browser.json('GET', `/v1/bots/${botId}`)
      expect(answer).toMatchObject(expected)
      if ('code' in answer.body) {
        expect(answer.body['msg']).toBe(`Refused with code ${answer.body['code']}.`)
        expect(answer.body['detail']).toEqual({ logid: expect.stringMatching(/^\w{34}$/) })
      }
    }
  })

  it('T16: follow no redirect of upstream’s', async () => {
    const seen: string[] = []
    const { visit } = await createGatewayFixture({
      fetch: async (input) => {
        const { url } = input as Request
        seen.push(url)
        if (url.includes('oauth2')) return Response.json({ access_token: 'czs_x', expires_in: 900 })
        return new Response(null, { status: 302, headers: { location: 'http://127.0.0.1/admin' } })
      },
    })
    const answer = await (await visit()).json('GET', `/v1/bots/${botId}`)
    expect(answer).toMatchObject({ status: 503, body: { error: 'upstream_unavailable' } })
    expect(seen.filter((url) => !url.includes('oauth2'))).toHaveLength(1)
  })

  it('F75: are never kept by a cache', async () => {
    const { visit } = await createGatewayFixture()
    const browser = await visit()
    for (const [path, bearer] of [
      [`/v1/bots/${botId}`, undefined],
      [`/v1/bots/${botId}`, null],
      ['/v1/nothing', undefined],
    ] as const) {
      const { headers } = await browser.request('GET', path, bearer === undefined ? {} : { bearer })
      expect(headers.get('cache-control')).toBe('no-store, private')
      expect(headers.get('vary')).toBe('Origin, Cookie, Authorization')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    }
  })
})

describe('pages of other origins', () => {
  const listed = 'https://www.other.example'

  it('T8: are let in by the same list as at the token endpoint, with the methods of the call', async () => {
    const { visit, asked } = await createGatewayFixture({ service: { origins: [listed] } })
    const browser = await visit()
    const path = '/v1/conversations/7500000000000000001'
    const preflight = async (origin: string) =>
      (await browser.request('OPTIONS', path, { headers: { origin }, bearer: null })).headers
    const allowed = await preflight(listed)
    expect(allowed.get('access-control-allow-origin')).toBe(listed)
    expect(allowed.get('access-control-allow-methods')).toBe('PUT, DELETE, OPTIONS')
    expect(allowed.get('access-control-allow-headers')).toContain('authorization')
    for (const origin of ['https://evil.example', 'null', `${listed}.evil.example`, 'http://www.other.example']) {
      expect((await preflight(origin)).get('access-control-allow-origin')).toBeNull()
      const refused = await browser.request('GET', `/v1/bots/${botId}`, { headers: { origin } })
      expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null])
    }
    expect(asked).toEqual([])
    const read = await browser.request('GET', `/v1/bots/${botId}`, { headers: { origin: listed } })
    expect(read.headers.get('access-control-expose-headers')).toContain('x-tt-logid')
  })

  it('T7: cannot act by the visitor’s cookie: without Origin only our own pages and our own credentials count', async () => {
    const { service, visit } = await createGatewayFixture({ service: { identify: () => 'alice' } })
    const { answer } = await visit()
    const get = (headers: Record<string, string>) =>
      service.fetch(new Request(`${ORIGIN}/api/coze/v1/bots/${botId}`, { headers })).then(({ status }) => status)
    expect(await get({ cookie: 'sid=1' })).toBe(403)
    expect(
      await get({ cookie: 'sid=1', 'sec-fetch-site': 'cross-site', authorization: `Bearer ${answer.access_token}` }),
    ).toBe(403)
    expect(await get({ cookie: 'sid=1', 'sec-fetch-site': 'same-origin' })).toBe(200)
    expect(await get({ authorization: `Bearer ${answer.access_token}` })).toBe(200)
  })
})

describe('events', () => {
  it('name the call and the status of each answer, and hold no id', async () => {
    const { visit, events } = await createGatewayFixture()
    const browser = await visit()
    events.length = 0
    const { conversation } = await browser.talk()
    await browser.json('GET', '/v1/nothing')
    expect(events.filter(({ type }) => type === 'gateway_request')).toEqual([
      { type: 'gateway_request', route: 'conversation_create', status: 200 },
      { type: 'gateway_request', route: 'chat', status: 200 },
      { type: 'gateway_request', route: 'other', status: 404 },
    ])
    expect(JSON.stringify(events)).not.toContain(conversation)
    expect(spoken((await browser.talk()).stream)).not.toBe('')
  })

  it('are counted for Prometheus, by call and status', async () => {
    const metrics = createMetrics()
    const { visit } = await createGatewayFixture({ service: { metrics } })
    await (await visit()).json('GET', `/v1/bots/${botId}`)
    expect(await metrics.render()).toContain('coze_chat_gateway_requests_total{route="agent",status="200"} 1')
    expect(await metrics.render()).toContain('coze_chat_tokens_answered_total{kind="anonymous",source="pass"} 1')
  })
})
