/** Deletes every conversation of the visitor at the server, page by page. */
import { isCozeChatError } from '../errors.ts'
import type { ChatTransport } from './chat-transport.ts'

/** More pages than anybody fills; a list that never ends is not followed. */
const MAX_PAGES = 1_000

type Calls = Pick<ChatTransport, 'listConversations' | 'newestConversation' | 'deleteConversation'>

/**
 * One after the other, since Coze counts calls. A conversation that cannot be deleted holds up no other one.
 *
 * @param known ids that the list may not hold: those of chatflows are not listed
 * @param onDeleted called with the number of those that are gone so far
 * @returns how many could not be deleted; `Infinity` where the list itself could not be read, so that nobody knows
 * @throws the reason of `signal`
 */
export async function deleteAllConversations(
  transport: Calls,
  signal: AbortSignal,
  known: readonly string[],
  onDeleted: (count: number) => void,
): Promise<number> {
  const deleted = new Set<string>()
  const failed = new Set<string>()

  async function remove(id: string): Promise<void> {
    try {
      await transport.deleteConversation(signal, id)
      signal.throwIfAborted()
      deleted.add(id)
    } catch (error) {
      signal.throwIfAborted()
      // Not one that is refused for another reason: it would still be there.
      if (isCozeChatError(error) && error.code === 'conversation_not_found') deleted.add(id)
      else failed.add(id)
    }
    onDeleted(deleted.size)
  }

  async function removeListed(): Promise<void> {
    let page = 1
    for (let read = 0; read < MAX_PAGES; read++) {
      const { items, hasMore } = await transport.listConversations(signal, page)
      const before = deleted.size
      for (const { id } of items) if (!deleted.has(id) && !failed.has(id)) await remove(id)
      // What was deleted makes room: the next ones are on this page now.
      if (deleted.size > before) continue
      if (!hasMore) break
      page++
    }
    // The one in which a visitor of a chatflow is met again, and whatever was begun meanwhile.
    const newest = await transport.newestConversation(signal, false)
    if (newest && !deleted.has(newest.id) && !failed.has(newest.id)) await remove(newest.id)
  }

  for (const id of known) await remove(id)
  try {
    await removeListed()
  } catch {
    signal.throwIfAborted()
    return Number.POSITIVE_INFINITY
  }
  return failed.size
}
