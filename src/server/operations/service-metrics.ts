import type { ServiceEvent } from './events.ts'

/** Collects numbers for `GET /metrics`. `createMetrics` of `coze-chat-widget/server/node` makes one for Prometheus. */
export interface ServiceMetrics {
  /** Called with every event of the service. */
  observe(event: ServiceEvent): void
  /** Media type of what `render` returns. */
  readonly contentType: string
  /** Returns the body of the response to `GET /metrics`. */
  render(): Promise<string>
}
