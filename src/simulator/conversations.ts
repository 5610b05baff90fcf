/** `/v1/conversation…`: create, list, retrieve, rename, delete, clear. */
import type { Hono } from 'hono'
import * as v from 'valibot'
import { authorize, type Caller, ownConversation } from './authorize.ts'
import { additionalMessage } from './chats.ts'
import { addMessage } from './messages.ts'
import { ApiFailure, check, checkMetaData, done, metaData, ok, optionalText, readBody } from './replies.ts'
import type { Simulation, SimulatorContext, SimulatorEnv } from './simulation.ts'
import type { Conversation } from './store.ts'
import { wireConversation } from './wire-values.ts'
import { DEFAULT_CONNECTOR } from './world.ts'

const MAX_NAME = 100
const MAX_FIRST_MESSAGES = 16
const MAX_PAGE = 50
/** Where the raw API and the Chat SDK keep their conversations; no other channel can be listed. */
const LISTABLE_CONNECTORS = ['1024', '999']

const name = v.pipe(v.string(), v.maxLength(MAX_NAME))

const createSchema = v.object({
  bot_id: optionalText,
  name: v.optional(name, ''),
  messages: v.optional(v.nullable(v.pipe(v.array(additionalMessage), v.maxLength(MAX_FIRST_MESSAGES)))),
  connector_id: optionalText,
  meta_data: metaData,
  app_id: optionalText,
  workflow_id: optionalText,
  conversation_name: v.optional(name),
  get_or_create: v.optional(v.boolean(), false),
  user_id: optionalText,
})

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
  page_size: numberText(MAX_PAGE, MAX_PAGE),
  sort_order: v.optional(v.picklist(['ASC', 'DESC', '']), 'DESC'),
  sort_field: v.optional(v.picklist(['created_at', 'updated_at', '']), 'created_at'),
  connector_id: v.pipe(v.optional(v.string(), DEFAULT_CONNECTOR), v.picklist(LISTABLE_CONNECTORS)),
  user_id: v.optional(v.string()),
})

export function addConversations(app: Hono<SimulatorEnv>, simulation: Simulation): void {
  const own = (c: SimulatorContext, caller: Caller, id: string | undefined) =>
    ownConversation(simulation, caller, id ?? c.req.query('conversation_id'), 4200)

  app.post('/v1/conversation/create', (c) => create(c, simulation))
  // The spelling of open-source Studio.
  app.post('/v1/workflow/conversation/create', (c) => create(c, simulation))

  app.get('/v1/conversations', (c) => {
    const caller = authorize(c, simulation, 'listConversation')
    const query = check(listSchema, c.req.query())
    if (!simulation.bots.has(query.bot_id)) throw new ApiFailure(4006)
    const field = query.sort_field === 'updated_at' ? 'updatedAt' : 'createdAt'
    const direction = query.sort_order === 'ASC' ? 1 : -1
    const userId = simulation.knobs.flavour === 'studio' ? query.user_id || undefined : undefined
    const found = [...simulation.store.conversationsOf(caller.owner)]
      .filter((one) => one.botId === query.bot_id && one.connectorId === query.connector_id)
      .filter((one) => userId === undefined || one.userId === userId)
      // Ids grow with time, which settles what happened within one second.
      .sort((a, b) => direction * (a[field] - b[field] || (a.id < b.id ? -1 : 1)))
    const from = (query.page_num - 1) * query.page_size
    const page = found.slice(from, from + query.page_size)
    return ok(c, {
      has_more: found.length > from + query.page_size,
      conversations: page.map((conversation) => wireConversation(simulation, conversation)),
    })
  })

  app.get('/v1/conversation/retrieve', (c) => {
    const caller = authorize(c, simulation, 'retrieveConversation')
    return ok(c, wireConversation(simulation, own(c, caller, undefined)))
  })

  app.put('/v1/conversations/:id', async (c) => {
    const caller = authorize(c, simulation, 'editConversation')
    const conversation = own(c, caller, c.req.param('id'))
    conversation.name = (await readBody(c, v.object({ name }))).name
    conversation.updatedAt = simulation.nowSeconds()
    return ok(c, wireConversation(simulation, conversation))
  })

  app.delete('/v1/conversations/:id', (c) => {
    const caller = authorize(c, simulation, 'editConversation')
    simulation.store.deleteConversation(own(c, caller, c.req.param('id')))
    return done(c)
  })

  app.post('/v1/conversations/:id/clear', (c) => {
    const caller = authorize(c, simulation, 'editConversation')
    const conversation = own(c, caller, c.req.param('id'))
    conversation.sectionId = simulation.nextId()
    conversation.asked = false
    return ok(c, { id: conversation.sectionId, conversation_id: conversation.id })
  })
}

async function create(c: SimulatorContext, simulation: Simulation): Promise<Response> {
  const caller = authorize(c, simulation, 'createConversation')
  const body = await readBody(c, createSchema)
  const connectorId = body.connector_id ?? DEFAULT_CONNECTOR
  if (body.bot_id !== undefined && !simulation.bots.has(body.bot_id)) throw new ApiFailure(4006)
  if (body.app_id !== undefined && !simulation.apps.has(body.app_id)) throw new ApiFailure(4200)
  const wanted = body.conversation_name ?? body.name
  const existing =
    body.get_or_create && body.app_id !== undefined
      ? namedConversation(simulation, caller, body.app_id, connectorId, wanted)
      : undefined
  if (existing !== undefined) return ok(c, wireConversation(simulation, existing))

  const conversation = simulation.store.addConversation({
    id: simulation.nextId(),
    owner: caller.owner,
    uid: caller.uid,
    sessionName: caller.sessionName,
    botId: body.bot_id,
    appId: body.app_id,
    connectorId,
    userId: body.user_id,
    name: wanted,
    metaData: checkMetaData(body.meta_data),
    createdAt: simulation.nowSeconds(),
  })
  for (const message of body.messages ?? []) addMessage(simulation, conversation, message)
  return ok(c, wireConversation(simulation, conversation))
}

/** A chatflow's static conversation: one per session, channel and name. */
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
