import type { Clock } from '../../../platform/clock.ts'
import { isResponse } from '../../http/is-response.ts'
import { ServiceError } from '../../http/service-error.ts'
import { failureName } from '../../resilience/at-fault.ts'
import type { UploadBody } from '../request/upload-body.ts'
import { upstreamUnavailable } from './upstream-failure.ts'

export interface UpstreamRequest {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | UploadBody
  /** How long to wait for the head of the response. */
  readonly limitMs: number
}

/** A response whose body is still to be read. */
export interface OpenResponse {
  readonly response: Response
  /** Aborts when the visitor has left, and at `close`. */
  readonly signal: AbortSignal
  /** Ends the request, also while its body is being read. To be called when nothing more is wanted of it. */
  close(): void
}

/** Sends requests to Coze's API, or to Coze Studio, at one address that comes from the service's options. */
export interface UpstreamClient {
  /**
   * Sends a request and waits for the head of the response.
   * @param visitorSignal aborts when the visitor has left
   * @throws ServiceError `upstream_unavailable` when there is no response in time, or when it is a redirect
   */
  open(request: UpstreamRequest, token: string, visitorSignal: AbortSignal | undefined): Promise<OpenResponse>
}

/** Causes of failures for which no error of `fetch` stands. */
const TIME_IS_OVER = 'TimeLimitError'
const VISITOR_LEFT = 'left'
const NO_RESPONSE = 'no_response'

/** @param options `baseUrl` is the address without a slash at its end. */
export function createUpstreamClient(options: {
  baseUrl: string
  fetch: typeof globalThis.fetch
  clock: Clock
  /** Called when upstream has answered, whatever it said. */
  onAnswer: () => void
  /** Called when it has not; `cause` is one word, such as `ECONNREFUSED` or `HTTP_502`. */
  onFailure: (host: string, cause: string) => void
}): UpstreamClient {
  const { baseUrl, fetch, clock, onAnswer, onFailure } = options
  const { host } = new URL(baseUrl)

  /** @returns the response whose body is still to be read, or why there is none */
  async function askFor(
    { method, path, query, headers, body }: UpstreamRequest,
    token: string,
    signal: AbortSignal,
  ): Promise<Response | string> {
    const search = String(new URLSearchParams(query))
    const init: RequestInit & { duplex?: 'half' } = {
      method,
      headers: { ...headers, authorization: `Bearer ${token}` },
      // Redirects are not followed, because one could lead into the owner's network (T16).
      redirect: 'manual',
      signal,
      ...(body !== undefined && { body: typeof body === 'object' ? body.stream : body }),
      // Required by fetch for a body that is a stream.
      ...(typeof body === 'object' && { duplex: 'half' as const }),
    }
    try {
      const response: unknown = await fetch(`${baseUrl}${path}${search && `?${search}`}`, init)
      if (!isResponse(response)) return NO_RESPONSE
      return isRedirect(response) ? `HTTP_${response.status}` : response
    } catch (error) {
      return failureName(error)
    }
  }

  async function open(
    request: UpstreamRequest,
    token: string,
    visitorSignal: AbortSignal | undefined,
  ): Promise<OpenResponse> {
    if (visitorSignal?.aborted) throw new ServiceError('upstream_unavailable')
    const abort = new AbortController()
    let giveUp: (cause: string) => void = () => {}
    // A `fetch` may be slow to notice an abort, so it is not waited for.
    const givenUp = new Promise<string>((resolve) => {
      giveUp = resolve
    })
    const onVisitorLeft = () => {
      giveUp(VISITOR_LEFT)
      abort.abort()
    }
    const close = () => {
      visitorSignal?.removeEventListener('abort', onVisitorLeft)
      abort.abort()
    }
    visitorSignal?.addEventListener('abort', onVisitorLeft)
    const timer = clock.setTimeout(() => giveUp(TIME_IS_OVER), request.limitMs)
    const response = await Promise.race([askFor(request, token, abort.signal), givenUp])
    clock.clearTimeout(timer)
    if (typeof response === 'string') {
      const isUpstreams = response !== VISITOR_LEFT && !isSendersFault(request.body, response)
      close()
      if (isUpstreams) onFailure(host, response)
      throw upstreamUnavailable()
    }
    if (response.status >= 500) onFailure(host, `HTTP_${response.status}`)
    else onAnswer()
    return { response, signal: abort.signal, close }
  }

  return { open }
}

/** Where the sender of a file has broken off, or is slow until the time is over, nothing can be said of upstream. */
function isSendersFault(body: UpstreamRequest['body'], cause: string): boolean {
  if (typeof body !== 'object') return false
  return cause === TIME_IS_OVER ? body.awaitsSender : body.failure !== undefined
}

/** Browsers and edge runtimes report a redirect that was not followed with status 0. */
function isRedirect({ status }: Response): boolean {
  return status === 0 || (status >= 300 && status < 400)
}
