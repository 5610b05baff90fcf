/** One opened chat of the replica: its start-up calls and its turns (docs/coze.md 2.4 to 2.6). */
import type { WireApp, WireBot, WireWorkflow } from '../../coze/wire/agents.ts'
import type { WireConversation, WireConversationPage } from '../../coze/wire/conversations.ts'
import type { WireMessage, WireMessagePage } from '../../coze/wire/messages.ts'
import { isTokenRefused, type ReplicaApi, type StreamEvent } from './replica-api.ts'
import type { Bubble } from './replica-bubble.ts'
import type { ReplicaLayers } from './replica-layers.ts'
import { createReplicaPanel, type PanelLook, type ReplicaPanel } from './replica-panel.ts'
import { CONNECTOR, conversationRequest, isApp, questionRequest, type ReplicaAgent } from './replica-requests.ts'
import type { PanelWords } from './replica-words.ts'

const PAGE_SIZE = 10
const OLDER_PAGE_SIZE = 15

export interface ReplicaChat {
  readonly panel: ReplicaPanel
  start(): Promise<void>
  /** Stops an answer under way without telling Coze, and takes everything off the page. */
  unmount(): void
}

export function createReplicaChat(
  page: Window & typeof globalThis,
  api: ReplicaApi,
  agent: ReplicaAgent,
  words: PanelWords,
  look: PanelLook & { functionCalls: boolean },
  layers: ReplicaLayers,
  on: { close(): void; typed(text: string): void },
): ReplicaChat {
  let conversationId = ''
  let lastId = ''
  let chatId = ''
  let turn: AbortController | undefined
  const panel = createReplicaPanel(page.document, words, look, {
    send: (text) => void send(text),
    stop: () => void stop(),
    clear: () => void clear(),
    fresh: () => void fresh(),
    earlier: () => void list(lastId),
    preview: layers.preview,
    hint: layers.hint,
    ...on,
  })

  async function data<T>(method: string, path: string, body?: unknown, client?: 'inner'): Promise<T> {
    return ((await api.call(method, path, body, client)) as { data: T }).data
  }

  async function start(again = true): Promise<void> {
    panel.reset()
    panel.showLoading()
    try {
      if (isApp(agent)) await startApp()
      else await startBot()
      await list('')
      panel.draw()
    } catch (error) {
      const refused = isTokenRefused(error)
      // Only after a refused token does the original start again by itself, once, and by its button.
      if (refused && again) return api.refresh().then(() => start(false), fail)
      fail()
      function fail() {
        panel.showProblem(() => (refused ? void start() : page.location.reload()))
      }
    }
  }

  async function startBot(): Promise<void> {
    const query = `bot_id=${agent.botId}&connector_id=${CONNECTOR}&page_num=1&page_size=1&user_id=${encodeURIComponent(agent.userId)}`
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
    return data<WireConversation>('POST', ...conversationRequest(agent, name), 'inner')
  }

  async function list(after: string): Promise<void> {
    const answer = (await api.call(
      'POST',
      `/v1/conversation/message/list?conversation_id=${conversationId}`,
      after ? { limit: OLDER_PAGE_SIZE, after_id: after } : { limit: PAGE_SIZE },
      'inner',
    )) as WireMessagePage
    page.console.log('message list', answer.data)
    lastId = answer.last_id ?? ''
    panel.setEarlier(answer.has_more === true)
    // Lists are newest first. The first page goes below the greeting, older pages go above everything.
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
      await api.stream(...questionRequest(agent, conversationId, text), turn.signal, (event) => onEvent(event, answers))
    } catch (error) {
      // A defect of the original: a refused message gets a red mark and is not sent again, not even after the token was renewed.
      // With HTTP 200 and a code in the body there is neither mark nor answer.
      if ((error as { status?: number }).status !== 200) question.markFailed()
    } finally {
      panel.setBusy(false)
      turn = undefined
    }
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
      layers.toast(failure.last_error?.msg ?? failure.msg ?? words.failed)
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

  return {
    panel,
    start,
    unmount() {
      turn?.abort()
      layers.unmount()
      panel.root.remove()
    },
  }
}
