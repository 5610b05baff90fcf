/** Other conversations, older messages, a cleared context and ratings. */
import { createLinkedAbort, type LinkedAbort } from '../platform/waiting/linked-abort.ts'
import type { ChatSession, LoadedConversation } from './chat-session.ts'
import type { Change } from './chat-state.ts'
import type { ChatTransport } from './chat-transport.ts'
import { deleteAllConversations } from './delete-conversations.ts'
import {
  removeConversation,
  setConversationTitle,
  setFeedback,
  setListLoading,
  showConversationPage,
  showOlder,
} from './reducers/conversation-reducer.ts'
import type { StateContainer } from './state-container.ts'
import { resumeLostTurn } from './turns/resume-lost-turn.ts'
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

interface MessageRating {
  /** What the server has. */
  confirmed: Rating | undefined
  /** Resolves when the rating that was given last has arrived, or was refused. They go out one after the other. */
  newest: Promise<void>
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
  /** What has become of the list while it was fetched, which the page that comes may not know yet. */
  let changedMeanwhile: Change[] = []
  /** Of each message whose rating is under way. */
  const ratings = new Map<string, MessageRating>()
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

  function changeList(lifetime: AbortSignal, change: Change): void {
    if (getState().conversations.loading) changedMeanwhile.push(change)
    apply(lifetime, change)
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
      await attempt(thread.signal, work, (state) => ({ ...state, loadingOlder: false }))
    },

    async clearContext() {
      const { conversationId, messages, newTopic } = getState()
      const { thread } = session
      // What waits for its turn, or to be asked again, begins a new topic already.
      const isToBegin = thread.beforeAsk !== undefined && messages.some(({ sectionId }) => sectionId === NEXT_SECTION)
      if (conversationId === undefined || newTopic || isToBegin) return
      if (thread.sectionId !== NEXT_SECTION) sectionBefore = thread.sectionId
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
      const rated = ratings.get(messageKey) ?? { confirmed: feedback, newest: Promise.resolve() }
      ratings.set(messageKey, rated)
      apply(signal, setFeedback(messageKey, kind))
      const work = rated.newest.then(async () => {
        await transport.rate(signal, conversationId, id, kind && { kind, ...details })
        rated.confirmed = kind
      })
      const newest = work.catch(() => {})
      rated.newest = newest
      await attempt(
        signal,
        () => work,
        (state) => (rated.newest === newest ? setFeedback(messageKey, rated.confirmed)(state) : state),
      )
      if (rated.newest === newest) ratings.delete(messageKey)
    },

    newConversation: () => switchTo(session.create),

    openConversation: (conversationId) => switchTo((signal) => session.load(signal, { conversationId })),

    async loadConversations(more = false) {
      const { signal } = session
      if (getState().conversations.loading) return
      changedMeanwhile = []
      apply(signal, setListLoading(true))
      const work = async () => {
        const page = more ? shownPages + 1 : 1
        const listed = await transport.listConversations(signal, page)
        if (signal.aborted) return
        shownPages = page
        apply(signal, showConversationPage(listed, more))
        for (const change of changedMeanwhile) apply(signal, change)
      }
      await attempt(signal, work, setListLoading(false))
    },

    async renameConversation(id, title) {
      const { signal } = session
      await attempt(signal, async () => {
        await transport.renameConversation(signal, id, title)
        changeList(signal, setConversationTitle(id, title))
      })
    },

    async deleteConversation(id) {
      const { signal } = session
      await attempt(signal, async () => {
        await transport.deleteConversation(signal, id)
        if (signal.aborted) return
        changeList(signal, removeConversation(id))
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
