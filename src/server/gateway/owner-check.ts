import type { Call } from '../call.ts'
import type { Principal } from '../principal-desk.ts'
import type { ConversationList } from './conversation-list.ts'
import type { Exchanged } from './exchange.ts'
import type { Ownership } from './ownership.ts'
import { REFUSED, refuse, VendorRefusal } from './refusal.ts'
import { type GatewayRoute, routeNamed } from './routes.ts'
import { codeForMissing, type WireRequest } from './wire-request.ts'

/** Whose is what a call names, and what its answer holds? Before and after upstream is asked. */
export interface OwnerCheck {
  /** @throws VendorRefusal for what is somebody else's, in the words for what does not exist */
  check(request: WireRequest, principal: Principal, call: Call): Promise<void>
  /**
   * Remembers what the answer made the session's own.
   * @throws VendorRefusal for an answer that holds what is somebody else's; it must go no further
   */
  claim(request: WireRequest, exchanged: Exchanged, principal: Principal): Promise<void>
  /** The session's own conversations, for an upstream whose list is that of a whole account. */
  list(request: WireRequest, principal: Principal, call: Call): Promise<Exchanged>
}

/** One call of Studio's for each entry. */
const MAX_PAGE = 20
/** 4101: no permission. Anything else, such as 4009 (busy), says nothing about whose it is. */
const MEANS_MISSING: readonly unknown[] = [REFUSED.chat, REFUSED.conversation, REFUSED.message, REFUSED.notFound, 4101]

export function createOwnerCheck(options: {
  ownership: Ownership
  conversations: ConversationList
  isStudio: boolean
  /** Asks upstream with the session's own token. */
  ask(request: WireRequest, principal: Principal, call: Call): Promise<Exchanged>
}): OwnerCheck {
  const { ownership, conversations, isStudio, ask } = options

  async function check({ route, ids, fileIds }: WireRequest, principal: Principal, call: Call): Promise<void> {
    const { conversation_id: conversation, chat_id: chat } = ids
    if (conversation !== undefined && !(await isOwn('conversation', { conversation }, principal, call))) {
      throw refuse(codeForMissing(route, 'conversation_id'))
    }
    if (conversation !== undefined && chat !== undefined) {
      if (!(await isOwn('chat', { conversation, chat }, principal, call))) throw refuse(REFUSED.chat)
    }
    for (const fileId of fileIds) {
      // Coze does not say whether it separates files, so the memory of ours decides (threats-and-faults.md 1.11).
      if ((await ownership.holds('file', fileId, principal.sessionName)) !== 'own') throw refuse(REFUSED.parameter)
    }
  }

  /**
   * What we do not remember as the session's own, be it somebody else's, forgotten by a restart or never there, is asked
   * for with the session's own token: neither words nor time tell the three apart (T3). Studio would tell anybody.
   */
  async function isOwn(
    kind: 'conversation' | 'chat',
    { conversation, chat }: { conversation: string; chat?: string },
    principal: Principal,
    call: Call,
  ): Promise<boolean> {
    const { sessionName } = principal
    const [id, parent] = chat === undefined ? [conversation] : [chat, conversation]
    if ((await ownership.holds(kind, id, sessionName, parent)) === 'own') return true
    if (isStudio) return false
    const query = { conversation_id: conversation, ...(chat !== undefined && { chat_id: chat }) }
    const found = await lookUp(routeNamed(`${kind}_retrieve`), query, principal, call)
    return found !== undefined && ownership.claim(kind, id, sessionName, parent)
  }

  /** What upstream has there for this session's token; `undefined` where it has nothing. */
  async function lookUp(route: GatewayRoute, query: Record<string, string>, principal: Principal, call: Call) {
    try {
      const exchanged = await ask({ route, ids: {}, query, body: {}, fileIds: [] }, principal, call)
      return exchanged.kind === 'json' ? recordOf(exchanged.body['data']) : undefined
    } catch (error) {
      if (error instanceof VendorRefusal && MEANS_MISSING.includes(error.code)) return undefined
      throw error
    }
  }

  async function claim({ route, ids }: WireRequest, exchanged: Exchanged, principal: Principal): Promise<void> {
    const { sessionName } = principal
    if (route.releases !== undefined) {
      await ownership.release(route.releases, ids['conversation_id'] ?? '')
      if (isStudio) await conversations.remove(sessionName, ids['conversation_id'] ?? '')
    }
    if (exchanged.kind === 'sound') return
    const data = recordOf(exchanged.kind === 'json' ? exchanged.body['data'] : exchanged.first?.data)
    if (route.claims === 'conversations') {
      const listed = Array.isArray(data['conversations']) ? data['conversations'] : []
      const own = await Promise.all(
        listed.map((one) => ownership.claim('conversation', String(recordOf(one)['id']), sessionName)),
      )
      data['conversations'] = listed.filter((_one, index) => own[index])
      return
    }
    const isChat = route.claims === 'chat'
    const conversationId = isChat ? data['conversation_id'] : route.claims === 'conversation' ? data['id'] : undefined
    const chatId = isChat ? (data['chat_id'] ?? data['id']) : undefined
    const claims = [
      typeof conversationId === 'string' && ownership.claim('conversation', conversationId, sessionName),
      typeof chatId === 'string' &&
        typeof conversationId === 'string' &&
        ownership.claim('chat', chatId, sessionName, conversationId),
      route.claims === 'file' && typeof data['id'] === 'string' && ownership.claim('file', data['id'], sessionName),
    ]
    const granted = await Promise.all(claims.filter((claimed) => claimed !== false))
    if (granted.every((own) => own)) {
      const botId = ids['bot_id']
      if (isStudio && botId !== undefined && typeof conversationId === 'string') {
        await conversations.add(sessionName, botId, conversationId)
      }
      return
    }
    if (exchanged.kind === 'events') exchanged.flow.close()
    throw refuse(codeForMissing(route, 'conversation_id'))
  }

  async function list({ ids, query }: WireRequest, principal: Principal, call: Call): Promise<Exchanged> {
    const known = await conversations.of(principal.sessionName, ids['bot_id'] ?? '')
    const { from, to, oldestFirst } = pageOf(query)
    const page = (oldestFirst ? known.toReversed() : known).slice(from, to)
    const route = routeNamed('conversation_retrieve')
    const found = await Promise.all(page.map((id) => lookUp(route, { conversation_id: id }, principal, call)))
    const data = { conversations: found.filter((one) => one !== undefined), has_more: known.length > to }
    return { kind: 'json', body: { code: 0, data }, logId: '' }
  }

  return { check, claim, list }
}

/** A page of a list, by the call's `page_num` and `page_size`. */
function pageOf({ page_num, page_size, sort_order }: Readonly<Record<string, string>>) {
  const size = Math.min(wholeNumber(page_size) ?? MAX_PAGE, MAX_PAGE)
  const from = ((wholeNumber(page_num) ?? 1) - 1) * size
  return { from, to: from + size, oldestFirst: sort_order === 'ASC' }
}

function wholeNumber(text = ''): number | undefined {
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
