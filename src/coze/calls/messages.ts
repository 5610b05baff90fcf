/** The messages of a conversation: listed, deleted and rated. https://www.coze.cn/docs/developer_guides/message_list */
import type { ChatTransport, StoredMessage } from '../../chat/chat-transport.ts'
import type { CozeClient } from '../client.ts'
import { listOf, textOf, timeOf, type Uncertain } from '../parse-object.ts'
import type { CardReader } from '../turn/cards.ts'
import { readContent } from '../turn/message-content.ts'
import type { WireFeedbackRequest, WireMessage, WireMessageListRequest, WireMessagePage } from '../wire/messages.ts'
import { conversationPath } from './conversations.ts'

export type MessageCalls = Pick<ChatTransport, 'listMessages' | 'deleteMessage' | 'rate'>

const PAGE_SIZE = 20

export function createMessageCalls(client: CozeClient, cards: CardReader): MessageCalls {
  return {
    async listMessages(signal, conversationId, before) {
      const page = await client.json<WireMessagePage>({
        path: '/v1/conversation/message/list',
        query: { conversation_id: conversationId },
        // Newest first, so that `after_id` leads to older messages.
        body: (): WireMessageListRequest => ({ order: 'desc', limit: PAGE_SIZE, after_id: before }),
        signal,
      })
      const newestFirst = listOf(page.data)
      if (newestFirst.some(({ content_type }) => content_type === 'card')) await cards.prepare()
      return { messages: toHistory(newestFirst, cards), olderCursor: page.has_more ? page.last_id : undefined }
    },

    async deleteMessage(signal, conversationId, messageId) {
      const query = { conversation_id: conversationId, message_id: messageId }
      await client.data({ method: 'POST', path: '/v1/conversation/message/delete', query, signal })
    },

    async rate(signal, conversationId, messageId, rating) {
      const path = conversationPath(conversationId, `/messages/${encodeURIComponent(messageId)}/feedback`)
      if (rating === undefined) {
        await client.data({ method: 'DELETE', path, signal })
        return
      }
      const body = (): WireFeedbackRequest => ({
        feedback_type: rating.kind,
        ...(rating.reasons && { reason_types: [...rating.reasons] }),
        ...(rating.comment && { comment: rating.comment }),
      })
      await client.data({ path, body, signal })
    },
  }
}

/** Oldest first, turn by turn: a question comes before its answers, also where their times are equal. */
function toHistory(newestFirst: readonly Uncertain<WireMessage>[], cards: CardReader): StoredMessage[] {
  const turns = new Map<string, StoredMessage[]>()
  for (const message of [...newestFirst].reverse()) {
    if (message.type && message.type !== 'question' && message.type !== 'answer') continue
    const stored = toStoredMessage(message, cards)
    const turn = turns.get(stored.turnId ?? stored.id) ?? []
    const firstAnswer = turn.findIndex(({ role }) => role === 'assistant')
    turn.splice(stored.role === 'user' && firstAnswer >= 0 ? firstAnswer : turn.length, 0, stored)
    turns.set(stored.turnId ?? stored.id, turn)
  }
  return [...turns.values()].flat()
}

function toStoredMessage(message: Uncertain<WireMessage>, cards: CardReader): StoredMessage {
  const { id = '', chat_id, section_id, role, content_type, reasoning_content, created_at = 0 } = message
  return {
    ...readContent(message, cards),
    id,
    turnId: chat_id || undefined,
    sectionId: section_id || undefined,
    role: role === 'user' ? role : 'assistant',
    contentType: content_type === 'card' ? 'card' : 'text',
    // An object would be drawn, and drawing writes into it: it could not be kept any more.
    reasoning: textOf(reasoning_content) || undefined,
    createdAt: timeOf(created_at),
  }
}
