/** `/v3/chat` and what follows a chat: retrieve, its messages, cancel, outputs of the page's functions. */
import type { Hono } from 'hono'
import * as v from 'valibot'
import type { WireAdditionalMessage } from '../coze/wire.ts'
import { decideAfterTools } from './agent.ts'
import { authorize, type Caller, ownConversation } from './authorize.ts'
import { ApiFailure, check, checkMetaData, metaData, ok, optionalText, readBody } from './replies.ts'
import type { Simulation, SimulatorContext, SimulatorEnv } from './simulation.ts'
import { carryOut, startChat } from './start-chat.ts'
import type { Chat } from './store.ts'
import { wireChat } from './wire-values.ts'
import { DEFAULT_CONNECTOR, type SimulatedBot } from './world.ts'

const MAX_MESSAGES = 100

export const additionalMessage = v.pipe(
  v.object({
    role: v.picklist(['user', 'assistant']),
    type: v.optional(
      v.picklist(['question', 'answer', 'function_call', 'tool_output', 'tool_response', 'follow_up', 'verbose', '']),
    ),
    content: v.string(),
    content_type: v.optional(v.picklist(['text', 'object_string', 'card'])),
    meta_data: v.optional(v.record(v.string(), v.string())),
  }),
  v.transform(
    ({ type, content_type, meta_data, ...rest }): WireAdditionalMessage => ({
      ...rest,
      ...(type !== undefined && { type }),
      ...(content_type !== undefined && { content_type }),
      ...(meta_data !== undefined && { meta_data }),
    }),
  ),
)

const chatSchema = v.object({
  bot_id: v.pipe(v.string(), v.nonEmpty()),
  user_id: v.pipe(v.string(), v.nonEmpty()),
  stream: v.optional(v.boolean(), false),
  additional_messages: v.optional(v.array(additionalMessage), []),
  auto_save_history: v.optional(v.boolean(), true),
  meta_data: metaData,
  connector_id: optionalText,
  publish_status: v.optional(v.string()),
  bot_version: optionalText,
  session_name: v.optional(v.string()),
})

const toolOutputsSchema = v.object({
  tool_outputs: v.pipe(v.array(v.object({ tool_call_id: v.string(), output: v.string() })), v.nonEmpty()),
  stream: v.optional(v.boolean(), false),
})

export function addChats(app: Hono<SimulatorEnv>, simulation: Simulation): void {
  app.post('/v3/chat', async (c) => {
    const caller = authorize(c, simulation, 'chat')
    const body = await readBody(c, chatSchema)
    checkSessionName(simulation, body.session_name)
    checkLastIsUser(body.additional_messages, MAX_MESSAGES)
    if (simulation.knobs.flavour === 'studio' && body.additional_messages.length === 0) {
      throw new ApiFailure(4000, 'additional_messages is required')
    }
    if (!body.stream && !body.auto_save_history) throw new ApiFailure(4007)
    if (body.publish_status === 'unpublished_draft' && body.bot_version !== undefined) throw new ApiFailure(4000)
    const connectorId = body.connector_id ?? DEFAULT_CONNECTOR
    const bot = publishedBot(simulation, caller, body.bot_id, connectorId)
    const conversationId = c.req.query('conversation_id') || undefined
    const conversation =
      conversationId === undefined ? undefined : ownConversation(simulation, caller, conversationId, 4002)
    return startChat(c, simulation, caller, {
      kind: 'agent',
      botId: bot.id,
      connectorId,
      userId: body.user_id,
      conversation,
      createConversation: () =>
        simulation.store.addConversation({
          id: simulation.nextId(),
          owner: caller.owner,
          uid: caller.uid,
          sessionName: caller.sessionName,
          botId: bot.id,
          appId: undefined,
          connectorId,
          userId: body.user_id,
          name: '',
          metaData: {},
          createdAt: simulation.nowSeconds(),
        }),
      messages: body.additional_messages,
      metaData: checkMetaData(body.meta_data),
      saves: body.auto_save_history,
      stream: body.stream,
    })
  })

  // The vendor documents GET, its own clients POST.
  app.on(['GET', 'POST'], '/v3/chat/retrieve', (c) => {
    const caller = authorize(c, simulation, 'getChat')
    return ok(c, wireChat(ownChat(simulation, caller, c.req.query('conversation_id'), c.req.query('chat_id'))))
  })

  app.on(['GET', 'POST'], '/v3/chat/message/list', (c) => {
    const caller = authorize(c, simulation, 'getChat')
    const chat = ownChat(simulation, caller, c.req.query('conversation_id'), c.req.query('chat_id'))
    return ok(c, chat.messages)
  })

  app.post('/v3/chat/cancel', async (c) => {
    const caller = authorize(c, simulation, 'cancelChat')
    const body = await readBody(c, v.object({ conversation_id: v.string(), chat_id: v.string() }))
    const chat = ownChat(simulation, caller, body.conversation_id, body.chat_id)
    if (chat.status !== 'created' && chat.status !== 'in_progress') throw new ApiFailure(4104)
    cancel(simulation, chat)
    return ok(c, wireChat(chat))
  })

  app.post('/v3/chat/submit_tool_outputs', (c) => submitToolOutputs(c, simulation))
}

