import type { Clock } from '../platform/clock.ts'
import { type BodyResult, readText } from './body.ts'

/** What a runtime knows about a request beside the request itself. */
export interface CallContext {
  /** Address of the socket's other end, where there is a socket. */
  remoteAddress?: string | undefined
  /** Keeps an edge runtime alive until the promise has settled. */
  waitUntil?: ((promise: Promise<unknown>) => void) | undefined
}

/**
 * One request, as the service reads it. It is made from a web `Request`, or straight from Node's message (`node.ts`):
 * building a `Request` there would cost a quarter of the cached path, so it is built only when a hook asks for it.
 */
export interface Call {
  readonly method: string
  /** Path without query. */
  readonly path: string
  /** Query with its `?`, or an empty string. */
  readonly query: string
  /** `scheme://host` by which the request reached us. */
  readonly ownOrigin: string
  readonly remoteAddress: string | undefined
  /** Fires when the caller has gone. */
  readonly signal: AbortSignal | undefined
  header(name: string): string | undefined
  readText(maxBytes: number, timeoutMs: number, clock: Clock): Promise<BodyResult>
  /** The request for the site's hooks, and for streaming its body on. */
  toRequest(): Request
  waitUntil(promise: Promise<unknown>): void
}

export function callFromRequest(request: Request, context: CallContext): Call {
  const url = new URL(request.url)
  return {
    method: request.method,
    path: url.pathname,
    query: url.search,
    ownOrigin: url.origin,
    remoteAddress: context.remoteAddress,
    signal: request.signal,
    header: (name) => request.headers.get(name) ?? undefined,
    readText: (maxBytes, timeoutMs, clock) => readText(request.body, { maxBytes, timeoutMs, clock }),
    toRequest: () => request,
    waitUntil: (promise) => context.waitUntil?.(promise),
  }
}
