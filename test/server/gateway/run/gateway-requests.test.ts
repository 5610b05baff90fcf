import { describe, expect, it } from 'vitest'
import { createGateway } from '../../../../src/server/gateway/gateway.ts'
import { type GatewayOptions, resolveGatewayOptions } from '../../../../src/server/gateway/gateway-options.ts'
import { createOperations, type GatewayParts } from '../../../../src/server/gateway/operations.ts'
import { createCorsPolicy } from '../../../../src/server/http/cors.ts'
import { ServiceError } from '../../../../src/server/http/service-error.ts'
import { toServiceRequest } from '../../../../src/server/http/service-request.ts'
import { RESPONSE_HEADERS, type ServiceResponse } from '../../../../src/server/http/service-response.ts'
import type { AuthenticatedVisitor } from '../../../../src/server/identity/authenticated-visitor.ts'
import type { ServiceEvent } from '../../../../src/server/operations/events.ts'
import { createMemoryTokenStore } from '../../../../src/server/store/memory-token-store.ts'
import { createFakeClock } from '../../../support/fake-clock.ts'

const ANN = { sessionName: 'ann', subject: 's_ann' } as AuthenticatedVisitor
const SHOP = 'https://shop.example'
const BASE_PATH = '/api/coze'
const TURN =
  'event:conversation.chat.created\ndata:{"id":"51","conversation_id":"41"}\n\n' +
  'event:conversation.message.completed\ndata:{"type":"answer","content":"Tea.","conversation_id":"41"}\n\n' +
  'event:done\ndata:[DONE]\n\n'

const CORS_HEADERS = [
  ...['access-control-allow-origin', SHOP, 'access-control-expose-headers', 'retry-after'],
  ...['access-control-expose-headers', 'x-tt-logid'],
]

interface Upstream {
  /** What Coze responds. */
  answer?: (request: Request) => Response | Promise<Response>
  gateway?: GatewayOptions
  /** What refuses a request: the address, the session, or something that nobody expected. */
  refuses?: 'address' | 'session' | 'fault'
  broken?: boolean
}

/** A gateway of fakes: what it spends and asks for is told in its order. */
function createFakeGateway({ answer, gateway = {}, refuses, broken }: Upstream = {}) {
  const clock = createFakeClock()
  const steps: string[] = []
  const events: ServiceEvent[] = []
  const facts = { answered: 0 }
  const spend = (name: 'address' | 'session') => {
    steps.push(name)
    if (name === refuses) throw new ServiceError('rate_limited', { retryAfterSeconds: 7, advice: 'Wait.' })
    return []
  }
  const parts: { [Name in keyof GatewayParts]: unknown } = {
    cors: createCorsPolicy({ origins: [SHOP], publicOrigins: [], credentials: false }),
    authenticator: {
      async authenticateRequest() {
        steps.push('visitor')
        if (refuses === 'fault') throw new TypeError('Nobody expected this.')
        return { visitor: ANN, headers: [] }
      },
    },
    passes: { open: async (text: string) => (text === 'g1.ann' ? ANN : undefined) },
    store: createMemoryTokenStore({ clock }),
    async fetch(input: RequestInfo | URL, init?: RequestInit) {
      const request = new Request(input, init)
      steps.push(`${request.method} ${request.url} by ${request.headers.get('authorization')}`)
      if (broken) throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) })
      return answer?.(request) ?? Response.json({ code: 0, data: { bot_id: '11', name: 'Mocha', prompt_info: 'x' } })
    },
    clock,
    events: { emit: (event: ServiceEvent) => void events.push(event) },
    limits: {
      spendAddress: () => spend('address'),
      spendSession: (session: string) => {
        steps.push(session)
        return spend('session')
      },
      spendCall: async () => undefined,
      openStream: () => () => undefined,
    },
    tokens: {
      issue: async (_visitor: unknown, _request: unknown, { renew }: { renew: boolean }) => ({
        text: renew ? 'czs_2' : 'czs_1',
      }),
    },
    apiBase: 'https://coze.test',
    basePath: BASE_PATH,
    onUpstreamAnswer: () => void facts.answered++,
  }
  const options = resolveGatewayOptions(gateway, gateway.studio ? ['11'] : ['11', { appId: '21', workflowId: '31' }])
  const respond = createGateway(parts as unknown as GatewayParts, options)
  const request = (
    method: string,
    path: string,
    { body, headers, signal }: { body?: object; headers?: Record<string, string>; signal?: AbortSignal } = {},
  ) => {
    const sent = new Request(`${SHOP}${BASE_PATH}${path}`, {
      method,
      headers: {
        origin: SHOP,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal !== undefined && { signal }),
    })
    return toServiceRequest(sent, {})
  }
  return {
    steps,
    events,
    facts,
    respond,
    request,
    operationsAt: createOperations(parts as unknown as GatewayParts, options),
    send: (...sent: Parameters<typeof request>) => respond(request(...sent)),
  }
}

