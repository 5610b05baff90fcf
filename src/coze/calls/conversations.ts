/** Conversations: found, made, listed, renamed, cleared and deleted. https://www.coze.cn/docs/developer_guides/create_conversation */
import type { ChatTransport, Conversation } from '../../chat/chat-transport.ts'
import type { CozeClient } from '../client.ts'
import { listOf, required, textOf, timeOf, type Uncertain } from '../parse-object.ts'
import type { WireConversation, WireConversationPage, WireSection } from '../wire/conversations.ts'
import type { TargetCalls } from './target.ts'

export type ConversationCalls = Pick<
  ChatTransport,
  | 'openConversation'
  | 'newestConversation'
  | 'createConversation'
  | 'listConversations'
  | 'renameConversation'
  | 'deleteConversation'
  | 'clearContext'
>

export interface ConversationCallsOptions {
  /** Undefined for a chatflow. */
  botId: string | undefined
  connectorId: string
}

const PAGE_SIZE = 20
/** Coze takes 100 characters. */
const MAX_TITLE_LENGTH = 100
/** The one conversation in which a chatflow meets a visitor who comes back: Coze lists conversations by agent only. */
const CHATFLOW_CONVERSATION = 'Default'

export function conversationPath(id: string, rest = ''): string {
  return `/v1/conversations/${encodeURIComponent(id)}${rest}`
}

export function createConversationCalls(
  client: CozeClient,
  target: TargetCalls,
  { botId, connectorId }: ConversationCallsOptions,
): ConversationCalls {
  async function create(signal: AbortSignal, name?: string): Promise<Conversation> {
    const body = () => ({ ...target.createConversationBody(name), connector_id: connectorId })
    return toConversation(await client.data<WireConversation>({ path: '/v1/conversation/create', body, signal }))
  }

  /** Newest first. */
  async function list(signal: AbortSignal, agent: string, page: number, size: number) {
    const query = { bot_id: agent, connector_id: connectorId, page_num: page, page_size: size }
    const found = await client.data<WireConversationPage>({ path: '/v1/conversations', query, signal })
    return { conversations: listOf(found.conversations), hasMore: found.has_more === true }
  }

  return {
    async openConversation(signal, id) {
      const query = { conversation_id: id }
      return toConversation(await client.data<WireConversation>({ path: '/v1/conversation/retrieve', query, signal }))
    },

    async newestConversation(signal, isNew) {
      if (botId === undefined) return create(signal, CHATFLOW_CONVERSATION)
      // An agent's first question begins a conversation by itself (docs/coze.md 4.5).
      const [newest] = isNew ? [] : (await list(signal, botId, 1, 1)).conversations
      return newest && toConversation(newest)
    },

    createConversation: (signal) => create(signal),

    async listConversations(signal, page) {
      if (botId === undefined) return { items: [], hasMore: false }
      const { conversations, hasMore } = await list(signal, botId, page, PAGE_SIZE)
      const items = conversations.map((conversation) => ({
        id: required(conversation.id),
        title: textOf(conversation.name),
        updatedAt: timeOf(conversation.updated_at ?? conversation.created_at ?? 0),
      }))
      return { items, hasMore }
    },

    async renameConversation(signal, id, title) {
      const body = () => ({ name: title.slice(0, MAX_TITLE_LENGTH) })
      await client.data<WireConversation>({ method: 'PUT', path: conversationPath(id), body, signal })
    },

    async deleteConversation(signal, id) {
      await client.data({ method: 'DELETE', path: conversationPath(id), signal })
    },

    async clearContext(signal, id) {
      const path = conversationPath(id, '/clear')
      return required((await client.data<WireSection>({ method: 'POST', path, signal })).id)
    },
  }
}

function toConversation({ id, last_section_id }: Uncertain<WireConversation>): Conversation {
  return { id: required(id), sectionId: last_section_id }
}
