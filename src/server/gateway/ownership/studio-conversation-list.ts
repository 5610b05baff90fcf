import type { ServiceRequest } from '../../http/service-request.ts'
import type { AuthenticatedVisitor } from '../../identity/authenticated-visitor.ts'
import type { SessionName } from '../../identity/session-name.ts'
import type { TokenStore } from '../../store/token-store.ts'
import type { WireRequest } from '../request/wire-request.ts'
import type { UpstreamResponse } from '../response/upstream-response.ts'
import { CONVERSATION_KEPT_MS } from './ownership.ts'
import type { UpstreamLookup } from './upstream-lookup.ts'

/**
 * Remembers which conversations a session has with an agent. Coze Studio knows only the one account of its personal token,
 * and would list everybody's.
 */
export interface StudioConversationList {
  add(session: SessionName, botId: string, conversationId: string): Promise<void>
  remove(session: SessionName, conversationId: string): Promise<void>
  /** The ids, newest first; at most 100, over all agents. */
  of(session: SessionName, botId: string): Promise<readonly string[]>
}

/** Each entry of a page costs one request to Studio. */
const MAX_PAGE_SIZE = 20

const MAX_ENTRIES = 100

/** Id of the agent, id of the conversation. */
type Entry = readonly [string, string]

/** Two conversations that one session begins at the same moment may be listed as one. Both stay the session's own. */
export function createStudioConversationList(store: TokenStore): StudioConversationList {
  const keyOf = (session: SessionName) => `gateway-list:${session}`

  async function read(session: SessionName): Promise<readonly Entry[]> {
    const stored = (await store.get(keyOf(session))) as { entries?: readonly Entry[] } | undefined
    return stored?.entries ?? []
  }

  async function write(session: SessionName, entries: readonly Entry[]): Promise<void> {
    await store.set(keyOf(session), { entries: entries.slice(0, MAX_ENTRIES) }, { ttlMs: CONVERSATION_KEPT_MS })
  }

  return {
    async add(session, botId, conversationId) {
      const entries = await read(session)
      if (!entries.some(([, id]) => id === conversationId)) await write(session, [[botId, conversationId], ...entries])
    },
    async remove(session, conversationId) {
      const entries = await read(session)
      await write(
        session,
        entries.filter(([, id]) => id !== conversationId),
      )
    },
    async of(session, botId) {
      const entries = await read(session)
      return entries.filter(([bot]) => bot === botId).map(([, id]) => id)
    },
  }
}

/**
 * A page of the session's own conversations, in the shape of Coze's `GET /v1/conversations`: by `page_num` (from 1),
 * `page_size` (at most 20) and `sort_order` (`ASC`: oldest first).
 */
export async function listStudioConversations(
  { ids, query }: WireRequest,
  visitor: AuthenticatedVisitor,
  request: ServiceRequest,
  { studioList, lookUp }: { studioList: StudioConversationList; lookUp: UpstreamLookup },
): Promise<UpstreamResponse> {
  const newestFirst = await studioList.of(visitor.sessionName, ids['bot_id'] ?? '')
  const size = Math.min(wholeNumber(query['page_size']) ?? MAX_PAGE_SIZE, MAX_PAGE_SIZE)
  const from = ((wholeNumber(query['page_num']) ?? 1) - 1) * size
  const page = (query['sort_order'] === 'ASC' ? newestFirst.toReversed() : newestFirst).slice(from, from + size)
  const found = await Promise.all(
    page.map((id) => lookUp('conversation_retrieve', { conversation_id: id }, visitor, request)),
  )
  const conversations = found.filter((conversation) => conversation !== undefined)
  return {
    kind: 'json',
    body: { code: 0, data: { conversations, has_more: newestFirst.length > from + size } },
    logId: '',
  }
}

function wholeNumber(text = ''): number | undefined {
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined
}
