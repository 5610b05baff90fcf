/** From a checked request to a running turn: the same for agents and chatflows. */
import type { WireAdditionalMessage, WireMessage } from '../coze/wire.ts'
import { type AgentInput, decide } from './agent.ts'
import type { Caller } from './authorize.ts'
import { createEventStream, type EventSink, type StreamKind, silentSink } from './event-stream.ts'
import { type Language, languageOf, preferredLanguage } from './language.ts'
import { plainText, readContent, type SentContent } from './message-content.ts'
import { ApiFailure, ok } from './replies.ts'
import type { Simulation, SimulatorContext } from './simulation.ts'
import type { Chat, Conversation } from './store.ts'
import { runTurn } from './turn.ts'
import type { TurnPlan } from './turn-plan.ts'
import { variablesOf } from './variables.ts'
import { wireChat } from './wire-values.ts'

export interface ChatStart {
  kind: StreamKind
  botId: string
  connectorId: string
  userId: string
  /** The conversation to continue; undefined: `createConversation` is asked once nothing can fail any more. */
  conversation: Conversation | undefined
  createConversation: () => Conversation
  messages: WireAdditionalMessage[]
  metaData: Record<string, string>
  saves: boolean
  stream: boolean
}

/** How many of the newest messages the agent remembers. */
const MEMORY_MESSAGES = 200
const MAX_TITLE = 100

export function startChat(c: SimulatorContext, simulation: Simulation, caller: Caller, start: ChatStart): Response {
  const contents = start.messages.map((message) => readContent(simulation, caller.uid, message))
  checkAdjacentText(start.messages, contents)
  if (start.conversation?.running !== undefined) throw new ApiFailure(4016)

  const input = agentInput(c, simulation, caller, start, contents)
  const plan = decide(input)
  if ('refusal' in plan) {
    if (plan.refusal < 1000) return new Response('', { status: plan.refusal })
    throw new ApiFailure(plan.refusal)
  }

  const conversation = start.conversation ?? start.createConversation()
  conversation.asked = false
  const chat = createChat(simulation, conversation, start, input.language)
  for (const message of start.messages) addQuestion(simulation, chat, message)
  if (conversation.name === '') conversation.name = input.question.text.slice(0, MAX_TITLE)
  chat.inputCount = Math.ceil([...input.said, input.question.text].join('').length / 2) + 20
  return carryOut(c, simulation, caller, { chat, plan, stream: start.stream })
}

/** Runs the plan and answers with its stream, or with the chat as it stands now. */
export function carryOut(
  c: SimulatorContext,
  simulation: Simulation,
  caller: Caller,
  { chat, plan, stream }: { chat: Chat; plan: TurnPlan; stream: boolean },
): Response {
  chat.conversation.running = chat
  const run = (sink: EventSink) => void runTurn(simulation, { chat, plan, token: caller.token, sink })
  if (!stream) {
    const answer = ok(c, wireChat(chat, 'in_progress'))
    run(silentSink)
    return answer
  }
  const { body, sink } = createEventStream(simulation.knobs, chat.kind)
  run(sink)
  return eventStreamResponse(c, body)
}

export function eventStreamResponse(c: SimulatorContext, body: ReadableStream): Response {
  return c.body(body, 200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' })
}

/** An image or a file alone says nothing: a text must stand beside it in the same request. */
function checkAdjacentText(messages: readonly WireAdditionalMessage[], contents: readonly SentContent[]): void {
  for (const [index, { text, attachments }] of contents.entries()) {
    if (attachments.length === 0 || text !== '') continue
    const neighbours = [index - 1, index + 1].filter((at) => messages[at]?.role === 'user' && contents[at]?.text)
    if (neighbours.length === 0) throw new ApiFailure(4000, 'An image or a file needs a text message beside it')
  }
}

function agentInput(
  c: SimulatorContext,
  simulation: Simulation,
  caller: Caller,
  { messages, conversation, connectorId, userId }: ChatStart,
  contents: readonly SentContent[],
): AgentInput {
  let first = messages.length
  while (messages[first - 1]?.role === 'user') first--
  const asked = contents.slice(first)
  const text = asked
    .map((content) => content.text)
    .join('\n')
    .trim()
  const earlier = contents.slice(0, first).filter((_content, index) => messages[index]?.role === 'user')
  const said = [...remembered(conversation), ...earlier.map((content) => content.text)]
  const { command } = simulation.knobs
  return {
    question: {
      text: command === null || text.startsWith('/') ? text : command,
      attachments: asked.flatMap((content) => content.attachments),
    },
    said,
    language: spokenLanguage([text, ...said.toReversed()]) ?? preferredLanguage(c.req.header('accept-language')),
    variables: variablesOf(simulation, caller, connectorId, userId),
    asked: conversation?.asked ?? false,
    origin: new URL(c.req.url).origin,
  }
}

/** What the visitor said in this section, turns that were cancelled or failed left out. */
function remembered(conversation: Conversation | undefined): string[] {
  if (conversation === undefined) return []
  const { messages, chats, sectionId } = conversation
  return messages
    .slice(-MEMORY_MESSAGES)
    .filter((message) => message.role === 'user' && message.section_id === sectionId)
    .filter(({ chat_id: chatId = '' }) => {
      const status = chats.get(chatId)?.status
      return status !== 'canceled' && status !== 'failed'
    })
    .map(plainText)
}

function spokenLanguage(texts: Iterable<string>): Language | undefined {
  for (const text of texts) {
    const language = languageOf(text)
    if (language !== undefined) return language
  }
  return undefined
}

function createChat(simulation: Simulation, conversation: Conversation, start: ChatStart, language: Language): Chat {
  const chat: Chat = {
    id: simulation.nextId(),
    kind: start.kind,
    conversation,
    botId: start.botId,
    status: 'created',
    createdAt: simulation.nowSeconds(),
    completedAt: undefined,
    failedAt: undefined,
    sectionId: conversation.sectionId,
    metaData: start.metaData,
    lastError: undefined,
    inputCount: 0,
    outputCount: 0,
    speaking: undefined,
    messages: [],
    toolCalls: [],
    insertedIds: [],
    saves: start.saves,
    language,
  }
  conversation.chats.set(chat.id, chat)
  return chat
}

function addQuestion(simulation: Simulation, chat: Chat, sent: WireAdditionalMessage): void {
  const now = simulation.nowSeconds()
  const message: WireMessage = {
    id: simulation.nextId(),
    conversation_id: chat.conversation.id,
    bot_id: chat.botId,
    chat_id: chat.id,
    role: sent.role,
    type: sent.type || (sent.role === 'user' ? 'question' : 'answer'),
    content: sent.content,
    content_type: sent.content_type ?? 'text',
    meta_data: sent.meta_data ?? {},
    created_at: now,
    updated_at: now,
    section_id: chat.sectionId,
  }
  if (!chat.saves) return
  chat.insertedIds.push(message.id)
  simulation.store.addMessage(chat.conversation, message)
}
