/** What a visitor does now and then: other conversations, older messages, a cleared context, a rating, files and voice. Comes when it is used. */
import { createLinkedAbort, type LinkedAbort } from '../platform/linked-abort.ts'
import type { ChatCore, Loaded } from './chat-core.ts'
import { type Change, fromStored, replace } from './chat-reducer.ts'
import type { AssistantMessage, ConversationSummary } from './chat-state.ts'
import type { ChatStore } from './chat-store.ts'
import type { MessagePage } from './chat-transport.ts'

export type Conversations = Pick<
  ChatStore,
  | 'loadOlder'
  | 'newConversation'
  | 'clearContext'
  | 'loadConversations'
  | 'openConversation'
  | 'renameConversation'
  | 'deleteConversation'
  | 'rate'
  | 'upload'
  | 'transcribe'
  | 'speak'
>

/** Before the others, none twice. */
export const showOlder =
  ({ messages, olderCursor }: MessagePage): Change =>
  (state) => {
    const known = new Set(state.messages.flatMap(({ id, key }) => [id, key]))
    const older = messages.map(fromStored).filter(({ id, key }) => !known.has(id) && !known.has(key))
    const hasOlder = olderCursor !== undefined
    return { ...state, messages: [...older, ...state.messages], hasOlder, loadingOlder: false }
  }

export function createConversations(core: ChatCore): Conversations {
  const { transport, attempt, set, getState } = core
  let switching: LinkedAbort | undefined
  let shownPages = 0

  /** The last switch asked for wins. */
  function switchTo(load: (signal: AbortSignal) => Promise<Loaded>): Promise<void> {
    switching?.abort()
    const link = createLinkedAbort(core.session())
    switching = link
    set(link.signal, { problem: undefined })
    return attempt(link.signal, async () => {
      const loaded = await load(link.signal)
      if (link.signal.aborted) return
      core.show(loaded, false)
      core.resume(loaded)
    }).finally(link.unlink)
  }

  /** Ends with the session too. */
  function linked<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const link = createLinkedAbort(core.session(), signal)
    return work(link.signal).finally(link.unlink)
  }

  function setItems(
    epoch: AbortSignal,
    change: (items: readonly ConversationSummary[]) => ConversationSummary[],
  ): void {
    const { conversations } = getState()
    set(epoch, { conversations: { ...conversations, items: change(conversations.items) } })
  }

  function setFeedback(epoch: AbortSignal, messageKey: string, feedback: AssistantMessage['feedback']): void {
    core.apply(epoch, (state) => {
      const message = state.messages.find(({ key }) => key === messageKey)
      if (message?.role !== 'assistant') return state
      const { feedback: _, ...plain } = message
      return replace(state, message, { ...plain, ...(feedback && { feedback }) })
    })
  }

  return {
    async loadOlder() {
      const { conversationId, hasOlder, loadingOlder } = getState()
      if (conversationId === undefined || !hasOlder || loadingOlder) return
      const thread = core.thread()
      const { signal } = thread
      set(signal, { loadingOlder: true })
      const work = async () => {
        const page = await transport.listMessages(signal, conversationId, thread.olderCursor)
        thread.olderCursor = page.olderCursor
        core.apply(signal, showOlder(page))
      }
      await attempt(signal, work, { loadingOlder: false })
    },

    newConversation: () =>
      switchTo(async (signal) => ({
        conversation: await transport.createConversation(signal),
        page: { messages: [], olderCursor: undefined },
      })),
    openConversation: (conversationId) => switchTo((signal) => core.loadConversation(signal, conversationId)),

    async clearContext() {
      const { conversationId } = getState()
      const thread = core.thread()
      await attempt(thread.signal, async () => {
        if (conversationId === undefined) return
        thread.sectionId = await transport.clearContext(thread.signal, conversationId)
      })
    },

    async loadConversations(more = false) {
      const epoch = core.session()
      const { conversations } = getState()
      if (conversations.loading) return
      set(epoch, { conversations: { ...conversations, loading: true } })
      const work = async () => {
        const page = more ? shownPages + 1 : 1
        const { items, hasMore } = await transport.listConversations(epoch, page)
        if (epoch.aborted) return
        shownPages = page
        const shown = more ? getState().conversations.items : []
        const known = new Set(shown.map(({ id }) => id))
        const added = items.filter(({ id }) => !known.has(id))
        set(epoch, { conversations: { items: [...shown, ...added], hasMore, loading: false } })
      }
      await attempt(epoch, work, { conversations: { ...conversations, loading: false } })
    },

    renameConversation(id, title) {
      const epoch = core.session()
      return attempt(epoch, async () => {
        await transport.renameConversation(epoch, id, title)
        setItems(epoch, (items) => items.map((item) => (item.id === id ? { ...item, title } : item)))
      })
    },

    deleteConversation(id) {
      const epoch = core.session()
      return attempt(epoch, async () => {
        await transport.deleteConversation(epoch, id)
        if (epoch.aborted) return
        setItems(epoch, (items) => items.filter((item) => item.id !== id))
        if (getState().conversationId === id) await switchTo((signal) => core.loadConversation(signal))
      })
    },

    async rate(messageKey, kind, details = {}) {
      const { conversationId, messages } = getState()
      const message = messages.find(({ key }) => key === messageKey)
      if (conversationId === undefined || message?.role !== 'assistant' || message.id === undefined) return
      const { id, feedback } = message
      const epoch = core.thread().signal
      setFeedback(epoch, messageKey, kind)
      await attempt(epoch, async () => {
        try {
          await transport.rate(epoch, conversationId, id, kind && { kind, ...details })
        } catch (thrown) {
          setFeedback(epoch, messageKey, feedback)
          throw thrown
        }
      })
    },

    upload: (file, onProgress, signal) => linked(signal, (both) => transport.upload(both, file, onProgress)),
    transcribe: (audio, signal) => linked(signal, (both) => transport.transcribe(both, audio)),
    speak: (text, signal) => linked(signal, (both) => transport.speak(both, text)),
  }
}
