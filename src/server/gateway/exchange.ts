import type { Clock } from '../../platform/clock.ts'
import { readText } from '../body.ts'
import type { Call } from '../call.ts'
import { cleanText } from '../events.ts'
import type { Principal } from '../principal-desk.ts'
import { ServiceFault } from '../service-fault.ts'
import { createEventDataReader, type EventData } from './event-data.ts'
import { createEventFilter } from './event-filter.ts'
import { createFlow, type Flow } from './flow.ts'
import { REFUSED, refuse, VendorRefusal } from './refusal.ts'
import type { GatewayRoute } from './routes.ts'
import type { OpenAnswer, Upstream, UpstreamRequest } from './upstream.ts'

/** What came back from Coze, looked at but not yet cut down. */
export type Exchanged =
  | { kind: 'json'; body: Readonly<Record<string, unknown>>; logId: string }
  | { kind: 'events'; flow: Flow; first: EventData | undefined; logId: string }
  | { kind: 'sound'; flow: Flow; contentType: string; logId: string }

export interface Exchange {
  /** @throws VendorRefusal what upstream refused @throws ServiceFault what went wrong on the way */
  run(
    request: UpstreamRequest,
    context: {
      route: GatewayRoute
      principal: Principal
      call: Call
      /** Whether the request may be sent again with another token. */
      replayable: boolean
    },
  ): Promise<Exchanged>
}

/** Upstream's token for a principal; `renew` after it was rejected. */
export type TokenOf = (principal: Principal, call: Call, options: { renew: boolean }) => Promise<string>

const MAX_JSON_BYTES = 8 * 1024 * 1024
const BODY_LIMIT_MS = 15_000
/** How far into a stream the ids of its turn may be. */
const MAX_HEAD_BYTES = 65_536
const AUTHENTICATION_CODES = ['401', '4100', '700012006']
/** Nothing here, or not yours. Studio has numbers of its own. */
const MISSING_CODES = new Map([
  ...([REFUSED.chat, REFUSED.conversation, REFUSED.message, REFUSED.notFound].map((code) => [code, code]) as [
    number,
    number,
  ][]),
  [103200003, REFUSED.chat],
  [103000002, REFUSED.notFound],
  [103200001, REFUSED.message],
])

const rejected = Symbol('the token was rejected')

/** Calls upstream with a token; once more with another one while nothing of the answer has been passed on. */
export function createExchange(options: { upstream: Upstream; tokenOf: TokenOf; clock: Clock }): Exchange {
  const { upstream, tokenOf, clock } = options

  async function attempt(
    request: UpstreamRequest,
    token: string,
    { route, call }: Parameters<Exchange['run']>[1],
  ): Promise<Exchanged | typeof rejected> {
    const answer = await upstream.open(request, token, call.signal)
    const { response } = answer
    const contentType = response.headers.get('content-type') ?? ''
    const logId = cleanText(response.headers.get('x-tt-logid') ?? '')
    if (response.ok && route.flows === 'events' && /^text\/event-stream/i.test(contentType)) {
      const flow = createFlow(answer, { filter: createEventFilter(), clock })
      const first = await readHead(flow)
      if (!isAuthentication(first?.data['code'])) return { kind: 'events', flow, first, logId }
      flow.close()
      return rejected
    }
    if (response.ok && route.flows === 'sound' && /^(?:audio\/|application\/octet-stream)/i.test(contentType)) {
      return { kind: 'sound', flow: createFlow(answer, { clock }), contentType, logId }
    }
    const body = await readJson(answer, clock)
    if (response.status === 401 || isAuthentication(body?.['code'])) return rejected
    if (body === undefined) throw faultOf(response)
    const { code } = body
    if (Number(code) !== 0 || !response.ok) throw refusalOf(route, response, body, logId)
    return { kind: 'json', body, logId: logId || logIdIn(body) }
  }

  return {
    async run(request, context) {
      const { principal, call, replayable } = context
      const token = await tokenOf(principal, call, { renew: false })
      const answer = await attempt(request, token, context)
      if (answer !== rejected) return answer
      const renewed = await tokenOf(principal, call, { renew: true })
      // A file has been sent by now: its sender is told to come again, and finds the new token here.
      if (!replayable) throw new VendorRefusal(REFUSED.authentication, { status: 401 })
      const second = renewed === token ? rejected : await attempt(request, renewed, context)
      if (second === rejected) throw new ServiceFault('upstream_unavailable', { retryAfterSeconds: 5 })
      return second
    },
  }
}

/** The first event that says of which turn it is, or why there is none; read before anything is passed on. */
async function readHead(flow: Flow): Promise<EventData | undefined> {
  const reader = createEventDataReader()
  let first: EventData | undefined
  let size = 0
  try {
    await flow.peek((piece) => {
      first = reader.push(piece).find(({ data }) => 'conversation_id' in data || 'code' in data)
      size += piece.length
      return first !== undefined || size > MAX_HEAD_BYTES
    })
    if (first !== undefined || size <= MAX_HEAD_BYTES) return first
    // Whose turn it is cannot be known, so it goes to nobody.
    flow.close()
  } catch {
    // As without an answer.
  }
  throw new ServiceFault('upstream_unavailable', { retryAfterSeconds: 2 })
}

async function readJson(answer: OpenAnswer, clock: Clock): Promise<Record<string, unknown> | undefined> {
  const text = await readText(answer.response.body, { maxBytes: MAX_JSON_BYTES, timeoutMs: BODY_LIMIT_MS, clock })
  answer.close()
  if ('failure' in text) return undefined
  try {
    const value: unknown = JSON.parse(text.text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function isAuthentication(code: unknown): boolean {
  return AUTHENTICATION_CODES.includes(String(code))
}

function faultOf({ status, headers }: Response): ServiceFault {
  if (status === 404) return new ServiceFault('not_found')
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  const retryAfterSeconds = seconds >= 1 ? Math.min(Math.ceil(seconds), 300) : 2
  return new ServiceFault(status === 429 ? 'rate_limited' : 'upstream_unavailable', { retryAfterSeconds })
}

function refusalOf(
  route: GatewayRoute,
  { status, headers }: Response,
  body: Readonly<Record<string, unknown>>,
  logId: string,
): VendorRefusal | ServiceFault {
  const code = String(body['code'])
  if (!/^\d{1,12}$/.test(code) || code === '0') return faultOf(new Response(null, { status, headers }))
  const missing = MISSING_CODES.get(Number(code))
  // Word for word what somebody else's id is answered with.
  if (missing !== undefined)
    return refuse(missing === REFUSED.notFound ? (route.missing?.conversation ?? missing) : missing)
  return new VendorRefusal(typeof body['code'] === 'string' ? code : Number(code), {
    status: status >= 400 ? status : 200,
    logId: logId || logIdIn(body),
    retryAfter: headers.get('retry-after'),
  })
}

function logIdIn({ detail }: Readonly<Record<string, unknown>>): string {
  const logId = (detail as { logid?: unknown } | null | undefined)?.logid
  return typeof logId === 'string' ? cleanText(logId) : ''
}
