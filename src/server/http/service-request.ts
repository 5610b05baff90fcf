import type { Clock } from '../../platform/clock.ts'
import { type BodyResult, readText } from './body.ts'

/**
 * What a runtime knows about a request beside the request itself.
 * @example
 * // Cloudflare Workers
 * export default {
 *   fetch: (request, env, context) => service.fetch(request, { waitUntil: (promise) => context.waitUntil(promise) }),
 * }
 */
export interface RuntimeContext {
  /** IP address of the other end of the socket, where there is one. */
  remoteAddress?: string | undefined
  /** Keeps an edge runtime alive until the promise has settled. */
  waitUntil?: ((promise: Promise<unknown>) => void) | undefined
}

/**
 * A request, as the service reads it. It is made from a web `Request` or from Node's own message (`node-listener.ts`).
 * Node builds a `Request` only when something asks for it, because that costs a quarter of the time of a response from the cache.
 */
export interface ServiceRequest {
  readonly method: string
  /** Path without the query. */
  readonly path: string
  /** Query with its `?`, or an empty string. */
  readonly query: string
  /** `scheme://host` as the request itself says it; it may be malformed, and behind a proxy it is not what the browser saw. */
  readonly saidOrigin: string
  /** The origin under which the browser reached us. The service sets it before anything else reads it (`browser-sight.ts`). */
  ownOrigin: string
  /** IP address of the other end of the socket, if it is known. */
  readonly remoteAddress: string | undefined
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal | undefined
  /** @param name in lower case */
  header(name: string): string | undefined
  /** No promise where the whole body is at hand. */
  readText(maxBytes: number, timeoutMs: number, clock: Clock): BodyResult | Promise<BodyResult>
  /** The web `Request`, for the site's hooks and for passing its body on. Every call returns the same one. */
  toRequest(): Request
  /** Keeps the runtime alive until the promise has settled. */
  waitUntil(promise: Promise<unknown>): void
}

export function toServiceRequest(request: Request, context: RuntimeContext): ServiceRequest {
  const url = new URL(request.url)
  let webRequest: Request | undefined
  return {
    method: request.method,
    path: url.pathname,
    query: url.search,
    saidOrigin: url.origin,
    ownOrigin: url.origin,
    remoteAddress: context.remoteAddress,
    signal: request.signal,
    header: (name) => request.headers.get(name) ?? undefined,
    readText: (maxBytes, timeoutMs, clock) => readText(request.body, { maxBytes, timeoutMs, clock }),
    toRequest() {
      // The site's hooks must not meet a host that the sender made up. One for all who ask, because it has one body.
      webRequest ??= this.ownOrigin === url.origin ? request : atOrigin(this.ownOrigin, url, request)
      return webRequest
    },
    waitUntil: (promise) => context.waitUntil?.(promise),
  }
}

function atOrigin(origin: string, { pathname, search }: URL, request: Request): Request {
  const { method, headers, signal } = request
  // A body that has been read already cannot be handed on, and nobody expects it.
  const isRead = request.bodyUsed || request.body?.locked === true
  return new Request(`${origin}${pathname}${search}`, isRead ? { method, headers, signal } : request)
}
