import { allowGetOnly } from '../http/allow-get-only.ts'
import type { RouteHandler } from '../http/route-table.ts'
import { ServiceError } from '../http/service-error.ts'
import { jsonResponse, textResponse } from '../http/service-response.ts'
import type { TokenStore } from '../store/token-store.ts'
import type { ServiceMetrics } from './service-metrics.ts'
import type { SupplierHealth } from './supplier-health.ts'

/**
 * `GET /healthz` and `GET /metrics` below `basePath`. They also respond while the service drains and before its keys are read.
 *
 * @returns the handler of a path, undefined for other paths
 */
export function createStatusRoutes(options: {
  basePath: string
  store: TokenStore
  suppliers: Pick<SupplierHealth, 'report'>
  /** The keys of identity tokens, if they come from an address. */
  keySet: { retry(): void } | undefined
  metrics: ServiceMetrics | undefined
}): (path: string) => RouteHandler | undefined {
  const { basePath, store, suppliers, keySet, metrics } = options

  const respondToHealth: RouteHandler = async (request) => {
    allowGetOnly(request)
    keySet?.retry()
    const storeState = store.health?.() ?? 'ok'
    const { upstream, ...details } = suppliers.report()
    const isWell = storeState === 'ok' && upstream === 'ok' && (details.keySet?.state ?? 'reachable') === 'reachable'
    const state = { status: isWell ? 'ok' : 'degraded', store: storeState, upstream, ...details }
    return jsonResponse(200, JSON.stringify(state), [])
  }

  const respondToMetrics: RouteHandler = async (request) => {
    if (metrics === undefined) throw new ServiceError('not_found')
    allowGetOnly(request)
    return textResponse(200, await metrics.render(), metrics.contentType)
  }

  const routes = new Map([
    [`${basePath}/healthz`, respondToHealth],
    [`${basePath}/metrics`, respondToMetrics],
  ])
  return (path) => routes.get(path)
}
