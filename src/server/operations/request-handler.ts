import type { Clock } from '../../platform/clock.ts'
import { findRoute, type RouteHandler, type RouteTable } from '../http/route-table.ts'
import { ServiceError } from '../http/service-error.ts'
import type { ServiceRequest } from '../http/service-request.ts'
import { errorResponse, type ServiceResponse } from '../http/service-response.ts'
import { writableResponse } from '../http/writable-response.ts'
import type { EventSink } from './events.ts'
import { createOpenRequests } from './open-requests.ts'
import { toServiceError } from './unexpected-error.ts'

export interface RequestHandler {
  /** Finds the route of a request and responds. Never rejects: errors become responses. */
  handle(request: ServiceRequest): Promise<ServiceResponse>
  /** Whether a path (without its query) lies below the base path, or has an early route. */
  owns(path: string): boolean
  /** Composes the routes, unless that has been done. */
  ready(): Promise<void>
  /** Refuses new requests, except those of early routes, and waits up to 5 s for the open ones. */
  drain(): Promise<void>
}

export function createRequestHandler(options: {
  basePath: string
  /** Routes that respond whatever the state of the service, by their whole path. */
  earlyRoute: (path: string) => RouteHandler | undefined
  /** Called with the first request and not before: edge runtimes allow no asynchronous work while a module loads. */
  composeRoutes: () => Promise<RouteTable>
  /** Called with each request for a route before its handler. It may throw a `ServiceError` to refuse it. */
  admit: (request: ServiceRequest) => void
  clock: Clock
  events: EventSink
}): RequestHandler {
  const { basePath, earlyRoute, composeRoutes, admit, clock, events } = options
  const openRequests = createOpenRequests(clock)
  let composing: Promise<RouteTable> | undefined
  let routes: RouteTable | undefined

  async function composedRoutes(): Promise<RouteTable> {
    composing ??= composeRoutes()
    routes = await composing
    return routes
  }

  function routeOf(table: RouteTable, path: string): RouteHandler {
    const route = findRoute(table, path)
    if (route === undefined) throw new ServiceError('not_found')
    return route
  }

  const isBelowBase = (path: string) => path.startsWith(basePath) && path.charAt(basePath.length) === '/'

  /** Not a promise once the routes are composed. */
  function handlerOf(request: ServiceRequest): RouteHandler | Promise<RouteHandler> {
    const early = earlyRoute(request.path)
    if (early !== undefined) return early
    if (!isBelowBase(request.path)) throw new ServiceError('not_found')
    admit(request)
    if (openRequests.isDraining) throw new ServiceError('upstream_unavailable', { retryAfterSeconds: 1 })
    const path = request.path.slice(basePath.length)
    return routes === undefined ? composedRoutes().then((table) => routeOf(table, path)) : routeOf(routes, path)
  }

  return {
    async handle(request) {
      openRequests.started()
      try {
        const found = handlerOf(request)
        const respond = typeof found === 'function' ? found : await found
        return writableResponse(await respond(request))
      } catch (error) {
        return errorResponse(toServiceError(error, request, events), [])
      } finally {
        openRequests.ended()
      }
    },
    owns: (path) => isBelowBase(path) || earlyRoute(path) !== undefined,
    async ready() {
      await composedRoutes()
    },
    drain: () => openRequests.drain(),
  }
}
