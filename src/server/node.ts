/** `coze-chat-widget/server/node`: the token service on `node:http` and Express, and its Prometheus metrics. */
export { type NodeListener, toNodeListener } from './http/node-listener.ts'
export { createMetrics } from './operations/prometheus-metrics.ts'
export { type ReadWidgetFilesOptions, readWidgetFiles } from './widget/read-widget-files.ts'
