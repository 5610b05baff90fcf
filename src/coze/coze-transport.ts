/** Plugs Coze into a chat: the vendor's calls and shapes as a `ChatTransport`. */
import type { AgentProfile, AgentStep, Attachment } from '../chat/chat-state.ts'
import type { ChatTransport, Conversation, Question, StoredMessage, TurnEvent } from '../chat/chat-transport.ts'
import { CozeChatError, isCozeChatError } from '../errors.ts'
import { systemClock } from '../platform/clock.ts'
import { createTurnDecoder, readContent } from './chat-events.ts'
import { type CozeClientOptions, createCozeClient } from './coze-client.ts'
import type { CozeExtras } from './coze-extras.ts'
import type { StreamEvent } from './event-stream.ts'
import type { WireAdditionalMessage, WireBot, WireConversation, WireMessage, WireWorkflow } from './wire.ts'

export interface CozeTransportOptions extends CozeClientOptions {
  /** Fills `{{user_name}}` in the agent's opening message. */
  userName?: string
}

const HISTORY_PAGE = 20
/** Somebody else's, deleted or never there: the vendor has four codes for it and none tells which. */
const NO_CONVERSATION = ['conversation_not_found', 'permission_denied']

export function createCozeTransport(options: CozeTransportOptions): ChatTransport {
  const { target } = options
  const client = createCozeClient(options)
  const botId = 'botId' in target ? target.botId : undefined
  let voiceId: string | undefined
  /** Tools called in the turn under way, for the stream that follows `submitToolOutputs`. */
  let runningSteps: AgentStep[] = []

  function requireVoice(): string {
    if (voiceId === undefined) throw new CozeChatError('invalid_request', 'The agent has no voice; choose one in Coze.')
    return voiceId
  }

  let extras: Promise<CozeExtras> | undefined
  function loadExtras(): Promise<CozeExtras> {
    extras ??= import('./coze-extras.ts').then(
      ({ createCozeExtras }) => createCozeExtras(client, { botId, requireVoice, progress: !options.fetch }),
      (cause) => {
        extras = undefined
        throw new CozeChatError('network', 'A part of the chat could not be loaded.', { retryable: true, cause })
      },
    )
    return extras
  }

  async function* decode(events: AsyncGenerator<StreamEvent, void>): AsyncGenerator<TurnEvent, void> {
    const decoder = createTurnDecoder(runningSteps)
    try {
      for await (const event of events) {
        yield* decoder.push(event)
        if (decoder.ended) return
      }
    } finally {
      await events.return()
    }
    throw new CozeChatError('interrupted', 'The answer ended before it was complete.', { retryable: true })
  }

  async function createConversation(signal: AbortSignal, name?: string): Promise<Conversation> {
    const request =
      'botId' in target
        ? { bot_id: target.botId }
        : {
            app_id: target.appId,
            workflow_id: target.workflowId,
            conversation_name: name ?? String((options.clock ?? systemClock).now()),
            get_or_create: name !== undefined,
            draft_mode: false,
          }
    return toConversation(await client.createConversation(signal, request))
  }

  return {
    async loadAgent(signal) {
      try {
        const profile =
          'botId' in target
            ? readBot(await client.retrieveBot(signal, target.botId))
            : readWorkflow(target.workflowId, await client.retrieveWorkflow(signal, target.workflowId))
        voiceId = profile.voiceId
        return { ...profile.agent, greeting: fillUserName(profile.agent.greeting, options.userName) }
      } catch (error) {
        if (!isCozeChatError(error) || error.code !== 'conversation_not_found') throw error
        throw new CozeChatError(
          'agent_not_found',
          'Coze does not know this agent; check botId, or appId and workflowId.',
          {
            cause: error,
          },
        )
      }
    },

    async openConversation(signal, conversationId) {
      if (conversationId !== undefined) {
        try {
          return toConversation(await client.retrieveConversation(signal, conversationId))
        } catch (error) {
          if (!isCozeChatError(error) || !NO_CONVERSATION.includes(error.code)) throw error
        }
      }
      if (botId === undefined) return createConversation(signal, 'Default')
      const { conversations } = await client.listConversations(signal, botId, 1, 1)
      const newest = conversations[0]
      return newest ? toConversation(newest) : createConversation(signal)
    },

    createConversation,

    async listMessages(signal, conversationId, before) {
      // Newest first, so that `after_id` walks to older messages.
      const page = await client.listMessages(signal, conversationId, {
        order: 'desc',
        limit: HISTORY_PAGE,
        ...(before !== undefined && { after_id: before }),
      })
      return {
        messages: toHistory(page.data),
        olderCursor: page.has_more ? page.last_id : undefined,
      }
    },

    ask(signal, conversationId, question) {
      if (botId === undefined && question.attachments.length > 0) {
        throw new CozeChatError('invalid_request', 'A chatflow takes text only; pass files as its parameters.')
      }
      runningSteps = []
      return decode(client.chat(signal, conversationId, toWireQuestion(question)))
    },

    submitToolOutputs(signal, conversationId, turnId, outputs) {
      const wireOutputs = outputs.map(({ callId, output }) => ({ tool_call_id: callId, output }))
      return decode(client.submitToolOutputs(signal, conversationId, turnId, wireOutputs))
    },

    async cancel(signal, conversationId, turnId) {
      try {
        await client.cancelChat(signal, { conversation_id: conversationId, chat_id: turnId })
      } catch (error) {
        // 4104 and Studio's 103200005: not cancellable in its state, which means that it has ended.
        if (!isCozeChatError(error) || !['4104', '103200005'].includes(error.upstreamCode ?? '')) throw error
      }
    },

    // What a plain question and its answer do not need comes when it is used.
    listConversations: async (...args) => (await loadExtras()).listConversations(...args),
    renameConversation: async (...args) => (await loadExtras()).renameConversation(...args),
    deleteConversation: async (...args) => (await loadExtras()).deleteConversation(...args),
    clearContext: async (...args) => (await loadExtras()).clearContext(...args),
    deleteMessage: async (...args) => (await loadExtras()).deleteMessage(...args),
    upload: async (...args) => (await loadExtras()).upload(...args),
    transcribe: async (...args) => (await loadExtras()).transcribe(...args),
    speak: async (...args) => (await loadExtras()).speak(...args),
    rate: async (...args) => (await loadExtras()).rate(...args),

    async turnStatus(signal, conversationId, turnId) {
      const { status } = await client.retrieveChat(signal, conversationId, turnId)
      if (status === 'created' || status === 'in_progress') return 'running'
      return status === 'requires_action' ? 'waiting' : status
    },
  }
}

