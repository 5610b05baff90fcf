import type { TokenAnswer } from '../../../src/protocol/token-endpoint.ts'
import type { GatewayOptions } from '../../../src/server/gateway/gateway-options.ts'
import type { ServiceEvent } from '../../../src/server/operations/events.ts'
import { createTokenService, type TokenService, type TokenServiceOptions } from '../../../src/server/token-service.ts'
import {
  type CozeSimulator,
  createCozeSimulator,
  SIMULATOR_IDS,
  type SimulatorKnobsInput,
} from '../../../src/simulator/index.ts'
import { ORIGIN, SECRET } from '../support/test-service.ts'

export { ORIGIN }
export const UPSTREAM = 'https://coze.test'
export const { botId, appId, workflowId } = SIMULATOR_IDS

/** A form of one file, for tests that send its bytes by themselves. */
export const FILE_FORM = {
  type: 'multipart/form-data; boundary=x',
  head: '--x\r\ncontent-disposition: form-data; name="file"; filename="a.bin"\r\n\r\n',
  end: '\r\n--x--\r\n',
} as const

export type Flavour = 'coze' | 'studio'

export interface GatewayFixture {
  simulator: CozeSimulator
  service: TokenService
  events: ServiceEvent[]
  /** Every request that the service made upstream, except for exchanges of tokens. */
  asked: Request[]
  visit(headers?: Record<string, string>): Promise<Browser>
  /** Logs the visitor out. */
  end(browser: Browser): Promise<void>
}

/** The browser of one visitor: it holds a ticket and a pass, and nothing of Coze's. */
export interface Browser {
  answer: TokenAnswer
  /** Sent along with every request. */
  headers: Record<string, string>
  request(method: string, path: string, init?: BrowserRequestInit): Promise<Response>
  json(method: string, path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }>
  /** Creates a conversation and takes one turn in it to its end. */
  talk(text?: string): Promise<{ conversation: string; chat: string; message: string; stream: string }>
  upload(name?: string): Promise<string>
}

export interface BrowserRequestInit {
  body?: unknown
  raw?: BodyInit
  headers?: Record<string, string>
  signal?: AbortSignal
  bearer?: string | null
}

export interface FixtureOptions {
  flavour?: Flavour
  knobs?: SimulatorKnobsInput
  gateway?: GatewayOptions
  service?: Partial<TokenServiceOptions>
  /** Takes the simulator's place as upstream. */
  fetch?: typeof globalThis.fetch
}

export async function createGatewayFixture(options: FixtureOptions = {}): Promise<GatewayFixture> {
  const { flavour = 'coze' } = options
  const clock = options.service?.clock
  const simulator = await createCozeSimulator({
    knobs: { flavour, ...options.knobs },
    ...(clock !== undefined && { clock }),
  })
  const { appId: oauthApp, keyId, privateKeyPem, personalToken } = simulator.credentials
  const asked: Request[] = []
  /** Held, because the signal of a request that is garbage never aborts. */
  const held: Request[] = []
  const events: ServiceEvent[] = []
  const fetchUpstream: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    held.push(request)
    if (!request.url.includes('/oauth2/')) asked.push(request.clone())
    return options.fetch === undefined ? simulator.fetch(request) : options.fetch(request)
  }
  const studio = flavour === 'studio' && { studio: { baseUrl: UPSTREAM, personalToken } }
  const service = createTokenService({
    ...(flavour === 'coze' && { appId: oauthApp, keyId, privateKey: privateKeyPem }),
    secret: SECRET,
    apiBase: UPSTREAM,
    bots: flavour === 'studio' ? [botId] : [botId, { appId, workflowId }],
    gateway: { ...studio, ...options.gateway },
    limits: {
      ...{ address: false, session: false, issue: false },
      ...{ turns: false, speech: false, transcriptions: false, uploads: false },
      openStreams: { address: 2_000, process: 2_000 },
    },
    fetch: fetchUpstream,
    onEvent: (event) => events.push(event),
    ...options.service,
  })
  return {
    simulator,
    service,
    events,
    asked,
    visit: (headers) => visit(service, headers),
    end: (browser) => end(service, browser),
  }
}

function tokenRequest(body: object, headers: Record<string, string>): Request {
  return new Request(`${ORIGIN}/api/coze/token`, {
    method: 'POST',
    headers: { origin: ORIGIN, 'content-type': 'application/json', 'x-chat-token': '1', ...headers },
    body: JSON.stringify(body),
  })
}

async function end(service: TokenService, { answer, headers }: Browser): Promise<void> {
  const { status } = await service.fetch(tokenRequest({ session_id: answer.session_id, end: true }, headers))
  if (status !== 204) throw new Error(`The logout failed with status ${status}.`)
}

async function visit(service: TokenService, headers: Record<string, string> = {}): Promise<Browser> {
  const given = await service.fetch(tokenRequest({}, headers))
  const answer = (await given.json()) as TokenAnswer
  const browser: Browser = {
    answer,
    headers,
    request: (method, path, { body, raw, headers: more, signal, bearer = answer.access_token } = {}) =>
      service.fetch(
        new Request(`${ORIGIN}/api/coze${path}`, {
          method,
          headers: {
            origin: ORIGIN,
            'accept-language': 'en',
            ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
            ...(raw === undefined && { 'content-type': 'application/json' }),
            ...headers,
            ...more,
          },
          ...(raw !== undefined && { body: raw }),
          ...(body !== undefined && { body: JSON.stringify(body) }),
          ...(signal && { signal }),
        }),
      ),
    async json(method, path, body) {
      const response = await browser.request(method, path, { body })
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    },
    async talk(text = 'hello') {
      const created = await browser.json('POST', '/v1/conversation/create', { bot_id: botId })
      const conversation = (created.body['data'] as { id: string }).id
      const path = `/v3/chat?conversation_id=${conversation}`
      const stream = await (await browser.request('POST', path, { body: chatBody(text) })).text()
      const chat = /"chat_id":"(\d+)"/.exec(stream)?.[1] ?? ''
      const message = /"id":"(\d+)"[^\n]*"type":"answer"/.exec(stream)?.[1] ?? ''
      return { conversation, chat, message, stream }
    },
    async upload(name = 'menu.txt') {
      const form = new FormData()
      form.append('file', new File(['tea and cake'], name, { type: 'text/plain' }))
      const response = await browser.request('POST', '/v1/files/upload', { raw: form })
      const { data } = (await response.json()) as { data: { id: string } }
      return data.id
    },
  }
  return browser
}

export function chatBody(text: string, more: object = {}) {
  return { bot_id: botId, stream: true, additional_messages: [{ role: 'user', content: text }], ...more }
}

export function chatflowBody(text: string, more: object = {}) {
  return { workflow_id: workflowId, app_id: appId, additional_messages: [{ role: 'user', content: text }], ...more }
}

/** The text of a stream's answers, joined from its deltas. */
export function spoken(stream: string): string {
  return [...stream.matchAll(/event: ?conversation\.message\.delta\ndata: ?(.*)\n/g)]
    .map(([, data = '']) => (JSON.parse(data) as { content: string }).content)
    .join('')
}