const headerOf = ({ headers }: ServiceResponse, name: string) => headers[headers.indexOf(name) + 1]
const jsonOf = ({ body }: ServiceResponse) => JSON.parse(String(body)) as Record<string, unknown>

describe('a request to the gateway', () => {
  it('T11: is paid for by its address before anybody is asked, and by its session before Coze is', async () => {
    const { send, steps, events, facts } = createFakeGateway()
    const response = await send('GET', '/v1/bots/11')
    expect([response.status, jsonOf(response)]).toEqual([
      200,
      { code: 0, msg: '', data: expect.objectContaining({ bot_id: '11', name: 'Mocha' }), detail: { logid: '' } },
    ])
    expect(String(response.body)).not.toContain('prompt_info')
    expect(headerOf(response, 'access-control-allow-origin')).toBe(SHOP)
    expect(steps).toEqual([
      'address',
      'visitor',
      'ann',
      'session',
      'GET https://coze.test/v1/bots/11?is_published=true by Bearer czs_1',
    ])
    expect(events).toEqual([{ type: 'gateway_request', route: 'agent', status: 200 }])
    expect(facts.answered).toBe(1)
  })

  it.each([
    ['address', ['address']],
    ['session', ['address', 'visitor', 'ann', 'session']],
  ] as const)('T11: that its %s cannot pay goes no further, and is told', async (refuses, expected) => {
    const { send, steps, events } = createFakeGateway({ refuses })
    const response = await send('GET', '/v1/bots/11')
    expect([response.status, jsonOf(response)]).toEqual([429, { error: 'rate_limited', retryAfter: 7 }])
    expect(headerOf(response, 'access-control-allow-origin')).toBe(SHOP)
    expect(steps).toEqual(expected)
    expect(events).toEqual([
      { type: 'refused', route: 'gateway', code: 'rate_limited', advice: 'Wait.' },
      { type: 'gateway_request', route: 'agent', status: 429 },
    ])
  })

  it('T8: of a foreign page is refused before it costs anything', async () => {
    const { send, steps } = createFakeGateway()
    const response = await send('GET', '/v1/bots/11', { headers: { origin: 'https://evil.example' } })
    expect(response).toEqual({
      status: 403,
      headers: [...RESPONSE_HEADERS, 'content-type', 'application/json'],
      body: '{"error":"origin_not_allowed"}',
    })
    expect(steps).toEqual([])
  })

  it.each([
    ['GET', '/v1/users/me', 'other'],
    ['DELETE', '/v1/bots/11', 'other'],
    ['GET', '/chat', 'other'],
    ['OPTIONS', '/v1/users/me', undefined],
  ])('F72: that is not in the table is unknown: %s %s', async (method, path, route) => {
    const { send, steps, events } = createFakeGateway()
    const response = await send(method, path)
    expect([response.status, jsonOf(response), steps]).toEqual([404, { error: 'not_found' }, []])
    expect(events).toEqual([
      { type: 'refused', route: 'gateway', code: 'not_found' },
      ...(route === undefined ? [] : [{ type: 'gateway_request', route, status: 404 }]),
    ])
  })

  it('is for the operation of its own method', async () => {
    const { send, events } = createFakeGateway({ answer: () => Response.json({ code: 0, data: { id: '41' } }) })
    const sent = { body: { name: 'Beans' } }
    expect((await send('PUT', '/v1/conversations/41', sent)).status).toBe(200)
    expect((await send('DELETE', '/v1/conversations/41')).status).toBe(200)
    expect(events).toEqual([
      { type: 'gateway_request', route: 'conversation_rename', status: 200 },
      { type: 'gateway_request', route: 'conversation_delete', status: 200 },
    ])
  })

  it('F72: with a body that cannot be read asks nobody who sent it', async () => {
    const { send, steps } = createFakeGateway()
    for (const path of ['/v3/chat', '/chat']) {
      const response = await send('POST', path, { body: {}, headers: { 'content-type': 'text/plain' } })
      expect(response.status).toBe(415)
    }
    expect(steps).toEqual(['address', 'address'])
  })

  it('T4: that proves nobody is refused in Coze’s shape, and is no refusal of ours', async () => {
    const { send, events } = createFakeGateway()
    const response = await send('GET', '/v1/bots/11', { headers: { authorization: 'Bearer g1.bob' } })
    expect([response.status, jsonOf(response)['code']]).toEqual([401, 4100])
    expect(events).toEqual([{ type: 'gateway_request', route: 'agent', status: 401 }])
  })

  it('whose failure nobody expected is not made into a response here', async () => {
    const { send, events } = createFakeGateway({ refuses: 'fault' })
    await expect(send('GET', '/v1/bots/11')).rejects.toThrow('Nobody expected this.')
    expect(events).toEqual([])
  })

  it('F63: that Coze does not answer tells who was asked and why there was nothing', async () => {
    const { send, events, facts } = createFakeGateway({ broken: true })
    expect((await send('GET', '/v1/bots/11')).status).toBe(503)
    expect(events).toEqual([
      { type: 'upstream_failed', host: 'coze.test', cause: 'ECONNREFUSED' },
      { type: 'refused', route: 'gateway', code: 'upstream_unavailable' },
      { type: 'gateway_request', route: 'agent', status: 503 },
    ])
    expect(facts.answered).toBe(0)
  })

  it('that cannot tell whether its visitor has left is refused like any other', async () => {
    const { respond, request } = createFakeGateway({ refuses: 'address' })
    const response = await respond({ ...request('GET', '/v1/bots/11'), signal: undefined })
    expect([response.status, jsonOf(response)['error']]).toEqual([429, 'rate_limited'])
  })

  it('F56: whose visitor has left is closed with 499, and is no refusal', async () => {
    const leaving = new AbortController()
    const { send, events } = createFakeGateway({
      answer: (request) =>
        new Promise((_resolve, reject) => {
          request.signal.addEventListener('abort', () => reject(new Error('aborted')))
          leaving.abort()
        }),
    })
    const response = await send('GET', '/v1/bots/11', { signal: leaving.signal })
    expect(response).toEqual({
      status: 499,
      headers: [...RESPONSE_HEADERS, ...CORS_HEADERS],
      body: null,
    })
    expect(events).toEqual([{ type: 'gateway_request', route: 'agent', status: 499 }])
  })
})

