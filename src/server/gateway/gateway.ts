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
import { createOwnerCheck } from './owner-check.ts'
import type { Ownership } from './ownership.ts'
import { isPass, type PassDesk } from './pass.ts'
import { createPlainChat, type Perform } from './plain-chat.ts'
import { REFUSED, VendorRefusal } from './refusal.ts'
import { type GatewayRoute, matchPath, type RouteMatch } from './routes.ts'
import { forStudio, ownName } from './studio.ts'
import { openUpload, type UploadBody } from './upload-body.ts'
import { createUpstream, type UpstreamRequest } from './upstream.ts'
import { flowAnswer, refusalAnswer, wireAnswer } from './wire-answers.ts'
import { pathOf, readWireRequest, type WireRequest, withForcedFields } from './wire-request.ts'

const JSON_LIMIT_MS = 15_000
/** A model that thinks, and a file on a slow line. */
const FLOW_LIMIT_MS = 60_000
const UPLOAD_LIMIT_MS = 5 * 60_000
const REQUEST_HEADERS = 'content-type, authorization, accept-language, x-requested-with, x-coze-client-user-agent'
const PLAIN_CHAT_PATH = '/chat'

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
  const { cors, desk, clock, events, passes } = parts
  const { studio, targets, connectorId } = options
  const streams = createOpenStreams(options.maxOpenStreams, clock)
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
  const owners = createOwnerCheck({
    ownership: parts.ownership,
    conversations: parts.conversations,
    isStudio: studio !== undefined,
    ask: (request, principal, call) =>
      exchange.run(
        { ...upstreamRequest(request, call, undefined), method: 'GET' },
        { route: request.route, principal, call, replayable: true },
      ),
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
    await owners.check(read, principal, call)
    if (studio !== undefined && route.claims === 'conversations') return owners.list(read, principal, call)
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
      await owners.claim(request, exchanged, principal)
      return exchanged
    } catch (error) {
      throw upload?.failure === undefined ? error : new ServiceFault(upload.failure)
    } finally {
      if (!flowing) release()
    }
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
