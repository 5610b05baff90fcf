import type { Clock } from '../../platform/clock.ts'
import type { CorsPolicy } from '../http/cors.ts'
import type { RouteHandler } from '../http/route-table.ts'
import { ServiceError } from '../http/service-error.ts'
import type { ServiceRequest } from '../http/service-request.ts'
import { errorResponse, type ServiceResponse } from '../http/service-response.ts'
import type { AccessPasses } from '../identity/access-pass.ts'
import type { RequestAuthenticator } from '../identity/authenticate-request.ts'
import type { AuthenticatedVisitor } from '../identity/authenticated-visitor.ts'
import { refuseIdentityBesideBody } from '../identity/identity-in-body.ts'
import { createLimiter } from '../limits/limiter.ts'
import type { ServiceLimits } from '../limits/service-limits.ts'
import { type EventSink, refusedEvent } from '../operations/events.ts'
import type { TokenStore } from '../store/token-store.ts'
import type { VisitorTokens } from '../upstream/visitor-tokens.ts'
import { isPreflight, preflightResponse, refuseForeignOrigin, withCorsHeaders } from './gateway-cors.ts'
import type { ResolvedGatewayOptions } from './gateway-options.ts'
import { createOwnerCheck } from './ownership/owner-check.ts'
import { createOwnership } from './ownership/ownership.ts'
import { createStudioConversationList } from './ownership/studio-conversation-list.ts'
import { createUpstreamLookup } from './ownership/upstream-lookup.ts'
import { createPlainChat, readPlainQuestion } from './plain-chat.ts'
import { authenticateVisitor } from './request/authenticate-visitor.ts'
import { readJsonBody } from './request/json-body.ts'
import { VendorRefusal } from './response/refusal.ts'
import { visibleResponse } from './response/visible-response.ts'
import { refusalResponse } from './response/wire-responses.ts'
import { matchPath, type RouteMatch } from './route-matching.ts'
import { createRouteRunner } from './run-route.ts'
import { createCallUpstream } from './upstream/call-upstream.ts'
import { createUpstreamClient } from './upstream/upstream-client.ts'

export interface GatewayParts {
  readonly cors: CorsPolicy
  readonly authenticator: RequestAuthenticator
  readonly passes: AccessPasses
  /** Where ownership and Studio's lists of conversations are kept. */
  readonly store: TokenStore
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
  readonly events: EventSink
  readonly limits: ServiceLimits
  /** With Coze Studio they are not asked for, because it has one personal token. */
  readonly tokens: VisitorTokens
  /** Address of Coze's API. */
  readonly apiBase: string
  readonly basePath: string
  /** Called when Coze has answered, whatever it said. */
  readonly onUpstreamAnswer: () => void
}

/** One thing that can be requested at a path. */
interface Operation {
  /** For events and metrics. */
  readonly name: string
  readonly methods: readonly string[]
  respond(request: ServiceRequest): Promise<ServiceResponse>
}

const PLAIN_CHAT_PATH = '/chat'

/**
 * Coze's API for browsers that hold no token of Coze's: the requests of `routes.ts` and `POST /chat`, each made for the
 * visitor that the request proves, with values of the server's in the fields that decide whose data is read.
 */
export function createGateway(parts: GatewayParts, options: ResolvedGatewayOptions): RouteHandler {
  const { cors, clock, events, limits, tokens, basePath } = parts
  const { studio, targets } = options
  const isStudio = studio !== undefined
  const callUpstream = createCallUpstream({
    client: createUpstreamClient({
      baseUrl: studio?.baseUrl ?? parts.apiBase,
      fetch: parts.fetch,
      clock,
      onAnswer: parts.onUpstreamAnswer,
      onFailure: (host, cause) => events.emit({ type: 'upstream_failed', host, cause }),
    }),
    accessTokenFor: async (visitor, request, renewal) =>
      studio?.personalToken ?? (await tokens.issue(visitor, request, renewal)).text,
    isStudio,
    clock,
  })
  const lookUp = createUpstreamLookup(callUpstream)
  const studioList = isStudio ? createStudioConversationList(parts.store) : undefined
  const ownerCheck = createOwnerCheck({ ownership: createOwnership(parts.store), lookUp, studioList })
  const newConversations = createLimiter(
    'conversations',
    { max: options.maxNewConversations, windowSeconds: 3_600 },
    { store: parts.store, clock },
  )
  const runRoute = createRouteRunner(
    { callUpstream, lookUp, ownerCheck, studioList, limits, newConversations, clock },
    options,
  )
  const answerPlainQuestion = createPlainChat({ runRoute, targets })

  const plainChat: Operation = {
    name: 'plain_chat',
    methods: ['POST'],
    async respond(request) {
      refuseIdentityBesideBody(request)
      const question = readPlainQuestion(await readJsonBody(request, clock))
      return answerPlainQuestion(question, await authenticate(request), request)
    },
  }

  function routeOperation({ route, params }: RouteMatch): Operation {
    return {
      name: route.name,
      methods: route.methods,
      async respond(request) {
        const json = Array.isArray(route.body) ? await readJsonBody(request, clock) : undefined
        const visitor = await authenticate(request)
        const response = await runRoute(route, { params, search: request.query, json }, visitor, request)
        return visibleResponse(route, response, request)
      },
    }
  }

  function operationsAt(path: string): Operation[] {
    if (path === PLAIN_CHAT_PATH) return [plainChat]
    return matchPath(path)
      .filter(({ route }) => !isStudio || !route.cloudOnly)
      .map(routeOperation)
  }

  async function authenticate(request: ServiceRequest): Promise<AuthenticatedVisitor> {
    const visitor = await authenticateVisitor(request, parts)
    await limits.spendSession(visitor.sessionName)
    return visitor
  }

  async function respond(
    request: ServiceRequest,
    operations: readonly Operation[],
    corsHeaders: readonly string[] | undefined,
  ): Promise<ServiceResponse> {
    if (operations.length === 0) throw new ServiceError('not_found')
    if (isPreflight(request)) {
      if (corsHeaders === undefined) throw cors.refusalOf(request)
      return preflightResponse(operations.flatMap(({ methods }) => methods))
    }
    const operation = operationFor(request, operations)
    if (operation === undefined) throw new ServiceError('not_found')
    refuseForeignOrigin(request, corsHeaders, cors)
    await limits.spendAddress(request)
    return operation.respond(request)
  }

  function toErrorResponse(error: unknown): ServiceResponse {
    if (error instanceof VendorRefusal) return refusalResponse(error)
    if (!(error instanceof ServiceError)) throw error
    events.emit(refusedEvent('gateway', error))
    return errorResponse(error, [])
  }

  return async (request) => {
    const operations = operationsAt(request.path.slice(basePath.length))
    const corsHeaders = cors.judge(request)
    const response = await respond(request, operations, corsHeaders).catch(toErrorResponse)
    if (request.method !== 'OPTIONS') {
      const route = operationFor(request, operations)?.name ?? 'other'
      events.emit({ type: 'gateway_request', route, status: response.status })
    }
    return withCorsHeaders(response, corsHeaders)
  }
}

function operationFor({ method }: ServiceRequest, operations: readonly Operation[]): Operation | undefined {
  return operations.find(({ methods }) => methods.includes(method))
}
