/** `/v1/conversation/message/…`, and the ratings of answers (docs/coze.md 4.4). */
import type { Hono } from 'hono'
import * as v from 'valibot'
import type {
  WireAdditionalMessage,
  WireMessage,
  WireMessagePage,
  WireModifiedMessage,
} from '../../../coze/wire/messages.ts'
import type { Simulation } from '../../world/simulation.ts'
import type { Conversation } from '../../world/store.ts'
import { authorize, ownConversation, type Permission } from '../call/authorize.ts'
import type { SimulatorContext, SimulatorEnv } from '../call/context.ts'
import { ApiFailure, dataReply, emptyReply } from '../call/envelope.ts'
import { checkMetaData, metaData, optionalText, readBody } from '../call/request-body.ts'
import { readQuestion, sentMessage } from './sent-message.ts'

const MAX_PAGE = 50

const cursor = v.pipe(
  optionalText,
  v.transform((id) => (id === '0' ? undefined : id)),
)

const listSchema = v.object({
  order: v.optional(v.picklist(['asc', 'desc', '']), 'desc'),
  chat_id: cursor,
  before_id: cursor,
  after_id: cursor,
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_PAGE)), MAX_PAGE),
  include_middle_message: v.optional(v.boolean(), false),
})

const modifySchema = v.object({
  content: v.optional(v.string()),
  content_type: v.optional(v.picklist(['text', 'object_string'])),
  meta_data: v.optional(metaData),
})

const feedbackSchema = v.object({
  feedback_type: v.picklist(['like', 'unlike']),
  reason_types: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(30))), v.maxLength(10)), []),
  comment: v.optional(v.pipe(v.string(), v.maxLength(250)), ''),
})

export function addMessages(app: Hono<SimulatorEnv>, simulation: Simulation): void {
  const open = (c: SimulatorContext, permission: Permission) => {
    const caller = authorize(c, simulation, permission)
    return { caller, conversation: ownConversation(simulation, caller, c.req.query('conversation_id'), 'notFound') }
  }

  app.post('/v1/conversation/message/create', async (c) => {
    const { caller, conversation } = open(c, 'createMessage')
    const message = await readBody(c, sentMessage)
    readQuestion(simulation, caller.uid, message)
    return dataReply(c, addMessage(simulation, conversation, message))
  })

  app.post('/v1/conversation/message/list', async (c) => {
    const { conversation } = open(c, 'listMessage')
    const query = await readBody(c, listSchema)
    return c.json({
      code: 0,
      msg: '',
      ...pageOf(conversation, query),
      detail: { logid: c.get('logId') },
    } satisfies WireMessagePage)
  })

  app.get('/v1/conversation/message/retrieve', (c) => {
    const { conversation } = open(c, 'retrieveMessage')
    return dataReply(c, ownMessage(conversation, c.req.query('message_id')))
  })

  app.post('/v1/conversation/message/modify', async (c) => {
    const { conversation } = open(c, 'modifyMessage')
    const message = ownMessage(conversation, c.req.query('message_id'))
    const changes = await readBody(c, modifySchema)
    if (changes.content !== undefined) message.content = changes.content
    if (changes.content_type !== undefined) message.content_type = changes.content_type
    if (changes.meta_data !== undefined) message.meta_data = checkMetaData(changes.meta_data)
    message.updated_at = simulation.nowSeconds()
    return c.json({ code: 0, msg: '', message, detail: { logid: c.get('logId') } } satisfies WireModifiedMessage)
  })

  app.post('/v1/conversation/message/delete', (c) => {
    const { conversation } = open(c, 'deleteMessage')
    const message = ownMessage(conversation, c.req.query('message_id'))
    const middleOfAnswer = (other: WireMessage) =>
      message.type === 'answer' && other.chat_id === message.chat_id && !isListed(other)
    conversation.messages = conversation.messages.filter((other) => other !== message && !middleOfAnswer(other))
    return dataReply(c, message)
  })

  const rated = (c: SimulatorContext) => {
    const caller = authorize(c, simulation, 'feedback')
    const conversation = ownConversation(simulation, caller, c.req.param('conversation'), 'notFound')
    const message = ownMessage(conversation, c.req.param('message'))
    if (message.type !== 'answer') throw new ApiFailure('badParameter', 'Only answers can be rated')
    return message
  }
  const feedbackPath = '/v1/conversations/:conversation/messages/:message/feedback'
  app.post(feedbackPath, async (c) => {
    const message = rated(c)
    const { feedback_type: type, reason_types: reasons, comment } = await readBody(c, feedbackSchema)
    simulation.store.feedback.set(message.id, { type, reasons, comment })
    return emptyReply(c)
  })
  app.delete(feedbackPath, (c) => {
    simulation.store.feedback.delete(rated(c).id)
    return emptyReply(c)
  })
}

export function addMessage(
  simulation: Simulation,
  conversation: Conversation,
  sent: WireAdditionalMessage,
): WireMessage {
  const now = simulation.nowSeconds()
  const message: WireMessage = {
    id: simulation.nextId(),
    conversation_id: conversation.id,
    bot_id: conversation.botId ?? '',
    chat_id: '',
    role: sent.role,
    type: sent.role === 'user' ? 'question' : 'answer',
    content: sent.content,
    content_type: sent.content_type ?? 'text',
    meta_data: checkMetaData(sent.meta_data ?? {}),
    created_at: now,
    updated_at: now,
    section_id: conversation.sectionId,
  }
  simulation.store.addMessage(conversation, message)
  return message
}

function pageOf(conversation: Conversation, query: v.InferOutput<typeof listSchema>) {
  const { order, chat_id: chatId, before_id: before, after_id: after, limit } = query
  const listed = conversation.messages.filter(
    (message) =>
      (query.include_middle_message || isListed(message)) && (chatId === undefined || message.chat_id === chatId),
  )
  if (order !== 'asc') listed.reverse()
  const positionOf = (id: string) => {
    const position = listed.findIndex((message) => message.id === id)
    if (position < 0) throw new ApiFailure('invalidMessage')
    return position
  }
  const from = after === undefined ? 0 : positionOf(after) + 1
  const to = before === undefined ? listed.length : positionOf(before)
  // With `before_id` alone the page ends right before that message; otherwise it begins at the start or after `after_id`.
  const isBackwards = before !== undefined && after === undefined
  const data = isBackwards
    ? listed.slice(Math.max(from, to - limit), to)
    : listed.slice(from, Math.min(to, from + limit))
  return {
    data,
    first_id: data[0]?.id ?? '0',
    last_id: data.at(-1)?.id ?? '0',
    has_more: to - from > limit,
  }
}

/** Whether a list shows it without `include_middle_message`. */
function isListed({ type }: WireMessage): boolean {
  return type === 'question' || type === 'answer'
}

/** @throws ApiFailure 4005 */
function ownMessage(conversation: Conversation, id: string | undefined): WireMessage {
  const message = conversation.messages.find((candidate) => candidate.id === id)
  if (message === undefined) throw new ApiFailure('invalidMessage')
  return message
}
