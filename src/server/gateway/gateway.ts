import type { RouteHandler } from '../http/route-table.ts'
import { ServiceError } from '../http/service-error.ts'
import type { ServiceRequest } from '../http/service-request.ts'
import { emptyResponse, errorResponse, type ServiceResponse } from '../http/service-response.ts'
import { refusedEvent } from '../operations/events.ts'
import { isPreflight, preflightResponse, refuseForeignOrigin, withCorsHeaders } from './gateway-cors.ts'
import type { ResolvedGatewayOptions } from './gateway-options.ts'
import { createOperations, type GatewayParts, type Operation } from './operations.ts'
import { VendorRefusal } from './response/refusal.ts'
import { refusalResponse } from './response/wire-responses.ts'

/** The status that nginx's log has for a client that closed its connection before the response. */
const VISITOR_LEFT = 499

/**
 * Coze's API for browsers that hold no token of Coze's: the requests of `routes.ts` and `POST /chat`, each made for the
 * visitor that the request proves, with values of the server's in the fields that decide whose data is read.
 */
export function createGateway(parts: GatewayParts, options: ResolvedGatewayOptions): RouteHandler {
  const { cors, events, limits, basePath } = parts
  const operationsAt = createOperations(parts, options)

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

  function toErrorResponse(error: unknown, request: ServiceRequest): ServiceResponse {
    if (error instanceof VendorRefusal) return refusalResponse(error)
    if (!(error instanceof ServiceError)) throw error
    // What broke because the visitor has left says nothing of Coze, and nobody reads the response.
    if (request.signal?.aborted) return emptyResponse(VISITOR_LEFT, [])
    events.emit(refusedEvent('gateway', error))
    return errorResponse(error, [])
  }

  return async (request) => {
    const operations = operationsAt(request.path.slice(basePath.length))
    const corsHeaders = cors.judge(request)
    const response = await respond(request, operations, corsHeaders).catch((error: unknown) =>
      toErrorResponse(error, request),
    )
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
