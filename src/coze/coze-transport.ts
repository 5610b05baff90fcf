/** Plugs Coze into a chat: the vendor's calls and shapes as a `ChatTransport`. */
import type { ChatTransport, Conversation, TurnEvent } from '../chat/chat-transport.ts'
import { CozeChatError, isCozeChatError } from '../errors.ts'
import { systemClock } from '../platform/clock.ts'
import { createLazyPart } from '../platform/lazy-part.ts'
import { createLinkedAbort, type LinkedAbort } from '../platform/linked-abort.ts'
import { createBot } from './bot.ts'
import { createTurnDecoder, createTurnMemory } from './chat-events.ts'
import { type CozeCall, createRequester } from './request.ts'
import type { CozeTransportOptions, TurnCall } from './target.ts'
import {
  CONNECTOR_CHAT_SDK,
  type WireConversation,
  type WireConversationPage,
  type WireEnvelope,
  type WireMessageListRequest,
  type WireMessagePage,
} from './wire.ts'

export type { CozeTransportOptions } from './target.ts'

const HISTORY_PAGE = 20
/** After the last word of an answer its connection may end by itself: a cancelled one looks like a failure in the network panel. */
const LINGER_MS = 2_000

/** A new visitor has no past. */
const loadEarlier = createLazyPart(() => import('./earlier-chat.ts'))

export function createCozeTransport(options: CozeTransportOptions): ChatTransport {
  const { target, connectorId = CONNECTOR_CHAT_SDK, clock = systemClock } = options
  const botId = 'botId' in target ? target.botId : undefined
  const requester = createRequester(options)
  const data = async <T>(call: CozeCall) => (await requester.json<WireEnvelope<T>>(call)).data
  let voiceId: string | undefined
  /** Of the turn under way, for the stream that follows `submitToolOutputs`. */
  let memory = createTurnMemory()

  const loadTarget = createLazyPart(async () =>
    'botId' in target
      ? createBot(target.botId, requester, options)
      : (await import('./chatflow.ts')).createChatflow(target, requester, options),
  )
  /** What a plain question and its answer do not need. */
  const loadExtras = createLazyPart(async () => {
    const { createCozeExtras } = await import('./coze-extras.ts')
    return createCozeExtras(requester, {
      botId,
      connectorId,
      voiceId: () => voiceId,
      // A `fetch` that somebody put in our place must see the uploads too.
      progress: !options.fetch,
    })
  })

  async function* converse(signal: AbortSignal, prepare: () => Promise<TurnCall>): AsyncGenerator<TurnEvent, void> {
    const call = await prepare()
    const link = createLinkedAbort(signal)
    const decoder = createTurnDecoder(memory)
    const events = requester.stream({ ...call, signal: link.signal })
    try {
      for (;;) {
        const event = await events.next()
        if (event.done) break
        yield* await decoder.push(event.value)
        if (decoder.ended) return
      }
    } finally {
      if (!decoder.ended) await events.return()
      void runOut(events, link)
    }
    throw new CozeChatError('interrupted', 'no end', { retryable: true })
  }

  async function runOut(events: AsyncGenerator<unknown>, { abort, unlink }: LinkedAbort): Promise<void> {
    const timer = clock.setTimeout(abort, LINGER_MS)
    try {
      while (!(await events.next()).done);
    } catch {
      // The answer is complete; how its connection ends is nobody's business.
    }
    clock.clearTimeout(timer)
    unlink()
  }

  async function createConversation(signal: AbortSignal, name?: string): Promise<Conversation> {
    const { conversationRequest } = await loadTarget()
    const body = () => ({ ...conversationRequest(name), connector_id: connectorId })
    return toConversation(await data<WireConversation>({ path: '/v1/conversation/create', body, signal }))
  }

  return {
    async loadAgent(signal) {
      try {
        const { agent, voiceId: voice } = await (await loadTarget()).loadProfile(signal)
        voiceId = voice
        return { ...agent, greeting: fillUserName(agent.greeting, options.userName) }
      } catch (cause) {
        if (!isCozeChatError(cause) || cause.code !== 'conversation_not_found') throw cause
        throw new CozeChatError('agent_not_found', 'unknown to Coze', { cause })
      }
    },

    async openConversation(signal, id) {
      if (id !== undefined) {
        const known = await (await loadEarlier()).findConversation(requester, id, signal)
        if (known) return toConversation(known)
      }
      if (botId === undefined) return createConversation(signal, 'Default')
      const query = { bot_id: botId, connector_id: connectorId, page_num: 1, page_size: 1 }
      const { conversations } = await data<WireConversationPage>({ path: '/v1/conversations', query, signal })
      const newest = conversations[0]
      return newest ? toConversation(newest) : createConversation(signal)
    },

    createConversation,

    async listMessages(signal, conversationId, before) {
      const page = await requester.json<WireMessagePage>({
        path: '/v1/conversation/message/list',
        query: { conversation_id: conversationId },
        // Newest first, so that `after_id` walks to older messages.
        body: (): WireMessageListRequest => ({
          order: 'desc',
          limit: HISTORY_PAGE,
          after_id: before,
        }),
        signal,
      })
      const messages = page.data.length > 0 ? await (await loadEarlier()).toHistory(page.data) : []
      return { messages, olderCursor: page.has_more ? page.last_id : undefined }
    },

    ask(signal, conversationId, { text, attachments }) {
      memory = createTurnMemory()
      return converse(signal, async () => {
        const { chatCall } = await loadTarget()
        const content =
          attachments.length > 0
            ? await (await loadExtras()).contentWithFiles(text, attachments)
            : ({ content: text, content_type: 'text' } as const)
        return chatCall(conversationId, { role: 'user', type: 'question', ...content })
      })
    },

    // What a plain question and its answer do not need comes when it is used.
    submitToolOutputs: (signal, ...args) => converse(signal, async () => (await loadExtras()).toolOutputsCall(...args)),
    cancel: async (...args) => (await loadExtras()).cancel(...args),
    turnStatus: async (...args) => (await loadExtras()).turnStatus(...args),
    listConversations: async (...args) => (await loadExtras()).listConversations(...args),
    renameConversation: async (...args) => (await loadExtras()).renameConversation(...args),
    deleteConversation: async (...args) => (await loadExtras()).deleteConversation(...args),
    clearContext: async (...args) => (await loadExtras()).clearContext(...args),
    deleteMessage: async (...args) => (await loadExtras()).deleteMessage(...args),
    upload: async (...args) => (await loadExtras()).upload(...args),
    transcribe: async (...args) => (await loadExtras()).transcribe(...args),
    speak: async (...args) => (await loadExtras()).speak(...args),
    rate: async (...args) => (await loadExtras()).rate(...args),
  }
}

/** Without a name its comma goes too: "Hello, {{user_name}}!" becomes "Hello!". */
function fillUserName(greeting: string, userName = ''): string {
  const pattern = userName ? /\{\{\s*user_name\s*\}\}/g : /[,，、]?\s*\{\{\s*user_name\s*\}\}/g
  return greeting.replace(pattern, () => userName)
}

function toConversation({ id, name = '', last_section_id }: WireConversation): Conversation {
  return { id, title: name, sectionId: last_section_id }
}
