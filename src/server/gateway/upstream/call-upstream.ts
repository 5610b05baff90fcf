import { meansTokenRefused } from '../../../coze/vendor-codes.ts'
import type { Clock } from '../../../platform/clock.ts'
import { readText } from '../../http/body.ts'
import { ServiceError } from '../../http/service-error.ts'
import type { ServiceRequest } from '../../http/service-request.ts'
import type { AuthenticatedVisitor } from '../../identity/authenticated-visitor.ts'
import { fieldsOf, parseJsonObject, textOrNumberOf } from '../lossless-json.ts'
import type { CheckedRequest } from '../request/forced-fields.ts'
import type { UploadBody } from '../request/upload-body.ts'
import { createBackpressuredStream, rawBytes } from '../response/backpressured-stream.ts'
import { createEventReader } from '../response/event-reader.ts'
import type { StreamSource } from '../response/piece-source.ts'
import { REFUSED, VendorRefusal } from '../response/refusal.ts'
import { cozeBodyOf } from '../response/studio-body.ts'
import type { UpstreamResponse } from '../response/upstream-response.ts'
import { ERROR } from '../response/visible-event.ts'
import type { GatewayRoute } from '../routes.ts'
import { readTurnHead } from './turn-head.ts'
import type { OpenResponse, UpstreamClient, UpstreamRequest } from './upstream-client.ts'
import { errorFromBody, errorFromStatus, logIdOf } from './upstream-failure.ts'
import { buildUpstreamRequest } from './upstream-request.ts'

/** Coze's token for a visitor's session; with `renew` another one than before. */
export type AccessTokenFor = (
  visitor: AuthenticatedVisitor,
  request: ServiceRequest,
  options: { renew: boolean },
) => Promise<string>

export interface CallContext {
  readonly visitor: AuthenticatedVisitor
  /** The browser's request. */
  readonly request: ServiceRequest
  /** The body of an upload; it can be sent only once. */
  readonly upload?: UploadBody
}

/**
 * Sends a request to Coze with the visitor's token. When Coze does not accept the token, sends it once more with a new one;
 * nothing of the first response has reached the visitor by then.
 * @throws VendorRefusal what Coze has refused, or 4100 for an upload that had a rejected token
 * @throws ServiceError for failures on the way
 */
export type CallUpstream = (checked: CheckedRequest, context: CallContext) => Promise<UpstreamResponse>

const MAX_JSON_BYTES = 8 * 1024 * 1024
const BODY_LIMIT_MS = 15_000

/** In place of a response: another token may do. */
const TOKEN_REJECTED = Symbol('Coze did not accept the token')

export function createCallUpstream(options: {
  client: UpstreamClient
  accessTokenFor: AccessTokenFor
  isStudio: boolean
  clock: Clock
}): CallUpstream {
  const { client, accessTokenFor, isStudio, clock } = options

  async function attempt(
    route: GatewayRoute,
    upstreamRequest: UpstreamRequest,
    token: string,
    signal: AbortSignal | undefined,
  ): Promise<UpstreamResponse | typeof TOKEN_REJECTED> {
    const open = await client.open(upstreamRequest, token, signal)
    const { ok, headers } = open.response
    const contentType = headers.get('content-type') ?? ''
    if (ok && route.streams === 'events' && /^text\/event-stream/i.test(contentType)) return readTurn(route, open)
    if (ok && route.streams === 'sound' && /^(?:audio\/|application\/octet-stream)/i.test(contentType)) {
      const stream = createBackpressuredStream(sourceOf(open), { reader: rawBytes, clock })
      return { kind: 'sound', stream, contentType, logId: logIdOf(headers) }
    }
    return readJson(route, open)
  }

  async function readTurn(route: GatewayRoute, open: OpenResponse): Promise<UpstreamResponse | typeof TOKEN_REJECTED> {
    const { response } = open
    const readFailure = isStudio ? (data: string) => cozeBodyOf(route, parseJsonObject(data), data) : undefined
    const stream = createBackpressuredStream(sourceOf(open), { reader: createEventReader(readFailure), clock })
    const first = await readTurnHead(stream)
    const head = fieldsOf(first?.data)
    // Studio tells in an event what Coze tells in JSON.
    if (isStudio && first?.name === ERROR) {
      stream.close()
      throw errorFromBody(route, response, head ?? {}, clock.now())
    }
    if (!meansTokenRefused(textOrNumberOf(head?.['code'])))
      return { kind: 'events', stream, first, logId: logIdOf(response.headers) }
    stream.close()
    return TOKEN_REJECTED
  }

  async function readJson(route: GatewayRoute, open: OpenResponse): Promise<UpstreamResponse | typeof TOKEN_REJECTED> {
    const { response } = open
    const text = await readBody(open, clock)
    const json = text === undefined ? undefined : parseJsonObject(text)
    const body = isStudio ? cozeBodyOf(route, json, text ?? '') : json
    // As text, because a number may be one that no double holds.
    const code = textOrNumberOf(body?.['code'])
    if (response.status === 401 || meansTokenRefused(code)) return TOKEN_REJECTED
    if (body === undefined) throw errorFromStatus(response, clock.now())
    if (code !== '0' || !response.ok) throw errorFromBody(route, response, body, clock.now())
    return { kind: 'json', body, logId: logIdOf(response.headers, body) }
  }

  return async (checked, { visitor, request, upload }) => {
    const upstreamRequest = buildUpstreamRequest(checked, request, upload)
    const attemptWith = (token: string) => attempt(checked.route, upstreamRequest, token, request.signal)
    const token = await accessTokenFor(visitor, request, { renew: false })
    const first = await attemptWith(token)
    if (first !== TOKEN_REJECTED) return first
    const renewed = await accessTokenFor(visitor, request, { renew: true })
    // An upload has been read by now. The browser sends it again on this refusal, and finds the new token in the cache.
    if (upload !== undefined) throw new VendorRefusal(REFUSED.authentication, { status: 401 })
    const second = renewed === token ? TOKEN_REJECTED : await attemptWith(renewed)
    if (second === TOKEN_REJECTED) throw new ServiceError('upstream_unavailable', { retryAfterSeconds: 5 })
    return second
  }
}

function sourceOf({ response, signal, close }: OpenResponse): StreamSource {
  return { body: response.body, signal, close }
}

/** A response's body; `undefined` where it is too large or too slow. */
async function readBody({ response, close }: OpenResponse, clock: Clock): Promise<string | undefined> {
  const body = await readText(response.body, { maxBytes: MAX_JSON_BYTES, timeoutMs: BODY_LIMIT_MS, clock })
  close()
  return 'failure' in body ? undefined : body.text
}
