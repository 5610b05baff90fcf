/** Other conversations, older messages, a cleared context and ratings. */
import { createLinkedAbort, type LinkedAbort } from '../platform/waiting/linked-abort.ts'
import type { ChatSession, LoadedConversation } from './chat-session.ts'
import type { ChatTransport } from './chat-transport.ts'
import { deleteAllConversations } from './delete-conversations.ts'
import { resumeLostTurn } from './opening.ts'
import {
  removeConversation,
  renameConversation,
  setFeedback,
  showConversationPage,
  showOlder,
} from './reducers/conversation-reducer.ts'
import type { StateContainer } from './state-container.ts'
import type { Turns } from './turns/turns.ts'

/** Stands for the new context window until the server has named it. */
const NEXT_SECTION = 'next'

export type Rating = 'like' | 'unlike'

export interface RatingDetails {
  reasons?: readonly string[]
  comment?: string
}

/** None of these rejects: see `state.problem`. */
export interface Conversations {
  loadOlder(): Promise<void>
  /** The agent forgets what is above, with the next question. */
  clearContext(): Promise<void>
  /** Takes {@link clearContext} back. */
  keepContext(): Promise<void>
  /** @param kind undefined: takes the rating back */
  rate(messageKey: string, kind: Rating | undefined, details?: RatingDetails): Promise<void>
  newConversation(): Promise<void>
  openConversation(conversationId: string): Promise<void>
  /** The newest ones; with `more`, the page after those shown. */
  loadConversations(more?: boolean): Promise<void>
  renameConversation(conversationId: string, title: string): Promise<void>
  deleteConversation(conversationId: string): Promise<void>
  /**
   * Deletes all of the visitor's, after stopping an answer that is under way.
   * @param onDeleted called with the number of those that are gone so far
   * @returns how many could not be deleted: `Infinity` where the list could not be read
   */
  deleteAllConversations(onDeleted?: (count: number) => void): Promise<number>
}

export function createConversations(
  container: StateContainer,
  session: ChatSession,
  transport: ChatTransport,
  turns: Turns,
): Conversations {
  const { apply, attempt, getState, set } = container
  let switching: LinkedAbort | undefined
  let shownPages = 0
  /** Before the new topic, which can be undone. */
  let sectionBefore: string | undefined

  /** The last switch asked for wins. */
  async function switchTo(load: (signal: AbortSignal) => Promise<LoadedConversation>): Promise<void> {
    switching?.abort()
    const link = createLinkedAbort(session.signal)
    switching = link
    set(link.signal, { problem: undefined })
    await attempt(link.signal, async () => {
      const loaded = await load(link.signal)
      if (link.signal.aborted) return
      turns.showConversation(loaded, false)
      resumeLostTurn(turns, loaded)
    })
    link.unlink()
  }

  return {
    async loadOlder() {
      const { conversationId, hasOlder, loadingOlder } = getState()
      if (conversationId === undefined || !hasOlder || loadingOlder) return
      const { thread } = session
      set(thread.signal, { loadingOlder: true })
      const work = async () => {
        const page = await transport.listMessages(thread.signal, conversationId, thread.olderCursor)
        thread.olderCursor = page.olderCursor
        apply(thread.signal, showOlder(page))
      }
      await attempt(thread.signal, work, { loadingOlder: false })
    },

    async clearContext() {
      const { conversationId, newTopic } = getState()
      const { thread } = session
      if (conversationId === undefined || newTopic) return
      sectionBefore = thread.sectionId
      thread.sectionId = NEXT_SECTION
      thread.beforeAsk = async () => {
        thread.sectionId = await transport.clearContext(thread.signal, conversationId)
        thread.beforeAsk = undefined
      }
      set(thread.signal, { newTopic: true, followUps: [] })
    },

    async keepContext() {
      const { thread } = session
      if (!getState().newTopic) return
      thread.sectionId = sectionBefore
      thread.beforeAsk = undefined
      set(thread.signal, { newTopic: false })
    },

    async rate(messageKey, kind, details = {}) {
      const { conversationId, messages } = getState()
      const message = messages.find(({ key }) => key === messageKey)
      if (conversationId === undefined || message?.role !== 'assistant' || message.id === undefined) return
      const { id, feedback } = message
      const { signal } = session.thread
      apply(signal, setFeedback(messageKey, kind))
      await attempt(signal, async () => {
        try {
          await transport.rate(signal, conversationId, id, kind && { kind, ...details })
        } catch (thrown) {
          apply(signal, setFeedback(messageKey, feedback))
          throw thrown
        }
      })
    },

    newConversation: () => switchTo(session.create),

    openConversation: (conversationId) => switchTo((signal) => session.load(signal, { conversationId })),

    async loadConversations(more = false) {
      const { signal } = session
      const { conversations } = getState()
      if (conversations.loading) return
      set(signal, { conversations: { ...conversations, loading: true } })
      const work = async () => {
        const page = more ? shownPages + 1 : 1
        const listed = await transport.listConversations(signal, page)
        if (signal.aborted) return
        shownPages = page
        apply(signal, showConversationPage(listed, more))
      }
      await attempt(signal, work, { conversations: { ...conversations, loading: false } })
    },

    async renameConversation(id, title) {
      const { signal } = session
      await attempt(signal, async () => {
        await transport.renameConversation(signal, id, title)
        apply(signal, renameConversation(id, title))
      })
    },

    async deleteConversation(id) {
      const { signal } = session
      await attempt(signal, async () => {
        await transport.deleteConversation(signal, id)
        if (signal.aborted) return
        apply(signal, removeConversation(id))
        if (getState().conversationId === id) await switchTo((link) => session.load(link))
      })
    },

    async deleteAllConversations(onDeleted = () => {}) {
      turns.stop()
      const { conversationId } = getState()
      const known = conversationId === undefined ? [] : [conversationId]
      return deleteAllConversations(transport, session.signal, known, onDeleted)
    },
  }
}
