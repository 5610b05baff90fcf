/** The simulator's records in the shapes of the Open API. */
import type { WireChat } from '../../coze/wire/chat.ts'
import type { WireConversation } from '../../coze/wire/conversations.ts'
import type { WireMessage, WireMessageType } from '../../coze/wire/messages.ts'
import type { Simulation } from './simulation.ts'
import type { Chat, Conversation } from './store.ts'

export function wireConversation(conversation: Conversation): WireConversation {
  const { id, name, metaData, uid, connectorId, createdAt, updatedAt, sectionId } = conversation
  return {
    id,
    name,
    meta_data: metaData,
    creator_id: uid,
    connector_id: connectorId,
    created_at: createdAt,
    updated_at: updatedAt,
    last_section_id: sectionId,
  }
}

export function wireChat(chat: Chat, status: WireChat['status'] = chat.status): WireChat {
  const { id, conversation, botId, createdAt, completedAt, failedAt, sectionId, metaData, lastError } = chat
  // Coze counts tokens when the turn is over.
  const running = status === 'created' || status === 'in_progress'
  const [input, output] = running ? [0, 0] : [chat.inputCount, chat.outputCount]
  return {
    id,
    conversation_id: conversation.id,
    bot_id: botId,
    created_at: createdAt,
    ...(completedAt !== undefined && { completed_at: completedAt }),
    ...(failedAt !== undefined && { failed_at: failedAt }),
    last_error: lastError ?? { code: 0, msg: '' },
    status,
    usage: { token_count: input + output, output_count: output, input_count: input },
    meta_data: metaData,
    section_id: sectionId,
    ...(status === 'requires_action' && {
      required_action: { type: 'submit_tool_outputs', submit_tool_outputs: { tool_calls: chat.toolCalls } },
    }),
    ...(chat.insertedIds.length > 0 && { inserted_additional_messages: chat.insertedIds.map((id) => ({ id })) }),
  }
}

/** A message of the agent within a turn. */
export function turnMessage(simulation: Simulation, chat: Chat, type: WireMessageType, content: string): WireMessage {
  return {
    id: simulation.nextId(),
    conversation_id: chat.conversation.id,
    // Chatflows do not say which agent answers.
    ...(chat.kind === 'agent' && { bot_id: chat.botId }),
    role: 'assistant',
    type,
    content,
    content_type: 'text',
    chat_id: chat.id,
    section_id: chat.sectionId,
    created_at: simulation.nowSeconds(),
  }
}
