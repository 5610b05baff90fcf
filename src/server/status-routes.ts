import { type Answer, jsonAnswer } from './answers.ts'
import type { Call } from './call.ts'
import { ServiceFault } from './service-fault.ts'
import type { ServiceMetrics } from './service-options.ts'
import type { Route } from './service-parts.ts'
import type { TokenStore } from './token-store.ts'

/** `GET /healthz` and `GET /metrics`: they answer also while the service drains, and before its keys are read. */
export function createStatusRoutes(options: {
  store: TokenStore
  isUpstreamReachable: () => boolean
  metrics: ServiceMetrics | undefined
}): { health: Route; metrics: Route } {
  const { store, isUpstreamReachable, metrics } = options
  return {
    async health(call) {
      onlyGet(call)
      const state = {
        status: store.health?.() === 'degraded' || !isUpstreamReachable() ? 'degraded' : 'ok',
        store: store.health?.() ?? 'ok',
        upstream: isUpstreamReachable() ? 'ok' : 'unreachable',
      }
      return jsonAnswer(200, JSON.stringify(state), [])
    },

    async metrics(call): Promise<Answer> {
      if (metrics === undefined) throw new ServiceFault('not_found')
      onlyGet(call)
      const { headers } = jsonAnswer(200, '', [])
      return {
        status: 200,
        headers: headers.map((text) => (text === 'application/json' ? metrics.contentType : text)),
        body: await metrics.render(),
      }
    },
  }
}

function onlyGet(call: Call): void {
  if (call.method !== 'GET' && call.method !== 'HEAD') {
    throw new ServiceFault('method_not_allowed', { headers: ['allow', 'GET'] })
  }
}
