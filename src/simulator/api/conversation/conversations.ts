/** `/v1/conversation…`: create, list, retrieve, rename, delete, clear (docs/coze.md 4.3). */
import type { Hono } from 'hono'
import * as v from 'valibot'
import { DEFAULT_CONNECTOR } from '../../world/catalogue.ts'
import type { Simulation } from '../../world/simulation.ts'
import type { Conversation } from '../../world/store.ts'
import { wireConversation } from '../../world/wire-values.ts'
import { authorize, type Caller, ownConversation } from '../call/authorize.ts'
import type { SimulatorContext, SimulatorEnv } from '../call/context.ts'
import { ApiFailure, dataReply, emptyReply } from '../call/envelope.ts'
import { check, checkMetaData, metaData, optionalText, readBody } from '../call/request-body.ts'
import { addMessage } from './messages.ts'
import { newConversation } from './new-conversation.ts'
import { sentMessage } from './sent-message.ts'

const MAX_NAME_LENGTH = 100
const MAX_FIRST_MESSAGES = 16
const MAX_PAGE_SIZE = 50
/** The API and the Chat SDK; no other channel can be listed. */
const LISTABLE_CONNECTORS = ['1024', '999']

/** Name of an app's conversation where a call names none. Studio's editor makes it with the app. */
export const DEFAULT_NAME = 'Default'

const name = v.pipe(v.string(), v.maxLength(MAX_NAME_LENGTH))

const createSchema = v.object({
  bot_id: optionalText,
  name: v.optional(name, ''),
  messages: v.optional(v.pipe(v.array(sentMessage), v.maxLength(MAX_FIRST_MESSAGES)), []),
  connector_id: optionalText,
  meta_data: metaData,
  app_id: optionalText,
  workflow_id: optionalText,
  conversation_name: v.optional(name),
  get_or_create: v.optional(v.boolean(), false),
  user_id: optionalText,
})

/** A whole number in a query; absent, empty and the text `undefined` mean `fallback`. */
const numberText = (fallback: number, max = Number.MAX_SAFE_INTEGER) =>
  v.pipe(
    v.optional(v.string(), String(fallback)),
    v.transform((text) => (text === '' || text === 'undefined' ? fallback : Number(text))),
    v.integer(),
    v.minValue(1),
    v.maxValue(max),
  )

const listSchema = v.object({
  bot_id: v.pipe(v.string(), v.nonEmpty()),
  page_num: numberText(1),
  page_size: numberText(MAX_PAGE_SIZE, MAX_PAGE_SIZE),
  sort_order: v.optional(v.picklist(['ASC', 'DESC', '']), 'DESC'),
  sort_field: v.optional(v.picklist(['created_at', 'updated_at', '']), 'created_at'),
  connector_id: v.pipe(v.optional(v.string(), DEFAULT_CONNECTOR), v.picklist(LISTABLE_CONNECTORS)),
  user_id: v.optional(v.string()),
})

