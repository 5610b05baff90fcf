/** Starts the turn of a checked request, of agents and chatflows alike. */
import type { WireAdditionalMessage, WireMessage } from '../../../coze/wire/messages.ts'
import { type AgentInput, decide, type Question } from '../../agent/agent.ts'
import type { TurnPlan } from '../../agent/turn-plan.ts'
import { createEventStream, type EventSink, silentSink } from '../../stream/event-stream.ts'
import { runTurn } from '../../stream/run-turn.ts'
import { createStudioSink } from '../../stream/studio-sink.ts'
import { type Language, languageOf, preferredLanguage } from '../../world/language.ts'
import type { Simulation } from '../../world/simulation.ts'
import { type Chat, type ChatKind, type Conversation, variablesKey } from '../../world/store.ts'
import { wireChat } from '../../world/wire-values.ts'
import type { Caller } from '../call/authorize.ts'
import type { SimulatorContext } from '../call/context.ts'
import { ApiFailure, dataReply } from '../call/envelope.ts'
import { type NewConversation, newConversation } from '../conversation/new-conversation.ts'
import { plainText, readQuestion } from '../conversation/sent-message.ts'

/** @throws ApiFailure 4000 while the knob `requireSessionNameInBody` is on and the body has no `session_name` */
export function checkSessionName(simulation: Simulation, sessionName: string | undefined): void {
  if (simulation.knobs.requireSessionNameInBody && !sessionName) {
    throw new ApiFailure('badParameter', 'Invalid request parameters: session_name')
  }
}

export interface ChatStart {
  kind: ChatKind
  botId: string
  connectorId: string
  userId: string
  /** The conversation to continue; undefined: one is made at `place` once nothing can fail any more. */
  conversation: Conversation | undefined
  place: NewConversation
  messages: WireAdditionalMessage[]
  metaData: Record<string, string>
  /** What the page gives to the agent. */
  parameters: Record<string, unknown>
  saves: boolean
  stream: boolean
}

/** How many of the newest messages the agent remembers. */
const MEMORY_MESSAGES = 200
/** Of a conversation that is named after its first question. */
const MAX_NAME_LENGTH = 100

export function startChat(c: SimulatorContext, simulation: Simulation, caller: Caller, start: ChatStart): Response {
  const contents = start.messages.map((message) => readQuestion(simulation, caller.uid, message))
  if (simulation.knobs.pictureNeedsText) checkAdjacentText(start.messages, contents)
  const isStudio = simulation.knobs.flavour === 'studio'
  // Studio lets chats run beside each other.
  if (start.conversation?.running !== undefined && !isStudio) throw new ApiFailure('conversationOccupied')

  const input = agentInput(c, simulation, caller, start, contents)
  const plan = decide(input)
  if ('refusal' in plan) {
    if (plan.refusal < 1000) return new Response('', { status: plan.refusal })
    throw new ApiFailure(plan.refusal)
  }

  const conversation = start.conversation ?? newConversation(simulation, caller, start.place)
  conversation.asked = false
  const chat = createChat(simulation, conversation, start, input.language)
  for (const message of start.messages) addQuestion(simulation, chat, message)
  if (conversation.name === '' && !isStudio) conversation.name = input.question.text.slice(0, MAX_NAME_LENGTH)
  chat.inputCount = Math.ceil([...input.said, input.question.text].join('').length / 2) + 20
  return runPlan(c, simulation, caller, { chat, plan, stream: start.stream })
}

/** Starts the plan and returns its stream, or without `stream` the chat as it is now. */
export function runPlan(
  c: SimulatorContext,
  simulation: Simulation,
  caller: Caller,
  { chat, plan, stream }: { chat: Chat; plan: TurnPlan; stream: boolean },
): Response {
  chat.conversation.running = chat
  const run = (sink: EventSink) => void runTurn(simulation, { chat, plan, token: caller.token, sink })
  if (!stream) {
    const answer = dataReply(c, wireChat(chat, 'in_progress'))
    run(silentSink)
    return answer
  }
  const { body, sink } = createEventStream(simulation.knobs, chat.kind)
  run(simulation.knobs.flavour === 'studio' ? createStudioSink(sink, chat.kind) : sink)
  return eventStreamResponse(c, body)
}

export function eventStreamResponse(c: SimulatorContext, body: ReadableStream): Response {
  return c.body(body, 200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' })
}

/** Knob `pictureNeedsText`: a message of images or files alone needs a text message next to it in the same request. */
function checkAdjacentText(messages: readonly WireAdditionalMessage[], contents: readonly Question[]): void {
  for (const [index, { text, attachments }] of contents.entries()) {
    if (attachments.length === 0 || text !== '') continue
    const neighbours = [index - 1, index + 1].filter((at) => messages[at]?.role === 'user' && contents[at]?.text)
    if (neighbours.length === 0)
      throw new ApiFailure('badParameter', 'An image or a file needs a text message beside it')
  }
}

function agentInput(
  c: SimulatorContext,
  simulation: Simulation,
  caller: Caller,
  { messages, conversation, connectorId, userId, parameters }: ChatStart,
  contents: readonly Question[],
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
  const variables = simulation.store.variables.get(variablesKey(caller.owner, connectorId, userId))
  return {
    question: {
      text: command === null || text.startsWith('/') ? text : command,
      attachments: asked.flatMap((content) => content.attachments),
    },
    said,
    language: spokenLanguage([text, ...said.toReversed()]) ?? preferredLanguage(c.req.header('accept-language')),
    variables: Object.fromEntries(Array.from(variables ?? [], ([keyword, { value }]) => [keyword, value])),
    asked: conversation?.asked ?? false,
    page: String(parameters['page'] ?? ''),
    origin: new URL(c.req.url).origin,
  }
}

/** What the visitor said in this section, without turns that were cancelled or failed. */
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

/** The language of the first text that tells. */
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
