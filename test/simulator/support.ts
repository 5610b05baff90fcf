import { importPKCS8, SignJWT } from 'jose'
import { beforeAll, beforeEach } from 'vitest'
import type { SimulatorKnobsInput } from '../../src/simulator/index.ts'
import {
  type CozeSimulator,
  type CozeSimulatorOptions,
  createCozeSimulator,
  SIMULATOR_IDS,
} from '../../src/simulator/index.ts'

export const ORIGIN = 'https://simulated.example'

/** One event of a stream; `data` is undefined where the field is empty. */
export interface StreamEvent {
  event: string
  data: Record<string, unknown> | string | undefined
}

export function parseStream(text: string): StreamEvent[] {
  return text
    .split(/\r?\n\r?\n/)
    .filter((block) => /^event:/m.test(block))
    .map((block) => {
      const field = (name: string) => new RegExp(`^${name}: ?(.*?)\r?$`, 'm').exec(block)?.[1] ?? ''
      const data = field('data')
      return { event: field('event'), data: data === '' ? undefined : JSON.parse(data) }
    })
}

export function field(event: StreamEvent | undefined, name: string): unknown {
  return typeof event?.data === 'object' ? event.data[name] : undefined
}

/** The text of the answers, put together from their deltas. */
export function spoken(events: readonly StreamEvent[]): string {
  return events
    .filter(({ event }) => event === 'conversation.message.delta')
    .map((event) => field(event, 'content'))
    .join('')
}

/** Contents of the completed messages of one type. */
export function completed(events: readonly StreamEvent[], type: string): string[] {
  return events
    .filter((event) => event.event === 'conversation.message.completed' && field(event, 'type') === type)
    .map((event) => String(field(event, 'content')))
}

export interface JsonAnswer {
  status: number
  headers: Headers
  body: Record<string, unknown>
}

/** Calls the simulator with the token of one session. */
export interface Visitor {
  token: string
  request(method: string, path: string, body?: unknown): Promise<Response>
  json(method: string, path: string, body?: unknown): Promise<JsonAnswer>
  /** Asks the agent and reads the whole stream. */
  ask(text: string, conversationId?: string, extra?: Record<string, unknown>): Promise<StreamEvent[]>
  /** Asks the chatflow of the app, without naming a conversation. */
  askFlow(text: string, extra?: Record<string, unknown>): Promise<StreamEvent[]>
  createConversation(body?: Record<string, unknown>): Promise<string>
  /** Sends files as a multipart form. */
  upload(path: string, ...files: File[]): Promise<Response>
}

export function visit(
  simulator: CozeSimulator,
  sessionName: string | null,
  token = simulator.issueToken(sessionName),
): Visitor {
  const request: Visitor['request'] = (method, path, body) =>
    simulator.fetch(
      new Request(ORIGIN + path, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'accept-language': 'en' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    )
  const json: Visitor['json'] = async (method, path, body) => {
    const response = await request(method, path, body)
    return { status: response.status, headers: response.headers, body: await response.json() }
  }
  return {
    token,
    request,
    json,
    async ask(text, conversationId, extra) {
      const query = conversationId === undefined ? '' : `?conversation_id=${conversationId}`
      const response = await request('POST', `/v3/chat${query}`, { ...chatBody(text), ...extra })
      return parseStream(await response.text())
    },
    async askFlow(text, extra) {
      const response = await request('POST', '/v1/workflows/chat', { ...flowBody(text), ...extra })
      return parseStream(await response.text())
    },
    async createConversation(body = { bot_id: SIMULATOR_IDS.botId }) {
      const { body: answer } = await json('POST', '/v1/conversation/create', body)
      return (answer['data'] as { id: string }).id
    },
    upload(path, ...files) {
      const form = new FormData()
      for (const file of files) form.append('file', file)
      const headers = { authorization: `Bearer ${token}`, 'accept-language': 'en' }
      return simulator.fetch(new Request(ORIGIN + path, { method: 'POST', headers, body: form }))
    },
  }
}

export function chatBody(text: string): Record<string, unknown> {
  return {
    bot_id: SIMULATOR_IDS.botId,
    user_id: 'u1',
    stream: true,
    additional_messages: [{ role: 'user', content: text, content_type: 'text' }],
  }
}

export function flowBody(text: string): Record<string, unknown> {
  return {
    workflow_id: SIMULATOR_IDS.workflowId,
    app_id: SIMULATOR_IDS.appId,
    additional_messages: [{ role: 'user', content: text, content_type: 'text' }],
  }
}

/**
 * One simulator for the tests of a file, as new before each of them, and a visitor of it. Making one takes a while, for its keys.
 * Read its members in the tests, not before.
 */
export function useSimulator(): { readonly simulator: CozeSimulator; readonly visitor: Visitor } {
  let simulator: CozeSimulator | undefined
  let visitor: Visitor | undefined
  beforeAll(async () => {
    simulator = await createCozeSimulator()
  })
  beforeEach(() => {
    simulator?.reset()
    visitor = simulator && visit(simulator, 'VISITOR')
  })
  const made = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('The simulator is there in tests only.')
    return value
  }
  return {
    get simulator() {
      return made(simulator)
    },
    get visitor() {
      return made(visitor)
    },
  }
}

export async function simulatorWith(
  knobs: SimulatorKnobsInput = {},
  options: CozeSimulatorOptions = {},
): Promise<{ simulator: CozeSimulator; visitor: Visitor }> {
  const simulator = await createCozeSimulator({ ...options, knobs })
  return { simulator, visitor: visit(simulator, 'VISITOR') }
}

/** Signs an assertion as a token service does; `claims` replace the usual ones, undefined leaves one out. */
export async function signAssertion(
  simulator: CozeSimulator,
  claims: Record<string, unknown> = {},
  {
    kid = simulator.credentials.keyId,
    key,
    nowSeconds = Math.floor(Date.now() / 1000),
  }: { kid?: string; key?: CryptoKey; nowSeconds?: number } = {},
): Promise<string> {
  const payload = {
    iss: simulator.credentials.appId,
    aud: 'api.coze.cn',
    iat: nowSeconds,
    exp: nowSeconds + 600,
    jti: crypto.randomUUID(),
    ...claims,
  }
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
    .sign(key ?? (await importPKCS8(simulator.credentials.privateKeyPem, 'RS256')))
}

export async function exchange(
  simulator: CozeSimulator,
  assertion: string,
  body: Record<string, unknown> = {},
  path = '/api/permission/oauth2/token',
): Promise<JsonAnswer> {
  const response = await simulator.fetch(
    new Request(ORIGIN + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${assertion}`, 'content-type': 'application/json' },
      body: JSON.stringify({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', ...body }),
    }),
  )
  return { status: response.status, headers: response.headers, body: await response.json() }
}
