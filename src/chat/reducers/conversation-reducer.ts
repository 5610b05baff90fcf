/** The rules of older messages, of ratings, and of the list of conversations. */
import type { AssistantMessage, Change, ConversationSummary } from '../chat-state.ts'
import type { MessagePage } from '../chat-transport.ts'
import { fromStored, replaceMessage } from './message-list.ts'

/** Before the others, none twice. */
export const showOlder =
  ({ messages, olderCursor }: MessagePage): Change =>
  (state) => {
    const known = new Set(state.messages.flatMap(({ id, key }) => [id, key]))
    const older = messages.map(fromStored).filter(({ id, key }) => !known.has(id) && !known.has(key))
    const hasOlder = olderCursor !== undefined
    return { ...state, messages: [...older, ...state.messages], hasOlder, loadingOlder: false }
  }

export const setFeedback =
  (messageKey: string, feedback: AssistantMessage['feedback']): Change =>
  (state) => {
    const message = state.messages.find(({ key }) => key === messageKey)
    if (message?.role !== 'assistant') return state
    const { feedback: _, ...plain } = message
    return replaceMessage(state, message, { ...plain, ...(feedback && { feedback }) })
  }

export const setListLoading =
  (loading: boolean): Change =>
  (state) => ({ ...state, conversations: { ...state.conversations, loading } })

/** @param more whether they come after those that are shown, or take their place */
export const showConversationPage =
  (page: { items: readonly ConversationSummary[]; hasMore: boolean }, more: boolean): Change =>
  (state) => {
    const shown = more ? state.conversations.items : []
    const known = new Set(shown.map(({ id }) => id))
    const added = page.items.filter(({ id }) => !known.has(id))
    return { ...state, conversations: { items: [...shown, ...added], hasMore: page.hasMore, loading: false } }
  }

export const setConversationTitle =
  (id: string, title: string): Change =>
  (state) => {
    const items = state.conversations.items.map((item) => (item.id === id ? { ...item, title } : item))
    return { ...state, conversations: { ...state.conversations, items } }
  }

export const removeConversation =
  (id: string): Change =>
  (state) => {
    const items = state.conversations.items.filter((item) => item.id !== id)
    return { ...state, conversations: { ...state.conversations, items } }
  }