describe('in front of Coze', () => {
  it('T3: the list of conversations is asked of Coze, for the session’s own user', async () => {
    const { send, steps } = createFakeGateway({
      answer: () => Response.json({ code: 0, data: { conversations: [{ id: '41' }], has_more: false } }),
    })
    const list = await send('GET', '/v1/conversations?bot_id=11')
    expect(jsonOf(list)['data']).toEqual({ conversations: [{ id: '41' }], has_more: false })
    expect(steps.slice(4)).toEqual([
      'GET https://coze.test/v1/conversations?bot_id=11&connector_id=999&user_id=s_ann by Bearer czs_1',
    ])
  })
})

describe('T8: a preflight', () => {
  it('is told all methods of its path, costs nothing and is not counted', async () => {
    const { send, steps, events } = createFakeGateway()
    const response = await send('OPTIONS', '/v1/conversations/41')
    expect([response.status, headerOf(response, 'access-control-allow-methods')]).toEqual([204, 'PUT, DELETE, OPTIONS'])
    expect(headerOf(response, 'access-control-allow-origin')).toBe(SHOP)
    expect([steps, events]).toEqual([[], []])
  })

  it('of a foreign page is refused', async () => {
    const { send, events } = createFakeGateway()
    const response = await send('OPTIONS', '/v1/bots/11', { headers: { origin: 'https://evil.example' } })
    expect([response.status, jsonOf(response)]).toEqual([403, { error: 'origin_not_allowed' }])
    expect(events).toMatchObject([{ type: 'refused', route: 'gateway', code: 'origin_not_allowed' }])
  })
})