export function addConversations(app: Hono<SimulatorEnv>, simulation: Simulation): void {
  const own = (c: SimulatorContext, caller: Caller, id: string | undefined) =>
    ownConversation(simulation, caller, id ?? c.req.query('conversation_id'), 'notFound')

  app.post('/v1/conversation/create', (c) => create(c, simulation))
  app.post('/v1/workflow/conversation/create', (c) => createNamed(c, simulation))

  app.get('/v1/conversations', (c) => {
    const caller = authorize(c, simulation, 'listConversation')
    const query = check(listSchema, c.req.query())
    const isStudio = simulation.knobs.flavour === 'studio'
    // Studio does not look whether the agent is there.
    if (!simulation.bots.has(query.bot_id) && !isStudio) throw new ApiFailure('invalidBot')
    const field = query.sort_field === 'updated_at' ? 'updatedAt' : 'createdAt'
    const direction = query.sort_order === 'ASC' ? 1 : -1
    const userId = isStudio ? query.user_id || undefined : undefined
    const found = [...simulation.store.conversationsOf(caller.owner)]
      .filter((one) => one.botId === query.bot_id && one.connectorId === query.connector_id)
      .filter((one) => userId === undefined || one.userId === userId)
      // Ids grow with time, which orders what happened within one second.
      .sort((a, b) => direction * (a[field] - b[field] || (a.id < b.id ? -1 : 1)))
    const from = (query.page_num - 1) * query.page_size
    const page = found.slice(from, from + query.page_size)
    return dataReply(c, {
      has_more: found.length > from + query.page_size,
      conversations: page.map((conversation) => wireConversation(conversation)),
    })
  })

  app.get('/v1/conversation/retrieve', (c) => {
    const caller = authorize(c, simulation, 'retrieveConversation')
    return dataReply(c, wireConversation(own(c, caller, undefined)))
  })

  app.put('/v1/conversations/:id', async (c) => {
    const caller = authorize(c, simulation, 'editConversation')
    const conversation = own(c, caller, c.req.param('id'))
    conversation.name = (await readBody(c, v.object({ name: v.optional(name, '') }))).name
    conversation.updatedAt = simulation.nowSeconds()
    return dataReply(c, wireConversation(conversation))
  })

  app.delete('/v1/conversations/:id', (c) => {
    const caller = authorize(c, simulation, 'editConversation')
    simulation.store.deleteConversation(own(c, caller, c.req.param('id')))
    return emptyReply(c)
  })

  app.post('/v1/conversations/:id/clear', (c) => {
    const caller = authorize(c, simulation, 'editConversation')
    const conversation = own(c, caller, c.req.param('id'))
    conversation.sectionId = simulation.nextId()
    conversation.asked = false
    return dataReply(c, { id: conversation.sectionId, conversation_id: conversation.id })
  })
}

/** Open-source Studio creates a conversation of an app only under a name that its owner, or an earlier chat, has used. */
async function createNamed(c: SimulatorContext, simulation: Simulation): Promise<Response> {
  const { app_id: appId = '', connector_id: connectorId = DEFAULT_CONNECTOR, ...body } = await readBody(c, createSchema)
  const wanted = body.conversation_name ?? ''
  const caller = authorize(c, simulation, 'createConversation')
  const isKnown =
    simulation.knobs.flavour === 'coze' ||
    wanted === DEFAULT_NAME ||
    namedConversation(simulation, caller, appId, connectorId, wanted) !== undefined
  if (isKnown) return create(c, simulation)
  throw new ApiFailure(body.get_or_create ? 'studioUnknownConversationName' : 'studioWorkflowFailed')
}

async function create(c: SimulatorContext, simulation: Simulation): Promise<Response> {
  const caller = authorize(c, simulation, 'createConversation')
  const body = await readBody(c, createSchema)
  const connectorId = body.connector_id ?? DEFAULT_CONNECTOR
  if (body.bot_id !== undefined && !simulation.bots.has(body.bot_id)) throw new ApiFailure('invalidBot')
  if (body.app_id !== undefined && !simulation.apps.has(body.app_id)) throw new ApiFailure('notFound')
  const wanted = body.conversation_name ?? body.name
  const existing =
    body.get_or_create && body.app_id !== undefined
      ? namedConversation(simulation, caller, body.app_id, connectorId, wanted)
      : undefined
  if (existing !== undefined) return dataReply(c, wireConversation(existing))

  const conversation = newConversation(simulation, caller, {
    botId: body.bot_id,
    appId: body.app_id,
    connectorId,
    userId: body.user_id,
    name: wanted,
    metaData: checkMetaData(body.meta_data),
  })
  for (const message of body.messages) addMessage(simulation, conversation, message)
  return dataReply(c, wireConversation(conversation))
}

/** The conversation of an app by its name, of which each session has one per channel. */
export function namedConversation(
  simulation: Simulation,
  caller: Caller,
  appId: string,
  connectorId: string,
  wanted: string,
): Conversation | undefined {
  for (const one of simulation.store.conversationsOf(caller.owner)) {
    if (one.appId === appId && one.connectorId === connectorId && one.name === wanted) return one
  }
  return undefined
}
