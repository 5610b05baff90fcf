import type { Answer } from '../answers.ts'
import { emptyAnswer, faultAnswer } from '../answers.ts'
import type { Call } from '../call.ts'
import type { Principal } from '../principal-desk.ts'
import { ServiceFault } from '../service-fault.ts'
import type { Route, ServiceParts } from '../service-parts.ts'
import { refuseIdentityBesideBody } from '../token-request.ts'
import { cutTo } from './answer-shapes.ts'
import type { ConversationList } from './conversation-list.ts'
import { createExchange, type Exchanged } from './exchange.ts'
import type { ResolvedGatewayOptions } from './gateway-options.ts'
import { readJsonBody } from './json-body.ts'
import { createOpenStreams } from './open-streams.ts'
import type { Ownership } from './ownership.ts'
import { isPass, type PassDesk } from './pass.ts'
import { createPlainChat, type Perform } from './plain-chat.ts'
import { REFUSED, refuse, VendorRefusal } from './refusal.ts'
import { type GatewayRoute, matchPath, type RouteMatch, routeNamed } from './routes.ts'
import { forStudio, ownName } from './studio.ts'
import { openUpload, type UploadBody } from './upload-body.ts'
import { createUpstream, type UpstreamRequest } from './upstream.ts'
import { flowAnswer, refusalAnswer, wireAnswer } from './wire-answers.ts'
import { codeForMissing, pathOf, readWireRequest, type WireRequest, withForcedFields } from './wire-request.ts'

const JSON_LIMIT_MS = 15_000
/** A model that thinks, and a file on a slow line. */
const FLOW_LIMIT_MS = 60_000
const UPLOAD_LIMIT_MS = 5 * 60_000
const REQUEST_HEADERS = 'content-type, authorization, accept-language, x-requested-with, x-coze-client-user-agent'
const PLAIN_CHAT_PATH = '/chat'
/** One call of Studio's for each entry. */
const MAX_PAGE = 20
/** 4101: no permission. Anything else, such as 4009 (busy), says nothing about whose it is. */
const MEANS_MISSING: readonly unknown[] = [REFUSED.chat, REFUSED.conversation, REFUSED.message, REFUSED.notFound, 4101]

export interface GatewayParts extends ServiceParts {
  readonly passes: PassDesk
  readonly ownership: Ownership
  readonly conversations: ConversationList
  /** Address of the Open API. */
  readonly apiBase: string
  readonly basePath: string
}

/**
 * The Open API for browsers that hold no token of Coze's: the calls of `routes.ts`, each for the principal that the
 * request proves, with the server's own values in the fields that decide whose data is read.
 */