interface Profile {
  agent: AgentProfile
  voiceId: string | undefined
}

/** Only what a visitor may see: the answer also holds the system prompt, the model and the plugins. */
function readBot(bot: WireBot): Profile {
  const onboarding = bot.onboarding_info ?? {}
  return {
    agent: {
      id: bot.bot_id,
      name: bot.name,
      description: bot.description ?? '',
      iconUrl: bot.icon_url || undefined,
      greeting: onboarding.prologue ?? onboarding.Prologue ?? '',
      suggestions: onboarding.suggested_questions ?? onboarding.SuggestedQuestions ?? [],
      shortcuts: (bot.shortcut_commands ?? []).map((shortcut) => ({
        id: shortcut.id,
        name: shortcut.name,
        command: shortcut.command,
        description: shortcut.description ?? '',
        template: shortcut.query_template ?? '',
      })),
      voice: bot.media_config?.is_voice_call_closed === false,
    },
    voiceId: bot.voice_info_list?.[0]?.voice_id,
  }
}

function readWorkflow(workflowId: string, { role, workflow_detail }: WireWorkflow): Profile {
  return {
    agent: {
      id: workflowId,
      name: role?.name ?? workflow_detail?.workflow_name ?? '',
      description: role?.description ?? workflow_detail?.description ?? '',
      iconUrl: role?.avatar?.image_url || workflow_detail?.icon_url || undefined,
      greeting: role?.onboarding_info?.prologue ?? '',
      suggestions: role?.onboarding_info?.suggested_questions ?? [],
      shortcuts: [],
      voice: role?.user_input_config?.default_input_mode === 2,
    },
    voiceId: Object.values(role?.audio_config?.voice_config_map ?? {})[0]?.voice_id,
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

/** Newest first -> oldest first, turn by turn: a question comes before its answers, also where their times are equal. */
function toHistory(newestFirst: readonly WireMessage[]): StoredMessage[] {
  const turns = new Map<string, StoredMessage[]>()
  for (const message of [...newestFirst].reverse()) {
    if (message.type && message.type !== 'question' && message.type !== 'answer') continue
    const stored = toStoredMessage(message)
    const turn = turns.get(stored.turnId ?? stored.id) ?? []
    const firstAnswer = turn.findIndex(({ role }) => role === 'assistant')
    turn.splice(stored.role === 'user' && firstAnswer >= 0 ? firstAnswer : turn.length, 0, stored)
    turns.set(stored.turnId ?? stored.id, turn)
  }
  return [...turns.values()].flat()
}

function toStoredMessage(message: WireMessage): StoredMessage {
  return {
    ...readContent(message),
    id: message.id,
    turnId: message.chat_id || undefined,
    sectionId: message.section_id || undefined,
    role: message.role,
    contentType: message.content_type === 'card' ? 'card' : 'text',
    reasoning: message.reasoning_content || undefined,
    // Seconds, here and there as text.
    createdAt: Number(message.created_at ?? 0) * 1000,
  }
}

function toWireQuestion({ text, attachments }: Question): WireAdditionalMessage {
  const message = { role: 'user', type: 'question' } as const
  if (attachments.length === 0) return { ...message, content: text, content_type: 'text' }
  const parts = attachments.map(({ kind, fileId, url }: Attachment) => ({
    type: kind,
    ...(fileId === undefined ? { file_url: url } : { file_id: fileId }),
  }))
  // Coze refuses files without words.
  const words = text || attachments.map(({ name }) => name).join(', ')
  return {
    ...message,
    content: JSON.stringify([{ type: 'text', text: words }, ...parts]),
    content_type: 'object_string',
  }
}
