/** `POST /chat`: a message in, an answer out, for pages that want no more than that (the isolation guide's own call). */
import { IDENTITY_FIELDS } from '../../contract.ts'
import type { Answer } from '../answers.ts'
import type { Call } from '../call.ts'
import type { Principal } from '../principal-desk.ts'
import { ServiceFault } from '../service-fault.ts'
import { createEventDataReader, type EventData } from './event-data.ts'
import type { Exchanged } from './exchange.ts'
import type { GatewayTarget } from './gateway-options.ts'
import { VendorRefusal } from './refusal.ts'
import { type GatewayRoute, routeNamed } from './routes.ts'
import { flowAnswer, wireAnswer } from './wire-answers.ts'

/** A call of the table, checked and made for a visitor who is known by now. */
export type Perform = (
  route: GatewayRoute,
  call: { params?: Readonly<Record<string, string>>; search?: string; json?: unknown },
  principal: Principal,
  visit: Call,
) => Promise<Exchanged>

export interface PlainQuestion {
  message: string
  conversationId: string | undefined
  stream: boolean
}

export interface PlainChat {
  /** @throws ServiceFault `identity_in_body` or `bad_request` */
  read(json: unknown): PlainQuestion
  answer(question: PlainQuestion, principal: Principal, call: Call): Promise<Answer>
}

/** Of events; what is gathered of them is a fraction. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024
const FIELDS = ['message', 'conversation_id', 'stream']
const IDENTITY = IDENTITY_FIELDS.map((name) => name.toLowerCase())

/** Talks to the first of the service's agents or chatflows. */
export function createPlainChat(options: {
  perform: Perform
  targets: readonly GatewayTarget[]
  isStudio: boolean
}): PlainChat {
  const { perform, targets, isStudio } = options
  const [target = ''] = targets

  async function ask({ message, conversationId }: PlainQuestion, principal: Principal, call: Call): Promise<Exchanged> {
    const messages = [{ role: 'user', type: 'question', content: message, content_type: 'text' }]
    if (typeof target === 'string') {
      const search = conversationId === undefined ? '' : `?conversation_id=${encodeURIComponent(conversationId)}`
      const json = { bot_id: target, stream: true, additional_messages: messages }
      return perform(routeNamed('chat'), { search, json }, principal, call)
    }
    const flow = { app_id: target.appId, workflow_id: target.workflowId }
    const json = {
      ...flow,
      conversation_id: conversationId ?? (isStudio ? await ownConversation(flow, principal, call) : undefined),
      additional_messages: messages,
      parameters: { USER_INPUT: message },
    }
    return perform(routeNamed('workflow_chat'), { json }, principal, call)
  }

  /** Coze finds the visitor's conversation with a chatflow by itself; Studio knows no visitors. */
  async function ownConversation(flow: object, principal: Principal, call: Call): Promise<unknown> {
    const json = { ...flow, conversation_name: 'Default', get_or_create: true }
    const created = await perform(routeNamed('conversation_create'), { json }, principal, call)
    const data = created.kind === 'json' ? created.body['data'] : undefined
    return (data as { id?: unknown } | undefined)?.id
  }

  return {
    read(json) {
      if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new ServiceFault('bad_request')
      for (const name of Object.keys(json)) {
        if (IDENTITY.includes(name.toLowerCase())) throw new ServiceFault('identity_in_body')
        if (!FIELDS.includes(name)) throw new ServiceFault('bad_request')
      }
      const { message, conversation_id: conversationId, stream = false } = json as Record<string, unknown>
      if (
        typeof message !== 'string' ||
        message.trim() === '' ||
        typeof stream !== 'boolean' ||
        (conversationId !== undefined && conversationId !== null && typeof conversationId !== 'string')
      ) {
        throw new ServiceFault('bad_request')
      }
      return { message, conversationId: conversationId || undefined, stream }
    },

    async answer(question, principal, call) {
      const exchanged = await ask(question, principal, call)
      if (exchanged.kind !== 'events') throw new ServiceFault('upstream_unavailable', { retryAfterSeconds: 2 })
      const { flow, logId } = exchanged
      if (question.stream) return flowAnswer('text/event-stream; charset=utf-8', flow.body(), logId)
      return wireAnswer(200, await gather(flow.body(), logId), logId)
    },
  }
}

interface PlainAnswer {
  answer: string
  conversation_id: string
  follow_ups: string[]
}

/** @throws VendorRefusal where the agent failed @throws ServiceFault where the answer broke off */
async function gather(body: ReadableStream<Uint8Array>, logId: string): Promise<PlainAnswer> {
  const reader = body.getReader()
  const decoder = createEventDataReader()
  const answers: string[] = []
  const plain: PlainAnswer = { answer: '', conversation_id: '', follow_ups: [] }
  let size = 0
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new ServiceFault('upstream_unavailable', { retryAfterSeconds: 2 })
    })
    if (done) break
    size += value.length
    if (size > MAX_ANSWER_BYTES) {
      await reader.cancel()
      throw new ServiceFault('upstream_unavailable', { retryAfterSeconds: 2 })
    }
    for (const { event, data } of decoder.push(value)) {
      if (typeof data['conversation_id'] === 'string') plain.conversation_id = data['conversation_id']
      const failure = failureOf({ event, data })
      if (failure !== undefined) {
        await reader.cancel()
        throw new VendorRefusal(failure, { status: 502, logId })
      }
      if (event !== 'conversation.message.completed' || typeof data['content'] !== 'string') continue
      if (data['type'] === 'answer') answers.push(data['content'])
      if (data['type'] === 'follow_up') plain.follow_ups.push(data['content'])
    }
  }
  return { ...plain, answer: answers.join('\n\n') }
}

function failureOf({ event, data }: EventData): number | string | undefined {
  if (event !== 'error' && event !== 'conversation.chat.failed') return undefined
  const { code } = (data['last_error'] as { code?: unknown } | undefined) ?? data
  return typeof code === 'number' || typeof code === 'string' ? code : 5000
}
