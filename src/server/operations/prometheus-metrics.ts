import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { ServiceMetrics } from './service-metrics.ts'

/**
 * Prometheus metrics of one service, in a registry of their own. Labels come from closed lists: no ids, no unbounded series.
 * @example
 * createTokenService({ ...options, metrics: createMetrics() })
 */
export function createMetrics(): ServiceMetrics {
  const registry = new Registry()
  const registers = [registry]
  const tokens = new Counter({
    name: 'coze_chat_tokens_answered_total',
    help: 'Tokens handed to browsers, by kind of visitor and by where the token came from.',
    labelNames: ['kind', 'source'] as const,
    registers,
  })
  const refusals = new Counter({
    name: 'coze_chat_requests_refused_total',
    help: 'Requests refused, by the code of the error.',
    labelNames: ['code'] as const,
    registers,
  })
  const tickets = new Counter({ name: 'coze_chat_tickets_issued_total', help: 'New anonymous visitors.', registers })
  const gatewayRequests = new Counter({
    name: 'coze_chat_gateway_requests_total',
    help: 'Requests to the gateway, by the name of their route and by status.',
    labelNames: ['route', 'status'] as const,
    registers,
  })
  const faults = new Counter({
    name: 'coze_chat_faults_total',
    help: 'Unexpected errors inside the service.',
    registers,
  })
  const exchanges = new Histogram({
    name: 'coze_chat_exchange_seconds',
    help: 'Time of token exchanges with Coze, tries included, by outcome.',
    labelNames: ['outcome'] as const,
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8],
    registers,
  })
  const reachable = new Gauge({
    name: 'coze_chat_reachable',
    help: '1 while Coze (upstream) or the store responds, 0 while its circuit breaker is open.',
    labelNames: ['neighbour'] as const,
    registers,
  })
  reachable.set({ neighbour: 'upstream' }, 1)
  reachable.set({ neighbour: 'store' }, 1)

  return {
    observe(event) {
      switch (event.type) {
        case 'token_answered':
          tokens.inc({ kind: event.kind, source: event.source })
          break
        case 'refused':
          refusals.inc({ code: event.code })
          break
        case 'gateway_request':
          gatewayRequests.inc({ route: event.route, status: event.status })
          break
        case 'ticket_issued':
          tickets.inc()
          break
        case 'fault':
          faults.inc()
          break
        case 'exchange':
          exchanges.observe({ outcome: event.outcome }, event.durationMs / 1000)
          break
        case 'upstream':
        case 'store':
          reachable.set({ neighbour: event.type }, event.state === 'reachable' ? 1 : 0)
          break
      }
    },
    contentType: registry.contentType,
    render: () => registry.metrics(),
  }
}
