/** What can be requested at a path of the gateway, and what it takes to respond: put together here. */
import type { Clock } from '../../platform/clock.ts'
import type { CorsPolicy } from '../http/cors.ts'
import type { ServiceRequest } from '../http/service-request.ts'
import type { ServiceResponse } from '../http/service-response.ts'
import type { AccessPasses } from '../identity/access-pass.ts'
import type { RequestAuthenticator } from '../identity/authenticate-request.ts'
import type { AuthenticatedVisitor } from '../identity/authenticated-visitor.ts'
import { refuseIdentityBesideBody } from '../identity/stated-identity.ts'
import { createLimiter } from '../limits/limiter.ts'
import type { ServiceLimits } from '../limits/service-limits.ts'
import type { EventSink } from '../operations/events.ts'
import type { TokenStore } from '../store/token-store.ts'
import type { VisitorTokens } from '../upstream/visitor-tokens.ts'
import type { ResolvedGatewayOptions } from './gateway-options.ts'
import { createOwnerCheck } from './ownership/owner-check.ts'
import { createOwnership } from './ownership/ownership.ts'
import { createStudioConversationList } from './ownership/studio-conversation-list.ts'
import { createUpstreamLookup } from './ownership/upstream-lookup.ts'
import { createPlainChat, readPlainQuestion } from './plain-chat.ts'
import { authenticateVisitor } from './request/authenticate-visitor.ts'
import { readJsonBody } from './request/json-body.ts'
import { visibleResponse } from './response/visible-response.ts'
import { matchPath, type RouteMatch } from './route-matching.ts'
import { createRouteRunner, type RunRoute } from './run-route.ts'
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
export interface Operation {
  /** For events and metrics. */
  readonly name: string
  readonly methods: readonly string[]
  respond(request: ServiceRequest): Promise<ServiceResponse>
}

const PLAIN_CHAT_PATH = '/chat'

/** @returns what can be requested at a path below the service's base path; nothing at any path that is not listed */
export function createOperations(
  parts: GatewayParts,
  options: ResolvedGatewayOptions,
): (path: string) => readonly Operation[] {
  const { clock, limits } = parts
  const isStudio = options.studio !== undefined
  const runRoute = createRunRoute(parts, options)
  const answerPlainQuestion = createPlainChat({ runRoute, targets: options.targets })

  async function authenticate(request: ServiceRequest): Promise<AuthenticatedVisitor> {
    const visitor = await authenticateVisitor(request, parts)
    await limits.spendSession(visitor.sessionName)
    return visitor
  }

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

  return (path) => {
    if (path === PLAIN_CHAT_PATH) return [plainChat]
    return matchPath(path)
      .filter(({ route }) => !isStudio || !route.cloudOnly)
      .map(routeOperation)
  }
}

function createRunRoute(parts: GatewayParts, options: ResolvedGatewayOptions): RunRoute {
  const { clock, events, limits, tokens, store } = parts
  const { studio } = options
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
  const lookUp = createUpstreamLookup(callUpstream, options.connectorId)
  const studioList = isStudio ? createStudioConversationList(store) : undefined
  const ownerCheck = createOwnerCheck({ ownership: createOwnership(store), lookUp, studioList })
  const newConversations = createLimiter(
    'conversations',
    { max: options.maxNewConversations, windowSeconds: 3_600 },
    { store, clock },
  )
  return createRouteRunner({ callUpstream, lookUp, ownerCheck, studioList, limits, newConversations, clock }, options)
}
