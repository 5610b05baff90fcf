/** Checks the permissions of the token, and whether each agent can be used in the channels of the widget. */
import { VENDOR_CODES } from '../../coze/vendor-codes.ts'
import { dataOf } from '../../coze/wire/studio.ts'
import type { Finding } from '../report/findings.ts'
import { type InBoth, say } from '../say.ts'
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

const PUBLISHED: InBoth = ['The agent is published', '智能体是否已发布']
const PERMISSION_CURE: InBoth = [
  'Grant them to the OAuth app in the Coze console and let an administrator authorise the change; it takes effect within a minute.',
  '请在扣子控制台为 OAuth 应用授予这些权限，并由管理员批准这次变更；一分钟内生效。',
]

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
    const agent = examine('agent', say(...PUBLISHED), say('COZE_BOT_IDS', '读取 COZE_BOT_IDS'))
    const found = say(
      'COZE_BOT_IDS names no agent: set it, or give --bot-id, to have agents checked',
      'COZE_BOT_IDS 没有写明智能体；要检查智能体，请设置它，或使用 --bot-id',
    )
    findings.push(agent.notApplicable(found))
  }
  return [...findings, ...(await examinePermissions(call, options))]
}

async function examineAgent(call: Caller, botId: string): Promise<Finding> {
  const agent = examine(
    `agent ${botId}`,
    say(...PUBLISHED),
    say('its description is read in the channels API and Chat SDK', '在 API 和 Chat SDK 渠道读取它的信息'),
  )
  const { code, data } = await call('GET', `/v1/bots/${botId}`)
  if (UNKNOWN_AGENT.includes(code)) {
    return agent.problem(
      say(`this account has no such agent (code ${code})`, `该账号没有这个智能体（错误码 ${code}）`),
      say(
        'Copy the id from the address of the agent in the Coze console, and see that it is published.',
        '请从扣子控制台中该智能体的网址里复制 ID，并确认它已发布。',
      ),
    )
  }
  const missing: string[] = []
  for (const [name, connector] of Object.entries(CHANNELS)) {
    const online = await call('GET', `/v1/bot/get_online_info?bot_id=${botId}&connector_id=${connector}`)
    if (online.code === NOT_PUBLISHED || UNKNOWN_AGENT.includes(online.code)) missing.push(name)
  }
  if (missing.length > 0 || code === NOT_PUBLISHED) {
    return agent.problem(
      say(
        `it is not published to ${missing.join(' and ') || 'any channel'} (code ${NOT_PUBLISHED})`,
        `没有发布到${missing.length > 0 ? ` ${missing.join(' 和 ')} ` : '任何'}渠道（错误码 ${NOT_PUBLISHED}）`,
      ),
      say(
        'In the Coze console press Publish and tick both API and Chat SDK.',
        '请在扣子控制台点击「发布」，同时勾选 API 和 Chat SDK。',
      ),
    )
  }
  if (code === NOT_PERMITTED) {
    return agent.notApplicable(say('the token may not read it, see "permissions"', '令牌无权读取它，见 permissions'))
  }
  if (code !== 0) {
    return agent.problem(
      codeReturned(code),
      say(
        'Look the code up in the error list of the Coze documentation.',
        '请在扣子文档的错误码列表中查找这个错误码。',
      ),
    )
  }
  const name = String(data['name'] ?? '')
  return agent.ok(say(`"${name}" is published to both channels`, `「${name}」已发布到 API 和 Chat SDK 渠道`))
}

const codeReturned = (code: number) => say(`Coze returns code ${code}`, `扣子返回错误码 ${code}`)

/** Makes the calls of a chat, in the order in which the widget makes them. */
async function examinePermissions(call: Caller, { botIds, chat }: AgentExamination): Promise<Finding[]> {
  const permissions = examine(
    'permissions',
    say('The app may do what a chat needs', '应用的权限是否足够'),
    say(
      'one call for each permission, in a conversation that is deleted again',
      '在一个随后删除的会话里，为每项权限各调用一次',
    ),
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
      ? permissions.problem(
          say(
            `the app lacks ${missing.join(', ')} (code ${NOT_PERMITTED})`,
            `应用缺少 ${missing.join('、')}（错误码 ${NOT_PERMITTED}）`,
          ),
          say(...PERMISSION_CURE),
        )
      : permissions.ok(say(`it has ${tried.join(', ')}`, `已有 ${tried.join('、')}`))
  return turn === undefined ? [verdict] : [verdict, turn]
}

async function examineTurn(
  attempt: (permission: string, ...request: Parameters<Caller>) => Promise<CozeReply>,
  botId: string,
  conversationId: string,
): Promise<Finding> {
  const turn = examine(
    'chat',
    say('The agent answers', '智能体能否回答'),
    say('one short question, stopped at once', '问一个简短的问题，随即停止'),
  )
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
  if (code === NOT_PERMITTED || code === NOT_PUBLISHED || UNKNOWN_AGENT.includes(code)) {
    return turn.notApplicable(
      say('it may not be asked, see "permissions" and "agent"', '无法向它提问，见 permissions 和 agent'),
    )
  }
  if (code !== 0) {
    return turn.problem(
      codeReturned(code),
      say(
        'Look at the balance and the limits of the account in the Coze console.',
        '请在扣子控制台查看账号的余额和限额。',
      ),
    )
  }
  return turn.ok(
    stopped.code === NOTHING_TO_CANCEL
      ? say('it answered', '已回答')
      : say('it began to answer and was stopped', '已开始回答，随后停止'),
  )
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
