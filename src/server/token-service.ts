import { createServiceParts } from './composition/service-parts.ts'
import { composeTokenRoutes, type TokenRoutes } from './composition/token-routes.ts'
import { createWidgetDelivery } from './composition/widget-delivery.ts'
import { ServiceError } from './http/service-error.ts'
import { type RuntimeContext, type ServiceRequest, toServiceRequest } from './http/service-request.ts'
import { type ServiceResponse, toResponse } from './http/service-response.ts'
import { createRequestHandler } from './operations/request-handler.ts'
import { createStatusRoutes } from './operations/status-routes.ts'
import { checkServiceOptions, type TokenServiceOptions } from './service-options.ts'

export type { TokenServiceOptions } from './service-options.ts'

export interface TokenService {
  /** Responds to any request below `basePath` and for the widget's files, and with 404 to all others. Never rejects. */
  fetch(request: Request, context?: RuntimeContext): Promise<Response>
  /** The same for bridges that have no `Request` at hand, such as `toNodeListener`. Never rejects. */
  handle(request: ServiceRequest): Promise<ServiceResponse>
  /** Whether a path (without its query) lies below `basePath`, or is one of the widget's files. */
  owns(path: string): boolean
  /**
   * Reads the keys and makes a test signature. The first request does so by itself; call it at start to learn of a wrong
   * key before a visitor does.
   * @throws CozeChatError `misconfigured`; the message names the cure
   */
  ready(): Promise<void>
  /**
   * Gets a token from Coze for a session that no visitor has. Call it at start to learn whether Coze accepts the app and its key.
   * With Coze Studio there is nothing to get.
   * @throws CozeChatError `misconfigured` as `ready` does
   */
  check(): Promise<UpstreamCheck>
  /** Refuses new requests with 503, waits up to 5 s for the open ones, and closes the store unless it came from the options. */
  close(): Promise<void>
}

/** Whether Coze hands out tokens, and what it says where it does not. */
export interface UpstreamCheck {
  readonly ok: boolean
  /** One word: Coze's own code, such as `invalid_client`, or what happened on the way, such as `ECONNREFUSED`. */
  readonly cause?: string
  /** Which host did not answer; absent where Coze answered. */
  readonly host?: string
  readonly logId?: string
}

const MALFORMED_HOST =
  'A request was refused because its Host is no host name. If it came through your proxy, let that pass the Host of the browser on.'

/**
 * Creates a token service. It runs wherever there are `Request`, `Response`, `fetch` and Web Crypto.
 * @throws CozeChatError `misconfigured` for options that can never work; the message names the cure.
 * @example
 * const service = createTokenService({
 *   appId: '1100000000000',
 *   keyId: 'fingerprint of the public key',
 *   privateKey: process.env.COZE_PRIVATE_KEY,
 *   secret: process.env.CHAT_SECRET,
 *   identify: async (request) => (await readSession(request))?.userId ?? null,
 * })
 * // Any runtime: await service.fetch(request)
 * // Node: createServer(toNodeListener(service)).listen(8787)
 */
export function createTokenService(options: TokenServiceOptions): TokenService {
  checkServiceOptions(options)
  const { metrics } = options
  const parts = createServiceParts(options)
  const { basePath, clock, events, store, suppliers, keySet, sight } = parts
  const findStatusRoute = createStatusRoutes({ basePath, store, suppliers, keySet, metrics })
  const findWidgetRoute = createWidgetDelivery(options, parts)
  let composed: TokenRoutes | undefined

  const handler = createRequestHandler({
    basePath,
    earlyRoute: (path) => findStatusRoute(path) ?? findWidgetRoute(path),
    async composeRoutes() {
      composed = await composeTokenRoutes(options, parts)
      return composed
    },
    admit(request) {
      const origin = sight.originOf(request)
      if (origin === undefined) throw new ServiceError('bad_request', { advice: MALFORMED_HOST })
      request.ownOrigin = origin
    },
    clock,
    events,
  })

  return {
    async fetch(request, context = {}) {
      try {
        return toResponse(await handler.handle(toServiceRequest(request, context)))
      } catch {
        // A runtime whose `Request` or `Response` is not as the standard says.
        return new Response(null, { status: 503 })
      }
    },
    handle: handler.handle,
    owns: handler.owns,
    ready: handler.ready,
    async check() {
      await handler.ready()
      try {
        await composed?.getTokenForCheck?.()
        return { ok: true }
      } catch {
        const { secondsAgo: _, ...facts } = suppliers.report().lastUpstreamFailure ?? { cause: 'unknown' }
        return { ok: false, ...facts }
      }
    },
    async close() {
      await handler.drain()
      if (options.store === undefined) await Promise.all([store.close?.(), parts.records.close?.()])
    },
  }
}