export function createGateway(parts: GatewayParts, options: ResolvedGatewayOptions): Route {
  const { cors, desk, clock, events, passes, ownership, conversations } = parts
  const { studio, targets, connectorId } = options
  const streams = createOpenStreams(options.maxOpenStreams)
  const exchange = createExchange({
    upstream: createUpstream({
      baseUrl: (studio?.baseUrl ?? parts.apiBase).replace(/\/+$/, ''),
      fetch: parts.fetch,
      clock,
    }),
    tokenOf: async (principal, call, renewal) =>
      studio?.personalToken ?? (await parts.tokenFor(principal, call, renewal)).token.accessToken,
    clock,
  })
  const plainChat = createPlainChat({ perform, targets, isStudio: studio !== undefined })

  return async (call) => {
    const path = call.path.slice(parts.basePath.length)
    const isPlainChat = path === PLAIN_CHAT_PATH
    const matches = isPlainChat ? [] : matchPath(path).filter(({ route }) => studio === undefined || !route.cloudOnly)
    const match = matches.find(({ route }) => route.methods.includes(call.method))
    const name = isPlainChat ? 'plain_chat' : (match?.route.name ?? 'other')
    const corsHeaders = cors.judge(call)
    const answer = await answerCall().catch((error: unknown) => {
      if (error instanceof VendorRefusal) return refusalAnswer(error)
      if (!(error instanceof ServiceFault)) throw error
      events.emit({ type: 'refused', route: 'gateway', code: error.code })
      return faultAnswer(error, [])
    })
    if (call.method !== 'OPTIONS') events.emit({ type: 'gateway_request', route: name, status: answer.status })
    return { ...answer, headers: [...answer.headers, ...exposed(corsHeaders)] }

    async function answerCall(): Promise<Answer> {
      const methods = isPlainChat ? ['POST'] : matches.flatMap(({ route }) => route.methods)
      if (methods.length === 0) throw new ServiceFault('not_found')
      if (call.method === 'OPTIONS' && call.header('origin') !== undefined) {
        if (corsHeaders === undefined) throw new ServiceFault('origin_not_allowed')
        return emptyAnswer(204, preflightHeaders(methods))
      }
      if (isPlainChat ? call.method !== 'POST' : match === undefined) throw new ServiceFault('not_found')
      if (corsHeaders === undefined && !isOldSameOrigin(call)) throw new ServiceFault('origin_not_allowed')
      await parts.spendAddressLimit(call)
      if (!isPlainChat && match !== undefined) return answerWire(call, match)
      refuseIdentityBesideBody(call)
      const question = plainChat.read(await readJsonBody(call, clock))
      return plainChat.answer(question, await identified(call), call)
    }
  }

  async function answerWire(call: Call, { route, params }: RouteMatch): Promise<Answer> {
    const json = Array.isArray(route.body) ? await readJsonBody(call, clock) : undefined
    const principal = await identified(call)
    return answerOf(route, principal, await perform(route, { params, search: call.query, json }, principal, call))
  }

  /** Who is calling, and has he calls left? A pass or a ticket decides alone; else the site is asked. */
  async function identified(call: Call): Promise<Principal> {
    const bearer = bearerOf(call)
    const principal =
      bearer !== undefined && isPass(bearer)
        ? await passes.open(bearer)
        : (
            await desk.resolve(call, {
              credential: bearer,
              ...(bearer !== undefined && isTicket(bearer) && { expect: 'anonymous' as const }),
            })
          )?.principal
    if (principal === undefined) throw new VendorRefusal(REFUSED.authentication, { status: 401 })
    const verdict = await parts.sessionLimiter?.consume(principal.sessionName)
    if (verdict !== undefined && !verdict.allowed) throw new ServiceFault('rate_limited', verdict)
    return principal
  }

  async function perform(...[route, { params = {}, search = '', json }, principal, call]: Parameters<Perform>) {
    const read = readWireRequest(route, params, search, json, targets)
    await checkOwnership(read, principal, call)
    if (studio !== undefined && route.claims === 'conversations') return listOwn(read, principal, call)
    const forced = withForcedFields(read, principal, connectorId)
    const request = studio === undefined ? forced : forStudio(forced, principal)
    // A file on its way holds a socket as an answer does.
    const release =
      route.flows === undefined && route.body !== 'upload' ? () => {} : streams.take(principal.sessionName)
    let upload: UploadBody | undefined
    let flowing = false
    try {
      if (route.body === 'upload') upload = openUpload(call, { maxBytes: options.maxUploadBytes, clock })
      const exchanged = await exchange.run(upstreamRequest(request, call, upload), {
        route,
        principal,
        call,
        replayable: upload === undefined,
      })
      if (exchanged.kind !== 'json') {
        flowing = true
        exchanged.flow.onClose(release)
      }
      await claim(request, exchanged, principal)
      return exchanged
    } catch (error) {
      throw upload?.failure === undefined ? error : new ServiceFault(upload.failure)
    } finally {
      if (!flowing) release()
    }
  }

  /** Studio's list is that of the whole account, so the page is put together from what we remember. */
  async function listOwn({ ids, query }: WireRequest, principal: Principal, call: Call): Promise<Exchanged> {
    const known = await conversations.of(principal.sessionName, ids['bot_id'] ?? '')
    const { from, to, oldestFirst } = pageOf(query)
    const page = (oldestFirst ? known.toReversed() : known).slice(from, to)
    const route = routeNamed('conversation_retrieve')
    const found = await Promise.all(page.map((id) => lookUp(route, { conversation_id: id }, principal, call)))
    const data = { conversations: found.filter((one) => one !== undefined), has_more: known.length > to }
    return { kind: 'json', body: { code: 0, data }, logId: '' }
  }

  function upstreamRequest(
    request: WireRequest & { path?: string },
    call: Call,
    upload: UploadBody | undefined,
  ): UpstreamRequest {
    const { route, query, body } = request
    const language = call.header('accept-language')
    const type = upload?.contentType ?? (Array.isArray(route.body) ? 'application/json' : undefined)
    return {
      // `call` may be a `POST /chat`.
      method: route.methods.includes(call.method) ? call.method : (route.methods[0] ?? 'GET'),
      path: request.path ?? pathOf(request),
      query,
      headers: {
        ...(language !== undefined && /^[\w\s,;=.*-]{1,100}$/.test(language) && { 'accept-language': language }),
        ...(type !== undefined && { 'content-type': type }),
        // A compressed stream would wait in somebody's buffer.
        ...(route.flows === 'events' && { accept: 'text/event-stream', 'accept-encoding': 'identity' }),
      },
      ...(upload !== undefined && { body: upload.stream }),
      ...(upload === undefined && type !== undefined && { body: JSON.stringify(body) }),
      limitMs: upload !== undefined ? UPLOAD_LIMIT_MS : route.flows === undefined ? JSON_LIMIT_MS : FLOW_LIMIT_MS,
    }
  }

  /** @throws VendorRefusal for what is somebody else's, in the words for what does not exist */
  async function checkOwnership({ route, ids, fileIds }: WireRequest, principal: Principal, call: Call): Promise<void> {
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
    if (studio !== undefined) return false
    const query = { conversation_id: conversation, ...(chat !== undefined && { chat_id: chat }) }
    const found = await lookUp(routeNamed(`${kind}_retrieve`), query, principal, call)
    return found !== undefined && ownership.claim(kind, id, sessionName, parent)
  }

  /** What upstream has there for this session's token; `undefined` where it has nothing. */
  async function lookUp(route: GatewayRoute, query: Record<string, string>, principal: Principal, call: Call) {
    const request: WireRequest = { route, ids: {}, query, body: {}, fileIds: [] }
    try {
      const exchanged = await exchange.run(
        { ...upstreamRequest(request, call, undefined), method: 'GET' },
        { route, principal, call, replayable: true },
      )
      return exchanged.kind === 'json' ? recordOf(exchanged.body['data']) : undefined
    } catch (error) {
      if (error instanceof VendorRefusal && MEANS_MISSING.includes(error.code)) return undefined
      throw error
    }
  }

  /** What the answer made the session's own. An answer that holds what is somebody else's goes no further. */
  async function claim({ route, ids }: WireRequest, exchanged: Exchanged, principal: Principal): Promise<void> {
    const { sessionName } = principal
    if (route.releases !== undefined) {
      await ownership.release(route.releases, ids['conversation_id'] ?? '')
      if (studio !== undefined) await conversations.remove(sessionName, ids['conversation_id'] ?? '')
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
      if (studio !== undefined && botId !== undefined && typeof conversationId === 'string') {
        await conversations.add(sessionName, botId, conversationId)
      }
      return
    }
    if (exchanged.kind === 'events') exchanged.flow.close()
    throw refuse(codeForMissing(route, 'conversation_id'))
  }

  function answerOf(route: GatewayRoute, principal: Principal, exchanged: Exchanged): Answer {
    const { logId } = exchanged
    if (exchanged.kind !== 'json') {
      const type = exchanged.kind === 'events' ? 'text/event-stream; charset=utf-8' : exchanged.contentType
      return flowAnswer(type, exchanged.flow.body(), logId)
    }
    const { body } = exchanged
    const data = route.data === undefined ? undefined : cutTo(route.data, body['data'])
    const beside = (route.beside ?? []).filter((name) => Object.hasOwn(body, name))
    return wireAnswer(
      200,
      {
        code: 0,
        msg: '',
        ...(data !== undefined && { data: studio === undefined ? data : ownName(data, principal) }),
        ...Object.fromEntries(beside.map((name) => [name, cutTo('value', body[name])])),
        detail: { logid: logId },
      },
      logId,
    )
  }
}

