import type { Clock } from '../../platform/clock.ts'
import { ServiceFault } from '../service-fault.ts'

export interface UpstreamRequest {
  method: string
  path: string
  query: Readonly<Record<string, string>>
  headers: Readonly<Record<string, string>>
  body?: string | ReadableStream<Uint8Array>
  /** Until the head of the answer is there. */
  limitMs: number
}

/** An answer whose body is still to be read. */
export interface OpenAnswer {
  readonly response: Response
  /** Fires when the caller has gone, or at `close`. */
  readonly signal: AbortSignal
  /** Ends the call upstream, wherever it is. To be called once nothing more is wanted. */
  close(): void
}

export interface Upstream {
  /** @throws ServiceFault `upstream_unavailable` when there is no answer in time, or one that leads elsewhere. */
  open(request: UpstreamRequest, token: string, caller: AbortSignal | undefined): Promise<OpenAnswer>
}

/** Calls of the Open API, at one address that comes from the configuration. */
export function createUpstream(options: { baseUrl: string; fetch: typeof globalThis.fetch; clock: Clock }): Upstream {
  const { baseUrl, fetch, clock } = options
  return {
    async open({ method, path, query, headers, body, limitMs }, token, caller) {
      const search = String(new URLSearchParams(query))
      const abort = new AbortController()
      const onGone = () => abort.abort()
      const close = () => {
        caller?.removeEventListener('abort', onGone)
        abort.abort()
      }
      if (caller?.aborted) throw new ServiceFault('upstream_unavailable')
      caller?.addEventListener('abort', onGone)
      const timer = clock.setTimeout(close, limitMs)
      let gaveUp = () => {}
      const silence = new Promise<undefined>((resolve) => {
        gaveUp = () => resolve(undefined)
      })
      abort.signal.addEventListener('abort', gaveUp)
      const init: RequestInit & { duplex?: 'half' } = {
        method,
        headers: { ...headers, authorization: `Bearer ${token}` },
        // Not followed: a redirect could lead inside (T16).
        redirect: 'manual',
        signal: abort.signal,
        ...(body !== undefined && { body: body as BodyInit }),
        ...(typeof body === 'object' && { duplex: 'half' as const }),
      }
      const asked = fetch(`${baseUrl}${path}${search && `?${search}`}`, init)
      const response = await Promise.race([asked.catch(() => undefined), silence])
      clock.clearTimeout(timer)
      abort.signal.removeEventListener('abort', gaveUp)
      const isRedirect = response !== undefined && (response.status === 0 || Math.floor(response.status / 100) === 3)
      if (response === undefined || isRedirect) {
        close()
        throw new ServiceFault('upstream_unavailable', { retryAfterSeconds: 2 })
      }
      return { response, signal: abort.signal, close }
    },
  }
}
