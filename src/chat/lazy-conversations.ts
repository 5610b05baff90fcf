/** Loads the operations on conversations when one is asked for. Where they cannot be loaded, that is the chat's problem. */
import type { Part } from '../platform/part.ts'
import type { ConversationOperationsPart } from './chat-parts.ts'
import type { ChatSession } from './chat-session.ts'
import type { Conversations } from './conversations.ts'
import type { StateContainer } from './state-container.ts'

/** @param create makes them, once their code is there */
export function createLazyConversations(
  part: Part<ConversationOperationsPart>,
  container: StateContainer,
  session: ChatSession,
  create: (module: ConversationOperationsPart) => Conversations,
): Conversations {
  let conversations: Conversations | undefined

  async function run(operation: (conversations: Conversations) => Promise<void>): Promise<void> {
    const { signal } = session
    await container.attempt(signal, async () => {
      conversations ??= create(part.loaded ?? (await part.load()))
      // Whoever asked for it has left while it was loaded.
      if (!signal.aborted) await operation(conversations)
    })
  }

  return {
    loadOlder: () => run((loaded) => loaded.loadOlder()),
    clearContext: () => run((loaded) => loaded.clearContext()),
    keepContext: () => run((loaded) => loaded.keepContext()),
    rate: (...rating) => run((loaded) => loaded.rate(...rating)),
    newConversation: () => run((loaded) => loaded.newConversation()),
    openConversation: (id) => run((loaded) => loaded.openConversation(id)),
    loadConversations: (more) => run((loaded) => loaded.loadConversations(more)),
    renameConversation: (id, title) => run((loaded) => loaded.renameConversation(id, title)),
    deleteConversation: (id) => run((loaded) => loaded.deleteConversation(id)),
    async deleteAllConversations(onDeleted) {
      let left = Number.POSITIVE_INFINITY
      await run(async (loaded) => {
        left = await loaded.deleteAllConversations(onDeleted)
      })
      return left
    },
  }
}
