/** The rule of a conversation that comes on screen. */
import { type Change, initialChatState } from '../chat-state.ts'
import type { Conversation, MessagePage } from '../chat-transport.ts'
import { fromStored } from './message-list.ts'

/**
 * @param conversation undefined: the first question begins it
 * @param keepUnsent questions that were written before the conversation was there stay
 */
export const showConversation =
  (conversation: Conversation | undefined, { messages, olderCursor }: MessagePage, keepUnsent: boolean): Change =>
  (state) => ({
    ...initialChatState,
    agent: state.agent,
    loadingAgent: state.loadingAgent,
    conversations: state.conversations,
    phase: 'ready',
    conversationId: conversation?.id,
    messages: [
      ...messages.map(fromStored),
      ...state.messages.filter(({ role, status }) => keepUnsent && role === 'user' && status !== 'sent'),
    ],
    hasOlder: olderCursor !== undefined,
  })