describe('POST /chat', () => {
  const answer = () => new Response(TURN, { headers: { 'content-type': 'text/event-stream' } })

  it('is a turn of the visitor’s with the first agent, paid for like any other request', async () => {
    const { send, steps, events } = createFakeGateway({ answer })
    const response = await send('POST', '/chat', { body: { message: 'hello' } })
    expect(jsonOf(response)).toEqual({ answer: 'Tea.', conversation_id: '41', follow_ups: [] })
    expect(steps).toEqual(['address', 'visitor', 'ann', 'session', 'POST https://coze.test/v3/chat by Bearer czs_1'])
    expect(events).toEqual([{ type: 'gateway_request', route: 'plain_chat', status: 200 }])
  })

  it('T1: that names a visitor is refused before anybody is asked who they are', async () => {
    for (const [path, headers] of [
      ['/chat?user_id=bob', {}],
      ['/chat', { 'user-id': 'bob' }],
    ] as const) {
      const { send, steps } = createFakeGateway({ answer })
      const response = await send('POST', path, { body: { message: 'hello' }, headers })
      expect([response.status, jsonOf(response), steps]).toEqual([400, { error: 'identity_in_body' }, ['address']])
    }
  })
})

describe('conversations that a session begins', () => {
  it('T37: are as many as the owner allows, in an hour', async () => {
    const { send, steps } = createFakeGateway({
      gateway: { maxNewConversations: 2 },
      answer: () => Response.json({ code: 0, data: { id: '41' } }),
    })
    const create = () => send('POST', '/v1/conversation/create', { body: { bot_id: '11' } })
    expect([(await create()).status, (await create()).status]).toEqual([200, 200])
    steps.length = 0
    const refused = await create()
    expect([refused.status, jsonOf(refused)]).toEqual([429, { error: 'rate_limited', retryAfter: 3_600 }])
    expect(steps).toEqual(['address', 'visitor', 'ann', 'session'])
  })
})

describe('in front of Coze Studio', () => {
  const studio = { baseUrl: 'https://studio.test', personalToken: 'pat_1' }

  it('T1: the personal token and the address are Studio’s', async () => {
    const { send, steps } = createFakeGateway({ gateway: { studio } })
    expect((await send('GET', '/v1/bots/11')).status).toBe(200)
    expect(steps.at(-1)).toBe('GET https://studio.test/v1/bots/11?is_published=true by Bearer pat_1')
  })

  it('is only what Studio has', () => {
    const names = (gateway: GatewayOptions, path: string) =>
      createFakeGateway({ gateway })
        .operationsAt(path)
        .map(({ name }) => name)
    for (const path of [
      '/v1/audio/speech',
      '/v3/chat/submit_tool_outputs',
      '/v1/conversations/41/messages/51/feedback',
    ]) {
      expect([names({}, path).length > 0, names({ studio }, path)]).toEqual([true, []])
    }
    for (const path of ['/chat', '/v3/chat', '/v1/conversations/41']) {
      expect(names({ studio }, path)).toEqual(names({}, path))
    }
  })

  it('T3: a session’s list of conversations is kept here, and Studio’s own is not asked for', async () => {
    const { send, steps } = createFakeGateway({
      gateway: { studio },
      answer: () => Response.json({ code: 0, data: { id: '41' } }),
    })
    await send('POST', '/v1/conversation/create', { body: { bot_id: '11' } })
    steps.length = 0
    const list = await send('GET', '/v1/conversations?bot_id=11')
    expect(jsonOf(list)['data']).toEqual({ conversations: [{ id: '41' }], has_more: false })
    expect(steps.slice(4)).toEqual([
      'GET https://studio.test/v1/conversation/retrieve?conversation_id=41 by Bearer pat_1',
    ])
  })
})
