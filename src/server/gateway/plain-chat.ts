/**
 * `POST /chat`: one message in, one answer out, for pages that need no more. It is the route that Coze's
 * guide to the isolation of sessions proposes (`docs/coze.md`).
 */
import { isRecord } from '../../platform/is-record.ts'
import { IDENTITY_FIELDS } from '../../protocol/token-endpoint.ts'
import { ServiceError } from '../http/service-error.ts'
import type { ServiceRequest } from '../http/service-request.ts'
import type { ServiceResponse } from '../http/service-response.ts'
import type { AuthenticatedVisitor } from '../identity/authenticated-visitor.ts'
import type { ResolvedGatewayOptions } from './gateway-options.ts'
import type { BackpressuredStream } from './response/backpressured-stream.ts'
import { UNKNOWN_FAILURE, VendorRefusal } from './response/refusal.ts'
import type { UpstreamResponse } from './response/upstream-response.ts'
import { CHAT_FAILED, ERROR, MESSAGE_COMPLETED, type VisibleEvent } from './response/visible-event.ts'
import { eventResponse } from './response/visible-response.ts'
import { wireResponse } from './response/wire-responses.ts'
import { routeNamed } from './route-matching.ts'
import type { RunRoute } from './run-route.ts'
import { upstreamUnavailable } from './upstream/upstream-failure.ts'

export interface PlainQuestion {
  message: string
  conversationId: string | undefined
  /** Whether the events are passed on, in place of `PlainAnswer` at the end. */
  stream: boolean
}

/** The body of the response. */
interface PlainAnswer {
  answer: string
  conversation_id: string
  follow_ups: string[]
}

/** Characters of all messages of a turn, its pieces included. */
const MAX_ANSWER_LENGTH = 8 * 1024 * 1024
const FIELDS = ['message', 'conversation_id', 'stream']
const IDENTITY = IDENTITY_FIELDS.map((name) => name.toLowerCase())

/**
 * Reads the body: `{ message, conversation_id?, stream? }`.
 * @throws ServiceError `identity_in_body` for a field that names the visitor, `bad_request` for any other field or type
 */
export function readPlainQuestion(json: unknown): PlainQuestion {
  if (!isRecord(json)) throw new ServiceError('bad_request')
  for (const name of Object.keys(json)) {
    if (IDENTITY.includes(name.toLowerCase())) throw new ServiceError('identity_in_body')
    if (!FIELDS.includes(name)) throw new ServiceError('bad_request')
  }
  const { message, conversation_id: conversationId, stream = false } = json
  if (
    typeof message !== 'string' ||
    message.trim() === '' ||
    typeof stream !== 'boolean' ||
    (conversationId !== undefined && conversationId !== null && typeof conversationId !== 'string')
  ) {
    throw new ServiceError('bad_request')
  }
  return { message, conversationId: conversationId || undefined, stream }
}

export type AnswerPlainQuestion = (
  question: PlainQuestion,
  visitor: AuthenticatedVisitor,
  request: ServiceRequest,
) => Promise<ServiceResponse>

/** Asks the first of the service's agents and chatflows. */
export function createPlainChat(options: {
  runRoute: RunRoute
  targets: ResolvedGatewayOptions['targets']
}): AnswerPlainQuestion {
  const { runRoute, targets } = options
  const [target] = targets

  async function ask(
    { message, conversationId }: PlainQuestion,
    visitor: AuthenticatedVisitor,
    request: ServiceRequest,
  ): Promise<UpstreamResponse> {
    const messages = [{ role: 'user', type: 'question', content: message, content_type: 'text' }]
    if (typeof target === 'string') {
      const search = conversationId === undefined ? '' : `?conversation_id=${encodeURIComponent(conversationId)}`
      const json = { bot_id: target, stream: true, additional_messages: messages }
      return runRoute(routeNamed('chat'), { search, json }, visitor, request)
    }
    const json = {
      app_id: target.appId,
      workflow_id: target.workflowId,
      conversation_id: conversationId,
      additional_messages: messages,
      parameters: { USER_INPUT: message },
    }
    return runRoute(routeNamed('workflow_chat'), { json }, visitor, request)
  }

  return async (question, visitor, request) => {
    const response = await ask(question, visitor, request)
    if (response.kind !== 'events') throw upstreamUnavailable()
    if (question.stream) return eventResponse(response, request)
    const { stream, logId } = response
    return wireResponse(200, await readAnswer(stream, logId), logId)
  }
}

/**
 * The answer of a turn, from its stream of events.
 * @throws VendorRefusal when the turn failed @throws ServiceError `upstream_unavailable` when the stream broke off
 */
async function readAnswer(stream: BackpressuredStream<VisibleEvent>, logId: string): Promise<PlainAnswer> {
  const texts: string[] = []
  const followUps: string[] = []
  let conversationId = ''
  let size = 0
  for (;;) {
    const events = await stream.next().catch(() => {
      throw upstreamUnavailable()
    })
    if (events === undefined) break
    for (const { name, data } of events) {
      if (typeof data === 'string') continue
      const { conversation_id: conversation, type, content = '' } = data
      if (conversation !== undefined) conversationId = String(conversation)
      if (name === ERROR || name === CHAT_FAILED) {
        stream.close()
        throw new VendorRefusal(failureCodeOf(data), { status: 502, logId })
      }
      size += String(content).length
      if (size > MAX_ANSWER_LENGTH) {
        stream.close()
        throw upstreamUnavailable()
      }
      if (name !== MESSAGE_COMPLETED) continue
      if (type === 'answer') texts.push(String(content))
      if (type === 'follow_up') followUps.push(String(content))
    }
  }
  return { answer: texts.join('\n\n'), conversation_id: conversationId, follow_ups: followUps }
}

/** Coze's code for why a turn failed. */
function failureCodeOf(data: Readonly<Record<string, unknown>>): number | string {
  const { code } = (data['last_error'] as { code?: unknown } | undefined) ?? data
  return typeof code === 'number' || typeof code === 'string' ? code : UNKNOWN_FAILURE
}
