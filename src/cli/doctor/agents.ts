/** Checks the permissions of the token, and whether each agent can be used in the channels of the widget. */
import { VENDOR_CODES } from '../../coze/vendor-codes.ts'
import { dataOf } from '../../coze/wire/studio.ts'
import type { Finding } from '../report/findings.ts'
import { examine, type Instruments } from './examination.ts'

/** Channels by their connector ids (docs/coze.md 6.4). */
const CHANNELS = { API: '1024', 'Chat SDK': '999' } as const
const WIDGET_CONNECTOR = CHANNELS['Chat SDK']
const NOT_PERMITTED = 4101
const NOT_PUBLISHED = 4015
/** The last one is Coze Studio's, for an agent that is not there or not published. */
const UNKNOWN_AGENT = [4006, 4200, VENDOR_CODES.studioAgentHidden.number]
/** The chat had ended before it was cancelled. */
const NOTHING_TO_CANCEL = 4104
const CALL_TIMEOUT_MS = 20_000

const PERMISSION_CURE =
  'Grant them to the OAuth app in the Coze console and let an administrator authorise the change; it takes effect within a minute.'

export interface AgentExamination extends Instruments {
  apiBase: string
  token: string
  botIds: readonly string[]
  /** Ask the first agent one short question, at the owner's cost. */
  chat: boolean
}

export async function examineAgents(options: AgentExamination): Promise<Finding[]> {
  const call = createCaller(options)
  const findings: Finding[] = []
  for (const botId of options.botIds) findings.push(await examineAgent(call, botId))
  if (options.botIds.length === 0) {
    const agent = examine('agent', 'The agent is published', 'COZE_BOT_IDS')
    findings.push(agent.notApplicable('COZE_BOT_IDS names no agent: set it, or give --bot-id, to have agents checked'))
  }
  return [...findings, ...(await examinePermissions(call, options))]
}

async function examineAgent(call: Caller, botId: string): Promise<Finding> {
  const agent = examine(
    `agent ${botId}`,
    'The agent is published',
    'its description is read in the channels API and Chat SDK',
  )
  const { code, data } = await call('GET', `/v1/bots/${botId}`)
  if (UNKNOWN_AGENT.includes(code)) {
    return agent.problem(
      `this account has no such agent (code ${code})`,
      'Copy the id from the address of the agent in the Coze console, and see that it is published.',
    )
  }
  const missing: string[] = []
  for (const [name, connector] of Object.entries(CHANNELS)) {
    const online = await call('GET', `/v1/bot/get_online_info?bot_id=${botId}&connector_id=${connector}`)
    if (online.code === NOT_PUBLISHED || UNKNOWN_AGENT.includes(online.code)) missing.push(name)
  }
  if (missing.length > 0 || code === NOT_PUBLISHED) {
    const channels = missing.join(' and ') || 'any channel'
    return agent.problem(
      `it is not published to ${channels} (code ${NOT_PUBLISHED})`,
      'In the Coze console press Publish and tick both API and Chat SDK.',
    )
  }
  if (code === NOT_PERMITTED) return agent.notApplicable('the token may not read it, see "permissions"')
  if (code !== 0)
    return agent.problem(`Coze returns code ${code}`, 'Look the code up in the error list of the Coze documentation.')
  return agent.ok(`"${String(data['name'] ?? '')}" is published to both channels`)
}

/** Makes the calls of a chat, in the order in which the widget makes them. */
async function examinePermissions(call: Caller, { botIds, chat }: AgentExamination): Promise<Finding[]> {
  const permissions = examine(
    'permissions',
    'The app may do what a chat needs',
    'one call for each permission, in a conversation that is deleted again',
  )
  const [botId] = botIds
  const missing: string[] = []
  const tried: string[] = []
  const attempt = async (permission: string, ...request: Parameters<Caller>) => {
    const reply = await call(...request)
    tried.push(permission)
    if (reply.code === NOT_PERMITTED) missing.push(permission)
    return reply
  }
  const agent = botId === undefined ? {} : { bot_id: botId }
  const created = await attempt('createConversation', 'POST', '/v1/conversation/create', {
    ...agent,
    connector_id: WIDGET_CONNECTOR,
  })
  const id = String(created.data['id'] ?? '0')
  if (botId !== undefined) {
    await attempt('getMetadata', 'GET', `/v1/bots/${botId}`)
    await attempt('listConversation', 'GET', `/v1/conversations?bot_id=${botId}&connector_id=${WIDGET_CONNECTOR}`)
  }
  await attempt('retrieveConversation', 'GET', `/v1/conversation/retrieve?conversation_id=${id}`)
  await attempt('listMessage', 'POST', `/v1/conversation/message/list?conversation_id=${id}`, {})
  const turn = botId !== undefined && chat ? await examineTurn(attempt, botId, id) : undefined
  await attempt('editConversation', 'DELETE', `/v1/conversations/${id}`)

  const verdict =
    missing.length > 0
      ? permissions.problem(`the app lacks ${missing.join(', ')} (code ${NOT_PERMITTED})`, PERMISSION_CURE)
      : permissions.ok(`it has ${tried.join(', ')}`)
  return turn === undefined ? [verdict] : [verdict, turn]
}

async function examineTurn(
  attempt: (permission: string, ...request: Parameters<Caller>) => Promise<CozeReply>,
  botId: string,
  conversationId: string,
): Promise<Finding> {
  const turn = examine('chat', 'The agent answers', 'one short question, stopped at once')
  const { code, data } = await attempt('chat', 'POST', `/v3/chat?conversation_id=${conversationId}`, {
    bot_id: botId,
    user_id: 'doctor',
    connector_id: WIDGET_CONNECTOR,
    // Coze Studio streams where nothing is said.
    stream: false,
    additional_messages: [{ role: 'user', type: 'question', content: '你好', content_type: 'text' }],
  })
  const chatId = String(data['id'] ?? '0')
  await attempt('getChat', 'GET', `/v3/chat/retrieve?conversation_id=${conversationId}&chat_id=${chatId}`)
  const stopped = await attempt('cancelChat', 'POST', '/v3/chat/cancel', {
    conversation_id: conversationId,
    chat_id: chatId,
  })
  if (code === NOT_PERMITTED || code === NOT_PUBLISHED || UNKNOWN_AGENT.includes(code))
    return turn.notApplicable('it may not be asked, see "permissions" and "agent"')
  if (code !== 0)
    return turn.problem(
      `Coze returns code ${code}`,
      'Look at the balance and the limits of the account in the Coze console.',
    )
  return turn.ok(stopped.code === NOTHING_TO_CANCEL ? 'it answered' : 'it began to answer and was stopped')
}

interface CozeReply {
  code: number
  data: Readonly<Record<string, unknown>>
}
/** Calls the Open API; a reply that is no JSON gives the HTTP status as code. */
type Caller = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => Promise<CozeReply>

function createCaller({ apiBase, token, fetch }: AgentExamination): Caller {
  return async (method, path, body) => {
    const response = await fetch(apiBase + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    try {
      const body = JSON.parse(text) as Record<string, unknown>
      const { code = response.ok ? 0 : response.status } = body
      const data = dataOf(body)
      return {
        code: typeof code === 'number' ? code : response.status,
        data: typeof data === 'object' ? (data as Record<string, unknown>) : {},
      }
    } catch {
      return { code: response.status, data: {} }
    }
  }
}