function bearerOf(call: Call): string | undefined {
  return /^Bearer +(\S+)$/i.exec(call.header('authorization') ?? '')?.[1]
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

/** Our own tickets; the site's `identify` need not be asked about them. */
function isTicket(bearer: string): boolean {
  return bearer.startsWith('v1.')
}

/**
 * A GET of our own pages has no `Origin`, and in older browsers nothing else that would tell. A credential of ours in
 * `Authorization` does: no foreign page can send one without a preflight, and none has one.
 */
function isOldSameOrigin(call: Call): boolean {
  const bearer = bearerOf(call) ?? ''
  const silent = call.header('origin') === undefined && call.header('sec-fetch-site') === undefined
  return silent && (isPass(bearer) || isTicket(bearer))
}

function preflightHeaders(methods: readonly string[]): readonly string[] {
  return [
    ...['access-control-allow-methods', [...new Set(methods), 'OPTIONS'].join(', ')],
    ...['access-control-allow-headers', REQUEST_HEADERS],
    ...['access-control-max-age', '600'],
  ]
}

/** CORS headers of an answer, if it goes to another origin: clients read the log id there. */
function exposed(corsHeaders: readonly string[] | undefined): readonly string[] {
  if (corsHeaders === undefined || corsHeaders.length === 0) return []
  return [...corsHeaders, 'access-control-expose-headers', 'x-tt-logid']
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
