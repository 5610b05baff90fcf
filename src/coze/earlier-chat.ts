/** What a visitor who comes back finds: his conversation and what was said in it. A chunk of its own: a new one has no past. */
import type { StoredMessage } from '../chat/chat-transport.ts'
import { isCozeChatError } from '../errors.ts'
import { loadRareEvents } from './chat-events.ts'
import type { Requester } from './request.ts'
import type { WireConversation, WireEnvelope, WireMessage } from './wire.ts'

/** Somebody else's, deleted or never there: the vendor has four codes for it and none tells which. */
const NO_CONVERSATION = ['conversation_not_found', 'permission_denied']

/** Undefined where it is gone. */
export async function findConversation(
  requester: Requester,
  id: string,
  signal: AbortSignal,
): Promise<WireConversation | undefined> {
  try {
    const call = { path: '/v1/conversation/retrieve', query: { conversation_id: id }, signal }
    return (await requester.json<WireEnvelope<WireConversation>>(call)).data
  } catch (error) {
    if (!isCozeChatError(error) || !NO_CONVERSATION.includes(error.code)) throw error
    return undefined
  }
}

/** Newest first -> oldest first, turn by turn: a question comes before its answers, also where their times are equal. */
export async function toHistory(newestFirst: readonly WireMessage[]): Promise<StoredMessage[]> {
  const turns = new Map<string, StoredMessage[]>()
  for (const message of [...newestFirst].reverse()) {
    if (message.type && message.type !== 'question' && message.type !== 'answer') continue
    const stored = await toStoredMessage(message)
    const turn = turns.get(stored.turnId ?? stored.id) ?? []
    const firstAnswer = turn.findIndex(({ role }) => role === 'assistant')
    turn.splice(stored.role === 'user' && firstAnswer >= 0 ? firstAnswer : turn.length, 0, stored)
    turns.set(stored.turnId ?? stored.id, turn)
  }
  return [...turns.values()].flat()
}

async function toStoredMessage(message: WireMessage): Promise<StoredMessage> {
  const { id, chat_id, section_id, role, content, content_type, reasoning_content, created_at = 0 } = message
  return {
    ...(content_type && content_type !== 'text'
      ? (await loadRareEvents()).readContent(message)
      : { text: content, attachments: [] }),
    id,
    turnId: chat_id || undefined,
    sectionId: section_id || undefined,
    role,
    contentType: content_type === 'card' ? 'card' : 'text',
    reasoning: reasoning_content || undefined,
    // Seconds, here and there as text.
    createdAt: Number(created_at) * 1000,
  }
}
