import type { SessionName } from '../session-name.ts'
import type { TokenStore } from '../token-store.ts'

/** Which conversations a session has with an agent, newest first, where upstream knows only one account (Studio). */
export interface ConversationList {
  add(owner: SessionName, botId: string, id: string): Promise<void>
  remove(owner: SessionName, id: string): Promise<void>
  of(owner: SessionName, botId: string): Promise<readonly string[]>
}

const DAY_MS = 86_400_000
/** As long as the conversations themselves, since the last one was begun. */
const KEPT_MS = 180 * DAY_MS
const MAX_ENTRIES = 100

/** `[bot, conversation]` */
type Entry = readonly [string, string]

/** Two that are begun by one session in the same moment may count as one here; both stay its own. */
export function createConversationList(store: TokenStore): ConversationList {
  const keyOf = (owner: SessionName) => `gateway-list:${owner}`

  async function entriesOf(owner: SessionName): Promise<readonly Entry[]> {
    const held = (await store.get(keyOf(owner))) as { entries?: readonly Entry[] } | undefined
    return held?.entries ?? []
  }

  const write = async (owner: SessionName, entries: readonly Entry[]) =>
    store.set(keyOf(owner), { entries: entries.slice(0, MAX_ENTRIES) }, { ttlMs: KEPT_MS })

  return {
    async add(owner, botId, id) {
      const entries = await entriesOf(owner)
      if (!entries.some(([, known]) => known === id)) await write(owner, [[botId, id], ...entries])
    },
    async remove(owner, id) {
      const entries = await entriesOf(owner)
      await write(
        owner,
        entries.filter(([, known]) => known !== id),
      )
    },
    of: async (owner, botId) => (await entriesOf(owner)).filter(([bot]) => bot === botId).map(([, id]) => id),
  }
}
