import type { ServiceRequest } from '../../http/service-request.ts'
import type { AuthenticatedVisitor } from '../../identity/authenticated-visitor.ts'
import type { SessionName } from '../../identity/session-name.ts'
import { fieldsOf, textOrNumberOf } from '../lossless-json.ts'
import { codeForMissing } from '../request/ids.ts'
import type { WireRequest } from '../request/wire-request.ts'
import { REFUSED, refuse } from '../response/refusal.ts'
import type { UpstreamResponse } from '../response/upstream-response.ts'
import type { GatewayRoute } from '../routes.ts'
import type { OwnedKind, Ownership } from './ownership.ts'
import type { StudioConversationList } from './studio-conversation-list.ts'
import type { LookupRoute, UpstreamLookup } from './upstream-lookup.ts'

/** Keeps visitors to what is their own: before Coze is asked, and in what Coze responds. */
export interface OwnerCheck {
  /** @throws VendorRefusal when the request names what belongs to another session, as if it did not exist */
  checkRequest(wireRequest: WireRequest, visitor: AuthenticatedVisitor, request: ServiceRequest): Promise<void>
  /**
   * Remembers what the response gave to the session, and returns the response with only the session's own conversations.
   * @throws VendorRefusal for a response that belongs to another session; it must not reach the visitor
   */
  claimResponse(
    wireRequest: WireRequest,
    response: UpstreamResponse,
    visitor: AuthenticatedVisitor,
  ): Promise<UpstreamResponse>
}

interface NamedConversation {
  readonly kind: 'conversation'
  readonly conversationId: string
}

interface NamedChat {
  readonly kind: 'chat'
  readonly conversationId: string
  readonly chatId: string
}

const LOOKUP_ROUTES: Readonly<Record<'conversation' | 'chat', LookupRoute>> = {
  conversation: 'conversation_retrieve',
  chat: 'chat_retrieve',
}

/** @param options `studioList` is there only with Coze Studio, which would show everybody's conversations to anybody. */
export function createOwnerCheck(options: {
  ownership: Ownership
  lookUp: UpstreamLookup
  studioList: StudioConversationList | undefined
}): OwnerCheck {
  const { ownership, lookUp, studioList } = options

  const checkRequest: OwnerCheck['checkRequest'] = async ({ route, ids, fileIds }, visitor, request) => {
    const { conversation_id: conversationId, chat_id: chatId } = ids
    if (conversationId !== undefined) {
      const conversation = { kind: 'conversation', conversationId } as const
      if (!(await isOwn(conversation, visitor, request))) throw refuse(codeForMissing(route, 'conversation_id'))
    }
    if (conversationId !== undefined && chatId !== undefined) {
      const chat = { kind: 'chat', conversationId, chatId } as const
      if (!(await isOwn(chat, visitor, request))) throw refuse(REFUSED.chat)
    }
    for (const fileId of fileIds) {
      // Coze has no request that tells whose a file is, and does not document whether it separates the files of sessions.
      if ((await ownership.whose('file', fileId, visitor.sessionName)) !== 'own') throw refuse(REFUSED.parameter)
    }
  }

  /**
   * Whatever is not remembered as the session's own is looked up with the session's own token, be it another session's,
   * forgotten by a restart, or never there: neither the refusal nor the time it takes tells the three apart (T3).
   */
  async function isOwn(
    named: NamedConversation | NamedChat,
    visitor: AuthenticatedVisitor,
    request: ServiceRequest,
  ): Promise<boolean> {
    const { kind } = named
    const [id, parent] = kind === 'chat' ? [named.chatId, named.conversationId] : [named.conversationId]
    if ((await ownership.whose(kind, id, visitor.sessionName, parent)) === 'own') return true
    if (studioList !== undefined) return false
    const query = {
      conversation_id: named.conversationId,
      ...(kind === 'chat' && { chat_id: named.chatId }),
    }
    const found = await lookUp(LOOKUP_ROUTES[kind], query, visitor, request)
    return found !== undefined && ownership.claim(kind, id, visitor.sessionName, parent)
  }

  const claimResponse: OwnerCheck['claimResponse'] = async ({ route, ids }, response, { sessionName }) => {
    if (route.releases !== undefined) {
      await ownership.release(route.releases, ids['conversation_id'] ?? '')
      await studioList?.remove(sessionName, ids['conversation_id'] ?? '')
    }
    if (route.claims === 'conversations') return withOwnConversations(response, sessionName)
    const { conversation, chat, file } = createdIds(route, response)
    const claim = async (kind: OwnedKind, id: string | undefined, parent?: string) =>
      id === undefined || ownership.claim(kind, id, sessionName, parent)
    const claimed = await Promise.all([
      claim('conversation', conversation),
      claim('chat', conversation === undefined ? undefined : chat, conversation),
      claim('file', file),
    ])
    if (!claimed.every((isOwn) => isOwn)) throw refuse(codeForMissing(route, 'conversation_id'))
    if (ids['bot_id'] !== undefined && conversation !== undefined) {
      await studioList?.add(sessionName, ids['bot_id'], conversation)
    }
    return response
  }

  async function withOwnConversations(response: UpstreamResponse, sessionName: SessionName): Promise<UpstreamResponse> {
    if (response.kind !== 'json') return response
    const { conversations: found, has_more = false } = dataOf(response) ?? {}
    const listed = Array.isArray(found) ? found : []
    const claimed = await Promise.all(
      listed.map((entry: unknown) => {
        const id = textOrNumberOf(fieldsOf(entry)?.['id'])
        return id !== undefined && ownership.claim('conversation', id, sessionName)
      }),
    )
    const conversations = listed.filter((_entry, index) => claimed[index])
    return { ...response, body: { ...response.body, data: { conversations, has_more } } }
  }

  return { checkRequest, claimResponse }
}

/** The ids of what a response has created, or continued, for the session. */
function createdIds({ claims }: GatewayRoute, response: UpstreamResponse): Partial<Record<OwnedKind, string>> {
  const { id, conversation_id, chat_id } = dataOf(response) ?? {}
  switch (claims) {
    case 'chat':
      return withTexts({ conversation: conversation_id, chat: chat_id ?? id })
    case 'conversation':
      return withTexts({ conversation: id })
    case 'file':
      return withTexts({ file: id })
    default:
      return {}
  }
}

/** Ids as text: Coze's are text, but a number would be an id as well. */
function withTexts(ids: Partial<Record<OwnedKind, unknown>>): Partial<Record<OwnedKind, string>> {
  return Object.fromEntries(
    Object.entries(ids).flatMap(([kind, value]) => {
      const id = textOrNumberOf(value)
      return id === undefined ? [] : [[kind, id]]
    }),
  )
}

function dataOf(response: UpstreamResponse): Readonly<Record<string, unknown>> | undefined {
  if (response.kind === 'sound') return undefined
  return fieldsOf(response.kind === 'json' ? response.body['data'] : response.first?.data)
}
