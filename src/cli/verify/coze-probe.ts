/** Calls the Open API with tokens of the service under test. */
import { CozeChatError } from '../../errors.ts'
import { say } from '../say.ts'

/** An agent, or a chatflow of an app. */
export type ProbedTarget = { botId: string } | { appId: string; workflowId: string }

/** What the holder of a token can do at the Open API, which tells whose history the token belongs to. */
export interface CozeProbe {
  /** Whether the API is our gateway, which can make an access pass worthless, as Coze cannot a token. */
  readonly behindGateway: boolean
  /** @throws CozeChatError `bad_response` */
  createConversation(token: string): Promise<string>
  /** Whether the holder of `token` may open the conversation. */
  opens(token: string, conversationId: string): Promise<boolean>
  /** Everything that the holder of `token` may do with the conversation, as verbs for the report. */
  waysInto(token: string, conversationId: string): Promise<string[]>
  /** Whether two tokens belong to one session. */
  shareHistory(one: string, other: string): Promise<boolean>
  /**
   * Asks the agent and returns its whole answer.
   * @throws CozeChatError `bad_response` where it refuses
   */
  ask(token: string, conversationId: string, text: string): Promise<string>
  /** Deletes the conversations that were created. */
  tidyUp(): Promise<void>
}

interface Call {
  token: string
  method?: 'GET' | 'POST' | 'DELETE'
  path: string
  body?: object
}

const REPLY_TIMEOUT_MS = 60_000
/** The Chat SDK's channel, which the widget uses. */
const CONNECTOR = '999'

export function createCozeProbe(options: {
  apiBase: string
  target: ProbedTarget | undefined
  /** Origin of the page that asks, where the API is our gateway. */
  origin: string | undefined
  fetch: typeof globalThis.fetch
}): CozeProbe {
  const { apiBase, target, origin } = options
  const created: { token: string; conversationId: string }[] = []
  const place = target === undefined ? {} : 'botId' in target ? { bot_id: target.botId } : { app_id: target.appId }

  async function text({ token, method = 'POST', path, body }: Call): Promise<string> {
    const response = await options.fetch(apiBase + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(origin !== undefined && { origin, 'sec-fetch-site': 'same-origin', 'x-chat-token': '1' }),
      },
      signal: AbortSignal.timeout(REPLY_TIMEOUT_MS),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return response.text()
  }

  /** Code and data of a reply; whether the code is a failure is up to the caller. */
  async function json(call: Call): Promise<{ code: number; data: Record<string, unknown> }> {
    const answer = envelope(await text(call))
    if (answer !== undefined) return answer
    throw unusable(call.path, say('did not answer as the Open API does', '没有按 Open API 的格式应答'))
  }

  const retrieve = (token: string, id: string) =>
    json({ token, method: 'GET', path: `/v1/conversation/retrieve?conversation_id=${id}` })

  function chatCall(token: string, conversationId: string, question: string): Call {
    const messages = [{ role: 'user', type: 'question', content: question, content_type: 'text' }]
    const shared = { stream: true, connector_id: CONNECTOR, additional_messages: messages }
    if (target !== undefined && 'workflowId' in target) {
      const flow = { app_id: target.appId, workflow_id: target.workflowId, conversation_id: conversationId }
      return { token, path: '/v1/workflows/chat', body: { ...shared, ...flow, parameters: {} } }
    }
    const body = { ...shared, ...place, user_id: 'verify' }
    return { token, path: `/v3/chat?conversation_id=${conversationId}`, body }
  }

  const probe: CozeProbe = {
    behindGateway: origin !== undefined,

    async createConversation(token) {
      const path = '/v1/conversation/create'
      const { code, data } = await json({ token, path, body: { ...place, connector_id: CONNECTOR } })
      const id = data['id']
      if (code !== 0 || typeof id !== 'string') throw unusable(path, say(`answered code ${code}`, `返回了代码 ${code}`))
      created.push({ token, conversationId: id })
      return id
    },

    opens: async (token, conversationId) => (await retrieve(token, conversationId)).code === 0,

    async waysInto(token, id) {
      const open: string[] = []
      if ((await retrieve(token, id)).code === 0) open.push(say('open it', '打开该对话'))
      const messages = `/v1/conversation/message/list?conversation_id=${id}`
      if ((await json({ token, path: messages, body: {} })).code === 0)
        open.push(say('read its messages', '读取其中的消息'))
      if (target === undefined) return open
      if ('botId' in target) {
        const path = `/v1/conversations?bot_id=${target.botId}&connector_id=${CONNECTOR}&page_num=1&page_size=50`
        const { data } = await json({ token, method: 'GET', path })
        if (JSON.stringify(data).includes(id))
          open.push(say('find it in the list of conversations', '在对话列表中找到它'))
      }
      if (!isRefusal(await text(chatCall(token, id, '你好')))) open.push(say('continue it', '继续对话'))
      return open
    },

    async shareHistory(one, other) {
      if (one === other) return true
      return probe.opens(other, await probe.createConversation(one))
    },

    async ask(token, conversationId, question) {
      const call = chatCall(token, conversationId, question)
      const answer = await text(call)
      if (isRefusal(answer)) {
        const code = envelope(answer)?.code
        throw unusable(
          call.path,
          say(`answered code ${code ?? 'of a failure'}`, code === undefined ? '没有给出回答' : `返回了代码 ${code}`),
        )
      }
      return completedAnswers(answer).join('\n')
    },

    async tidyUp() {
      for (const { token, conversationId } of created.splice(0)) {
        await text({ token, method: 'DELETE', path: `/v1/conversations/${conversationId}` }).catch(() => undefined)
      }
    },
  }
  return probe
}

/** Undefined for a text that is not in the envelope of the Open API. */
function envelope(text: string): { code: number; data: Record<string, unknown> } | undefined {
  try {
    const { code, data } = JSON.parse(text) as { code?: unknown; data?: unknown }
    if (typeof code !== 'number') return undefined
    return { code, data: typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {} }
  } catch {
    return undefined
  }
}

/** A refusal is plain JSON instead of a stream, or a lone error event (docs/coze.md 5.4). */
function isRefusal(text: string): boolean {
  return !text.includes('conversation.message.completed')
}

/** The answers in the whole text of a stream. */
function completedAnswers(stream: string): string[] {
  return stream.split(/\r?\n\r?\n/).flatMap((block) => {
    if (!/^event: ?conversation\.message\.completed\r?$/m.test(block)) return []
    const [, data = '{}'] = /^data: ?(.*?)\r?$/m.exec(block) ?? []
    const { type, content } = JSON.parse(data) as { type?: unknown; content?: unknown }
    return type === 'answer' && typeof content === 'string' ? [content] : []
  })
}

function unusable(path: string, what: string): CozeChatError {
  return new CozeChatError('bad_response', say(`${path} ${what}.`, `${path} ${what}。`))
}
