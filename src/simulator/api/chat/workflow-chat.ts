/** `/v1/workflows/chat`: asks a chatflow; always a stream (docs/coze.md 4.6). */

import type { Hono } from 'hono'
import * as v from 'valibot'
import { VENDOR_CODES } from '../../../coze/vendor-codes.ts'
import { createEventStream } from '../../stream/event-stream.ts'
import { DEFAULT_CONNECTOR } from '../../world/catalogue.ts'
import { failureText } from '../../world/failure-texts.ts'
import type { Simulation } from '../../world/simulation.ts'
import type { Conversation } from '../../world/store.ts'
import { authorize, type Caller, ownConversation } from '../call/authorize.ts'
import type { SimulatorContext, SimulatorEnv } from '../call/context.ts'
import { ApiFailure } from '../call/envelope.ts'
import { publishedApp, publishedBot } from '../call/publication.ts'
import { optionalText, readBody } from '../call/request-body.ts'
import { DEFAULT_NAME, namedConversation } from '../conversation/conversations.ts'
import { checkLastIsUser, sentMessage } from '../conversation/sent-message.ts'
import { checkSessionName, eventStreamResponse, startChat } from './start-chat.ts'

const MAX_MESSAGES = 50
/** The code for a conversation name that does not exist. */
const UNKNOWN_NAME = VENDOR_CODES.unknownConversationName.number

const schema = v.object({
  workflow_id: v.pipe(v.string(), v.nonEmpty()),
  additional_messages: v.pipe(v.array(sentMessage), v.nonEmpty()),
  parameters: v.optional(v.record(v.string(), v.unknown()), {}),
  app_id: optionalText,
  bot_id: optionalText,
  conversation_id: optionalText,
  ext: v.optional(v.record(v.string(), v.string()), {}),
  connector_id: optionalText,
  session_name: optionalText,
})

export function addWorkflowChat(app: Hono<SimulatorEnv>, simulation: Simulation): void {
  app.post('/v1/workflows/chat', async (c) => {
    const caller = authorize(c, simulation, 'run')
    const body = await readBody(c, schema)
    checkSessionName(simulation, body.session_name)
    checkLastIsUser(body.additional_messages, MAX_MESSAGES)
    if (body.additional_messages.some((message) => (message.content_type ?? 'text') !== 'text')) {
      throw new ApiFailure('badParameter', 'A chatflow takes text messages only')
    }
    if ((body.app_id === undefined) === (body.bot_id === undefined)) {
      throw new ApiFailure('badParameter', 'Exactly one of app_id and bot_id is needed')
    }
    const connectorId = body.connector_id ?? DEFAULT_CONNECTOR
    const flow = [...simulation.apps.values()].find(({ workflowId }) => workflowId === body.workflow_id)
    if (flow === undefined || (body.app_id !== undefined && body.app_id !== flow.id)) throw new ApiFailure('notFound')
    publishedApp(simulation, flow.id, connectorId)
    if (body.bot_id !== undefined) publishedBot(simulation, caller, body.bot_id, connectorId)

    const { CONVERSATION_NAME: wanted } = body.parameters
    const place = { appId: body.app_id, botId: body.bot_id, connectorId, userId: body.ext['user_id'] }
    const conversation = findConversation(simulation, caller, place, body.conversation_id, wanted)
    const isStudio = simulation.knobs.flavour === 'studio'
    if (conversation === 'unknown name' && !isStudio) return unknownName(c, simulation)
    return startChat(c, simulation, caller, {
      kind: 'chatflow',
      botId: body.bot_id ?? flow.botId,
      connectorId,
      userId: place.userId ?? '',
      // Studio makes a conversation of whatever name a chat asks for.
      conversation: conversation === 'unknown name' ? undefined : conversation,
      place: { ...place, name: body.app_id === undefined ? '' : nameOf(wanted) },
      messages: body.additional_messages,
      metaData: {},
      parameters: body.parameters,
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

/** By id, else by name, else the app's conversation named `Default`; undefined: a new one. */
function findConversation(
  simulation: Simulation,
  caller: Caller,
  { appId, connectorId }: Place,
  id: string | undefined,
  wanted: unknown,
): Conversation | undefined | 'unknown name' {
  if (id !== undefined) {
    const conversation = ownConversation(simulation, caller, id, 'invalidConversation')
    if (conversation.connectorId !== connectorId) throw new ApiFailure('invalidConversation')
    return conversation
  }
  if (appId === undefined) return undefined
  const name = nameOf(wanted)
  const conversation = namedConversation(simulation, caller, appId, connectorId, name)
  return conversation === undefined && name !== DEFAULT_NAME ? 'unknown name' : conversation
}

function nameOf(wanted: unknown): string {
  return typeof wanted === 'string' && wanted !== '' ? wanted : DEFAULT_NAME
}

/** A stream that fails with a code spelled as a string, as the vendor documents it for this one failure. */
function unknownName(c: SimulatorContext, simulation: Simulation): Response {
  const { body, sink } = createEventStream(simulation.knobs, 'chatflow')
  sink.event('conversation.chat.failed', { code: String(UNKNOWN_NAME), msg: failureText(UNKNOWN_NAME) })
  sink.end()
  return eventStreamResponse(c, body)
}
