/** `/v1/workflows/chat`: a chatflow, always streamed, its conversation in the body. */
import type { Hono } from 'hono'
import * as v from 'valibot'
import { publishedApp } from './agents.ts'
import { authorize, type Caller, ownConversation } from './authorize.ts'
import { additionalMessage, checkLastIsUser, checkSessionName, publishedBot } from './chats.ts'
import { namedConversation } from './conversations.ts'
import { createEventStream } from './event-stream.ts'
import { ApiFailure, failureText, optionalText, readBody } from './replies.ts'
import type { Simulation, SimulatorContext, SimulatorEnv } from './simulation.ts'
import { eventStreamResponse, startChat } from './start-chat.ts'
import type { Conversation } from './store.ts'
import { DEFAULT_CONNECTOR } from './world.ts'

const MAX_MESSAGES = 50
const DEFAULT_NAME = 'Default'
const UNKNOWN_NAME = 720_702_204

const schema = v.object({
  workflow_id: v.pipe(v.string(), v.nonEmpty()),
  additional_messages: v.pipe(v.array(additionalMessage), v.nonEmpty()),
  parameters: v.optional(v.nullable(v.record(v.string(), v.unknown())), {}),
  app_id: optionalText,
  bot_id: optionalText,
  conversation_id: optionalText,
  ext: v.optional(v.nullable(v.record(v.string(), v.string())), {}),
  connector_id: optionalText,
  session_name: v.optional(v.string()),
})

export function addWorkflowChat(app: Hono<SimulatorEnv>, simulation: Simulation): void {
  app.post('/v1/workflows/chat', async (c) => {
    const caller = authorize(c, simulation, 'run')
    const body = await readBody(c, schema)
    checkSessionName(simulation, body.session_name)
    checkLastIsUser(body.additional_messages, MAX_MESSAGES)
    if (body.additional_messages.some((message) => (message.content_type ?? 'text') !== 'text')) {
      throw new ApiFailure(4000, 'A chatflow takes text messages only')
    }
    if ((body.app_id === undefined) === (body.bot_id === undefined)) {
      throw new ApiFailure(4000, 'Exactly one of app_id and bot_id is needed')
    }
    const connectorId = body.connector_id ?? DEFAULT_CONNECTOR
    const flow = [...simulation.apps.values()].find(({ workflowId }) => workflowId === body.workflow_id)
    if (flow === undefined || (body.app_id !== undefined && body.app_id !== flow.id)) throw new ApiFailure(4200)
    publishedApp(simulation, flow.id, connectorId)
    if (body.bot_id !== undefined) publishedBot(simulation, caller, body.bot_id, connectorId)

    const { CONVERSATION_NAME: wanted } = body.parameters ?? {}
    const place = { appId: body.app_id, botId: body.bot_id, connectorId, userId: body.ext?.['user_id'] }
    const conversation = findConversation(simulation, caller, place, body.conversation_id, wanted)
    if (conversation === 'unknown name') return unknownName(c, simulation)
    return startChat(c, simulation, caller, {
      kind: 'chatflow',
      botId: body.bot_id ?? flow.botId,
      connectorId,
      userId: place.userId ?? '',
      conversation,
      createConversation: () =>
        simulation.store.addConversation({
          id: simulation.nextId(),
          owner: caller.owner,
          uid: caller.uid,
          sessionName: caller.sessionName,
          ...place,
          name: body.app_id === undefined ? '' : DEFAULT_NAME,
          metaData: {},
          createdAt: simulation.nowSeconds(),
        }),
      messages: body.additional_messages,
      metaData: {},
      saves: true,
      stream: true,
    })
  })
}

interface Place {
  appId: string | undefined
  botId: string | undefined
  connectorId: string
  userId: string | undefined
}

/** By id, else by name, else the app's own static conversation; undefined: a new one. */
function findConversation(
  simulation: Simulation,
  caller: Caller,
  { appId, connectorId }: Place,
  id: string | undefined,
  wanted: unknown,
): Conversation | undefined | 'unknown name' {
  if (id !== undefined) {
    const conversation = ownConversation(simulation, caller, id, 4002)
    if (conversation.connectorId !== connectorId) throw new ApiFailure(4002)
    return conversation
  }
  if (appId === undefined) return undefined
  const name = typeof wanted === 'string' && wanted !== '' ? wanted : DEFAULT_NAME
  const conversation = namedConversation(simulation, caller, appId, connectorId, name)
  return conversation === undefined && name !== DEFAULT_NAME ? 'unknown name' : conversation
}

/** The one failure whose code is a string on the wire by documentation. */
function unknownName(c: SimulatorContext, simulation: Simulation): Response {
  const { body, sink } = createEventStream(simulation.knobs, 'chatflow')
  sink.event('conversation.chat.failed', { code: String(UNKNOWN_NAME), msg: failureText(UNKNOWN_NAME) })
  sink.end()
  return eventStreamResponse(c, body)
}
