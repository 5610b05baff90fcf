import { generateKeyPairSync } from 'node:crypto'
import type { TokenAnswer } from '../../../src/protocol/token-endpoint.ts'
import type { ServiceEvent } from '../../../src/server/operations/events.ts'
import { createTokenService, type TokenService, type TokenServiceOptions } from '../../../src/server/token-service.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { createStandInCoze } from './stand-in-coze.ts'

export const ORIGIN = 'https://shop.example'
export const TOKEN_URL = `${ORIGIN}/api/coze/token`

/** Bytes 0 to 31: the secret of the golden vectors. */
export const SECRET = Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('base64')

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const PRIVATE_KEY = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
export const PUBLIC_KEY = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()

export const REQUIRED_OPTIONS = { appId: '1100', keyId: 'key-1', privateKey: PRIVATE_KEY, secret: SECRET } as const

/** A service with a fake clock in front of a stand-in, its events collected, without limits unless asked for. */
export function createTestService(options: Partial<TokenServiceOptions> = {}) {
  const clock = createFakeClock()
  const coze = createStandInCoze()
  const events: ServiceEvent[] = []
  const service = createTokenService({
    ...REQUIRED_OPTIONS,
    tenant: 'bot1',
    limits: { address: false, session: false, issue: false },
    fetch: coze.fetch,
    clock,
    onEvent: (event) => events.push(event),
    ...options,
  })
  return { service, clock, coze, events, ask: asker(service) }
}

export interface AskOptions {
  body?: unknown
  headers?: Record<string, string>
  query?: string
  method?: string
  remoteAddress?: string
  signal?: AbortSignal
}

export function tokenRequest({
  body = {},
  headers = {},
  query = '',
  method = 'POST',
  signal,
}: AskOptions = {}): Request {
  const hasBody = method !== 'GET' && method !== 'HEAD'
  return new Request(TOKEN_URL + query, {
    method,
    headers: { origin: ORIGIN, 'content-type': 'application/json', 'x-chat-token': '1', ...headers },
    ...(hasBody && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  })
}

/** Asks for a token and reads the answer. */
export function asker(service: TokenService) {
  return async (options: AskOptions = {}) => {
    const response = await service.fetch(tokenRequest(options), {
      remoteAddress: options.remoteAddress ?? '203.0.113.7',
    })
    const text = await response.text()
    const json: unknown = text === '' ? undefined : JSON.parse(text)
    return { status: response.status, headers: response.headers, json, token: json as TokenAnswer }
  }
}
