/** `/v3/chat` and the calls about a chat: retrieve, its messages, cancel, results of the page's functions (docs/coze.md 4.5). */
import type { Hono } from 'hono'
import * as v from 'valibot'
import { decideAfterTools } from '../../agent/agent.ts'
import { DEFAULT_CONNECTOR } from '../../world/catalogue.ts'
import type { Simulation } from '../../world/simulation.ts'
import type { Chat } from '../../world/store.ts'
import { wireChat } from '../../world/wire-values.ts'
import { authorize, type Caller, ownConversation } from '../call/authorize.ts'
import type { SimulatorContext, SimulatorEnv } from '../call/context.ts'
import { ApiFailure, dataReply } from '../call/envelope.ts'
import { publishedBot } from '../call/publication.ts'
import { checkMetaData, metaData, optionalText, readBody } from '../call/request-body.ts'
import { checkLastIsUser, sentMessage } from '../conversation/sent-message.ts'
import { checkSessionName, runPlan, startChat } from './start-chat.ts'

const MAX_MESSAGES = 100

const chatSchema = v.object({
  bot_id: v.pipe(v.string(), v.nonEmpty()),
  user_id: v.pipe(v.string(), v.nonEmpty()),
  stream: v.optional(v.boolean()),
  additional_messages: v.optional(v.array(sentMessage), []),
  auto_save_history: v.optional(v.boolean(), true),
  meta_data: metaData,
  parameters: v.optional(v.record(v.string(), v.unknown()), {}),
  connector_id: optionalText,
  publish_status: optionalText,
  bot_version: optionalText,
  session_name: optionalText,
})

const toolOutputsSchema = v.object({
  tool_outputs: v.pipe(v.array(v.object({ tool_call_id: v.string(), output: v.string() })), v.nonEmpty()),
  stream: v.optional(v.boolean(), false),
})

export function addChats(app: Hono<SimulatorEnv>, simulation: Simulation): void {
  app.post('/v3/chat', async (c) => {
    const caller = authorize(c, simulation, 'chat')
    const body = await readBody(c, chatSchema)
    const isStudio = simulation.knobs.flavour === 'studio'
    const stream = body.stream ?? isStudio
    checkSessionName(simulation, body.session_name)
    checkLastIsUser(body.additional_messages, MAX_MESSAGES)
    if (isStudio && body.additional_messages.length === 0) {
      throw new ApiFailure('badParameter', 'additional_messages is required')
    }
    if (!stream && !body.auto_save_history) throw new ApiFailure('historyRequired')
    if (body.publish_status === 'unpublished_draft' && body.bot_version !== undefined)
      throw new ApiFailure('badParameter')
    const connectorId = body.connector_id ?? DEFAULT_CONNECTOR
    const bot = publishedBot(simulation, caller, body.bot_id, connectorId)
    const conversationId = c.req.query('conversation_id') || undefined
    // Studio begins another conversation where it does not know the id.
    const isNew =
      conversationId === undefined || (isStudio && simulation.store.conversation(conversationId) === undefined)
    const conversation = isNew ? undefined : ownConversation(simulation, caller, conversationId, 'invalidConversation')
    return startChat(c, simulation, caller, {
      kind: 'agent',
      botId: bot.id,
      connectorId,
      userId: body.user_id,
      conversation,
      place: { botId: bot.id, appId: undefined, connectorId, userId: body.user_id },
      messages: body.additional_messages,
      metaData: checkMetaData(body.meta_data),
      parameters: body.parameters,
      saves: body.auto_save_history,
      stream,
    })
  })

  // The vendor documents GET, its own clients send POST.
  app.on(['GET', 'POST'], '/v3/chat/retrieve', (c) => {
    const caller = authorize(c, simulation, 'getChat')
    return dataReply(c, wireChat(ownChat(simulation, caller, c.req.query('conversation_id'), c.req.query('chat_id'))))
  })

  app.on(['GET', 'POST'], '/v3/chat/message/list', (c) => {
    const caller = authorize(c, simulation, 'getChat')
    const chat = ownChat(simulation, caller, c.req.query('conversation_id'), c.req.query('chat_id'))
    // Studio lists the question too.
    const isStudio = simulation.knobs.flavour === 'studio'
    return dataReply(
      c,
      isStudio ? chat.conversation.messages.filter(({ chat_id }) => chat_id === chat.id) : chat.messages,
    )
  })

  app.post('/v3/chat/cancel', async (c) => {
    const caller = authorize(c, simulation, 'cancelChat')
    const body = await readBody(c, v.object({ conversation_id: v.string(), chat_id: v.string() }))
    const chat = ownChat(simulation, caller, body.conversation_id, body.chat_id)
    if (chat.status !== 'created' && chat.status !== 'in_progress') throw new ApiFailure('cannotCancel')
    if (simulation.knobs.flavour === 'coze') endCancelled(simulation, chat)
    chat.status = 'canceled'
    return dataReply(c, wireChat(chat))
  })

  app.post('/v3/chat/submit_tool_outputs', (c) => submitToolOutputs(c, simulation))
}

async function submitToolOutputs(c: SimulatorContext, simulation: Simulation): Promise<Response> {
  const caller = authorize(c, simulation, 'submitToolChat')
  const body = await readBody(c, toolOutputsSchema)
  const chat = ownChat(simulation, caller, c.req.query('conversation_id'), c.req.query('chat_id'))
  if (!chat.saves) throw new ApiFailure('internal')
  if (chat.status !== 'requires_action') throw new ApiFailure('badParameter', 'The chat does not wait for tool outputs')
  if (chat.conversation.running !== undefined) throw new ApiFailure('conversationOccupied')
  const outputs = chat.toolCalls.map((call) => {
    const given = body.tool_outputs.find((output) => output.tool_call_id === call.id)
    if (given === undefined) throw new ApiFailure('badParameter', `No output for tool_call_id ${call.id}`)
    return given.output
  })
  chat.toolCalls = []
  chat.status = 'in_progress'
  const plan = decideAfterTools(outputs, chat.language)
  plan.steps.unshift(...outputs.map((output) => ({ type: 'tool-response' as const, output })))
  return runPlan(c, simulation, caller, { chat, plan, stream: body.stream })
}

/** History keeps what was streamed so far. Whether the stream itself ends is up to the knob `cancel`. */
function endCancelled(simulation: Simulation, chat: Chat): void {
  const { speaking, conversation } = chat
  if (speaking !== undefined && speaking.content !== '') {
    const partial = { ...speaking }
    chat.messages.push(partial)
    if (chat.saves) simulation.store.addMessage(conversation, partial)
  }
  if (conversation.running === chat) conversation.running = undefined
}

/** @throws ApiFailure 4002 for the conversation, 4001 for the chat */
function ownChat(
  simulation: Simulation,
  caller: Caller,
  conversationId: string | undefined,
  chatId: string | undefined,
): Chat {
  const chat = ownConversation(simulation, caller, conversationId, 'invalidConversation').chats.get(chatId ?? '')
  if (chat === undefined) throw new ApiFailure(simulation.knobs.foreignCode ?? 'invalidChat')
  return chat
}