async function submitToolOutputs(c: SimulatorContext, simulation: Simulation): Promise<Response> {
  const caller = authorize(c, simulation, 'submitToolChat')
  const body = await readBody(c, toolOutputsSchema)
  const chat = ownChat(simulation, caller, c.req.query('conversation_id'), c.req.query('chat_id'))
  if (!chat.saves) throw new ApiFailure(5000)
  if (chat.status !== 'requires_action') throw new ApiFailure(4000, 'The chat does not wait for tool outputs')
  if (chat.conversation.running !== undefined) throw new ApiFailure(4016)
  const outputs = chat.toolCalls.map((call) => {
    const given = body.tool_outputs.find((output) => output.tool_call_id === call.id)
    if (given === undefined) throw new ApiFailure(4000, `No output for tool_call_id ${call.id}`)
    return given.output
  })
  chat.toolCalls = []
  chat.status = 'in_progress'
  const plan = decideAfterTools(outputs, chat.language)
  plan.steps.unshift(...outputs.map((output) => ({ type: 'tool-response' as const, output })))
  return carryOut(c, simulation, caller, { chat, plan, stream: body.stream })
}

/** The stream flows on by default; what was said so far is what history keeps. */
function cancel(simulation: Simulation, chat: Chat): void {
  const { speaking, conversation } = chat
  if (speaking !== undefined && speaking.content !== '') {
    const partial = { ...speaking }
    chat.messages.push(partial)
    if (chat.saves) simulation.store.addMessage(conversation, partial)
  }
  chat.status = 'canceled'
  if (conversation.running === chat) conversation.running = undefined
}

/** @throws ApiFailure 4002 for the conversation, 4001 for the chat */
function ownChat(
  simulation: Simulation,
  caller: Caller,
  conversationId: string | undefined,
  chatId: string | undefined,
): Chat {
  const chat = ownConversation(simulation, caller, conversationId, 4002).chats.get(chatId ?? '')
  if (chat === undefined) throw new ApiFailure(simulation.knobs.foreignCode ?? 4001)
  return chat
}

/** @throws ApiFailure 4006, 4101 or 4015 */
export function publishedBot(simulation: Simulation, caller: Caller, botId: string, connectorId: string): SimulatedBot {
  const bot = simulation.bots.get(botId)
  if (bot === undefined) throw new ApiFailure(4006)
  if (caller.botIds !== undefined && !caller.botIds.includes(botId)) throw new ApiFailure(4101)
  if (!bot.publishedTo.includes(connectorId)) throw new ApiFailure(4015)
  return bot
}

/** @throws ApiFailure 4000 while the knob `requireSessionNameInBody` is on */
export function checkSessionName(simulation: Simulation, sessionName: string | undefined): void {
  if (simulation.knobs.requireSessionNameInBody && !sessionName) {
    throw new ApiFailure(4000, 'Invalid request parameters: session_name')
  }
}

/** @throws ApiFailure 4004 for too many, 4000 where the last one is not the visitor's */
export function checkLastIsUser(messages: readonly WireAdditionalMessage[], limit: number): void {
  if (messages.length > limit) throw new ApiFailure(4004)
  const last = messages.at(-1)
  if (last !== undefined) check(v.object({ role: v.literal('user') }), last)
}
