/** One opened chat of the replica: its start-up calls, its turns (contract 2.4 to 2.6). */
import type {
  WireApp,
  WireBot,
  WireConversation,
  WireConversationPage,
  WireMessage,
  WireMessagePage,
  WireWorkflow,
} from '../../coze/wire.ts'
import type { ReplicaApi, StreamEvent } from './replica-api.ts'
import { type Bubble, createReplicaPanel, type PanelLook, type PanelWords, type ReplicaPanel } from './replica-panel.ts'

export interface ReplicaAgent {
  botId: string
  appId: string
  workflowId: string
  parameters: Record<string, unknown>
  userId: string
}

const CONNECTOR = '999'
const PAGE = 10

export interface ReplicaChat {
  readonly panel: ReplicaPanel
  start(): Promise<void>
}

export function createReplicaChat(
  page: Window & typeof globalThis,
  api: ReplicaApi,
  agent: ReplicaAgent,
  words: PanelWords,
  look: PanelLook & { functionCalls: boolean },
  on: { close(): void; typed(text: string): void },
): ReplicaChat {
  const isApp = agent.appId !== ''
  let conversationId = ''
  let lastId = ''
  let chatId = ''
  let turn: AbortController | undefined
  const panel = createReplicaPanel(page.document, words, look, {
    send: (text) => void send(text),
    stop: () => void stop(),
    clear: () => void clear(),
    fresh: () => void fresh(),
    reload: () => void start(),
    earlier: () => void list(lastId),
    ...on,
  })

  async function data<T>(method: string, path: string, body?: unknown, client?: 'inner'): Promise<T> {
    return ((await api.call(method, path, body, client)) as { data: T }).data
  }

  async function start(): Promise<void> {
    panel.reset()
    try {
      if (isApp) await startApp()
      else await startBot()
      await list('')
    } catch {
      panel.showProblem()
    }
  }

  async function startBot(): Promise<void> {
    const query = `bot_id=${agent.botId}&connector_id=${CONNECTOR}&page_num=1&page_size=1`
    const [bot, newest] = await Promise.all([
      data<WireBot>('GET', `/v1/bots/${agent.botId}`),
      data<WireConversationPage>('GET', `/v1/conversations?${query}`),
    ])
    page.console.log('bot info', bot)
    panel.setAgent(bot.name, bot.icon_url)
    if (bot.onboarding_info?.prologue) panel.addBubble('assistant', bot.onboarding_info.prologue)
    for (const question of bot.onboarding_info?.suggested_questions ?? []) panel.addSuggestion(question)
    conversationId = newest.conversations[0]?.id ?? (await createConversation()).id
  }

  async function startApp(): Promise<void> {
    const [app, workflow] = await Promise.all([
      data<WireApp>('GET', `/v1/apps/${agent.appId}?version=&connector_id=${CONNECTOR}`),
      data<WireWorkflow>('GET', `/v1/workflows/${agent.workflowId}?connector_id=${CONNECTOR}&is_debug=false&caller=`),
    ])
    page.console.log('app info', app, workflow)
    const { role } = workflow
    panel.setAgent(role?.name ?? app.name ?? words.bot, role?.avatar?.image_url ?? app.icon_url)
    if (role?.onboarding_info?.prologue) panel.addBubble('assistant', role.onboarding_info.prologue)
    for (const question of role?.onboarding_info?.suggested_questions ?? []) panel.addSuggestion(question)
    conversationId = (await createConversation('Default')).id
  }

  function createConversation(name?: string): Promise<WireConversation> {
    const common = { connector_id: CONNECTOR }
    const body = isApp
      ? {
          ...common,
          app_id: agent.appId,
          workflow_id: agent.workflowId,
          ...(name && { conversation_name: name, get_or_create: true }),
          draft_mode: false,
        }
      : { ...common, bot_id: agent.botId, user_id: agent.userId }
    return data<WireConversation>('POST', '/v1/conversation/create', body, 'inner')
  }

  async function list(after: string): Promise<void> {
    const answer = (await api.call(
      'POST',
      `/v1/conversation/message/list?conversation_id=${conversationId}`,
      { limit: PAGE, ...(after && { after_id: after }) },
      'inner',
    )) as WireMessagePage
    page.console.log('message list', answer.data)
    lastId = answer.last_id ?? ''
    panel.setEarlier(answer.has_more === true)
    // Newest first on the wire. The first page stands below the greeting, older pages above everything.
    const messages: readonly WireMessage[] = after ? answer.data : [...answer.data].reverse()
    for (const { role, content } of messages) panel.addBubble(role, content, after ? 'start' : 'end')
  }

  async function send(text: string): Promise<void> {
    panel.removeSuggestions()
    const question = panel.addBubble('user', text)
    const answers = new Map<string, Bubble>()
    turn = new page.AbortController()
    panel.setBusy(true)
    try {
      await api.stream(...request(text), turn.signal, (event) => onEvent(event, answers))
    } catch (error) {
      // The original's defect: the refused message gets its red mark and is not sent again, not even after a renewal that worked.
      // With HTTP 200 and a code there is neither mark nor answer.
      if ((error as { status?: number }).status !== 200) question.markFailed()
    } finally {
      panel.setBusy(false)
      turn = undefined
    }
  }

  function request(text: string): [path: string, body: unknown] {
    const message = { role: 'user', type: 'question', content: text, content_type: 'text' }
    if (!isApp) {
      return [
        `/v3/chat?conversation_id=${conversationId}`,
        {
          bot_id: agent.botId,
          user_id: agent.userId,
          stream: true,
          connector_id: CONNECTOR,
          additional_messages: [message],
          parameters: agent.parameters,
          enable_card: true,
        },
      ]
    }
    return [
      '/v1/workflows/chat',
      {
        workflow_id: agent.workflowId,
        app_id: agent.appId,
        conversation_id: conversationId,
        connector_id: CONNECTOR,
        additional_messages: [message],
        parameters: agent.parameters,
        execute_mode: 'RELEASE',
        ext: { _caller: 'CANVAS', user_id: agent.userId },
      },
    ]
  }

  function onEvent({ name, data }: StreamEvent, answers: Map<string, Bubble>): void {
    const message = data as WireMessage
    const bubble = () => {
      const known = answers.get(message.id) ?? panel.addBubble('assistant', '')
      answers.set(message.id, known)
      return known
    }
    if (name === 'conversation.chat.created') chatId = message.id
    else if (name === 'conversation.message.delta' && message.type === 'answer') bubble().append(message.content)
    else if (name === 'conversation.message.completed') {
      if (message.type === 'answer') bubble().replace(message.content)
      if (message.type === 'follow_up') panel.addSuggestion(message.content)
      if (message.type === 'function_call' && look.functionCalls) panel.addBubble('note', message.content)
    } else if (name === 'conversation.chat.failed' || name === 'error') {
      const failure = data as { msg?: string; last_error?: { msg?: string } }
      panel.addBubble('note', failure.last_error?.msg ?? failure.msg ?? words.failed)
    }
  }

  async function stop(): Promise<void> {
    turn?.abort()
    await api
      .call('POST', '/v3/chat/cancel', { conversation_id: conversationId, chat_id: chatId }, 'inner')
      .catch(() => {})
  }

  async function clear(): Promise<void> {
    await api.call('POST', `/v1/conversations/${conversationId}/clear`, undefined, 'inner').catch(() => {})
    panel.addBubble('note', words.clear)
  }

  async function fresh(): Promise<void> {
    const created = await createConversation().catch(() => undefined)
    if (!created) return
    conversationId = created.id
    panel.reset()
  }

  return { panel, start }
}
