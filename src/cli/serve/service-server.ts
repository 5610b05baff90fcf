import { createServer, type Server } from 'node:http'
import { UPLOAD_LIMIT_MS } from '../../server/http/time-limits.ts'
import type { NodeListener } from '../../server/node.ts'
import { type IdleConnections, limitIdleConnections } from './idle-connections.ts'

/** How long a client may take, in milliseconds. */
export interface ServerTimeLimits {
  /** Until the headers of a request have come: the first from the opening of the connection on, another from the last response on. */
  headersMs: number
  /** Until the whole of a request has come. */
  requestMs: number
  /** Without a byte in either direction. A client that neither sends nor reads would keep its connection for ever. */
  silenceMs: number
  /** Between two looks at the first two. */
  checkEveryMs: number
}

const HEADERS_LIMIT_MS = 10_000

/** The service limits the time of each body by itself, and a file may take longest, as may the silence of an agent. */
const DEFAULT_LIMITS: ServerTimeLimits = {
  headersMs: HEADERS_LIMIT_MS,
  requestMs: UPLOAD_LIMIT_MS,
  silenceMs: UPLOAD_LIMIT_MS + 60_000,
  checkEveryMs: HEADERS_LIMIT_MS / 5,
}

/** The server of `serve`, and those of its connections that wait for another request. */
export function createServiceServer(
  listener: NodeListener,
  limits = DEFAULT_LIMITS,
): { server: Server; idle: IdleConnections } {
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: limits.checkEveryMs,
    },
    listener,
  )
  server.setTimeout(limits.silenceMs)
  return { server, idle: limitIdleConnections(server, limits.headersMs) }
}
