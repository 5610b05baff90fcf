/**
 * Keeps the `Authorization` header of the SDK's requests fresh.
 *
 * The SDK asks for a new token only after a request has failed, and then does not send that message again (docs/coze.md 2.3);
 * nor can a new token be handed to it. So the token is replaced where it leaves the page: a request whose `Authorization`
 * holds a token that we gave the SDK is sent with the newest one, and is sent once more if the vendor refused that one. A
 * refused request has not reached the agent.
 *
 * The alternatives are worse. Creating the SDK anew between two turns loses the visitor's draft and flickers. A longer
 * token life only postpones the failure and makes a stolen token worth more. A service worker needs a file and a scope of
 * the site.
 *
 * Of every other request of the page only that one header is read. Requests are told apart by the token and not by the
 * address: only the SDK was given the token, while its API host is compiled in and differs by region and version.
 */
import { meansTokenRefused } from '../coze/vendor-codes.ts'
import type { Page } from './sdk/official-sdk.ts'
import type { SdkToken } from './sdk/sdk-token.ts'
import { wrapMethod } from './wrap-method.ts'

export interface RequestAuthorization {
  /** How many requests of the SDK were carried so far. One is proof that this version sends in a way that we can reach. */
  readonly carried: number
  /** Aborts the SDK's requests under way, and gives the page its own methods back. */
  stop(): void
}

/** Why a request of the SDK's came to nothing. */
export interface RequestFailure {
  /** Of HTTP; 0 where there was no response. */
  readonly status: number
  /** In the body; undefined where there is none. */
  readonly code: unknown
}

/** Called with each request of the SDK's. What it returns, if anything, is told how that request ended. */
export type OnRequest = () => ((failure: RequestFailure | undefined) => void) | undefined

export function keepAuthorizationFresh(
  page: Page,
  token: SdkToken,
  onRequest: OnRequest = () => undefined,
): RequestAuthorization {
  const life = new page.AbortController()
  let carried = 0

  const isOurs = (authorization: string | undefined) =>
    authorization?.startsWith('Bearer ') === true && token.isOurs(authorization.slice(7))

  async function carry(next: (args: unknown[]) => unknown, input: RequestInfo | URL, init: RequestInit = {}) {
    const request = asRequest(input)
    const outer = init.signal ?? request?.signal
    // Browsers without `any` (Chrome before 116, Safari before 17.4) keep only the SDK's own signal, which its stop button needs.
    const signal = outer ? (page.AbortSignal.any?.([outer, life.signal]) ?? outer) : life.signal
    const headers = new page.Headers(init.headers ?? request?.headers)
    const send = async (text: string) => {
      if (life.signal.aborted) throw new page.DOMException('', 'AbortError')
      headers.set('Authorization', `Bearer ${text}`)
      return next([request?.clone() ?? input, { ...init, headers, signal }]) as Promise<Response>
    }
    const used = await token.fresh()
    const response = await send(used)
    if (isStream(init.body) || !isRefusal(await failureOf(response))) return response
    const renewed = await token.renew(used)
    return renewed === used ? response : send(renewed)
  }

  async function carryAndTell(next: (args: unknown[]) => unknown, input: RequestInfo | URL, init?: RequestInit) {
    const tell = onRequest()
    const sent = carry(next, input, init)
    if (tell) sent.then(failureOf).then(tell, () => tell(NO_RESPONSE))
    return sent
  }

  const unwrapFetch = wrapMethod(page, 'fetch', (next, _self, args) => {
    const [input, init] = args as [RequestInfo | URL, RequestInit?]
    if (!isOurs(authorizationIn(init?.headers ?? asRequest(input)?.headers))) return next(args)
    carried++
    return carryAndTell(next, input, init)
  })

  const unwrapXhr = carryXhr(page, isOurs, life.signal, (request, send) => {
    carried++
    const tell = onRequest()
    if (tell) request.xhr.addEventListener('loadend', () => tell(xhrFailure(request.xhr)), { once: true })
    if (request.synchronous) send(token.text)
    else void token.fresh().then(send)
  })

  return {
    get carried() {
      return carried
    },
    stop() {
      unwrapFetch()
      unwrapXhr()
      life.abort()
    },
  }
}

interface HeldRequest {
  readonly xhr: XMLHttpRequest
  readonly synchronous: boolean
  authorize(token: string): void
}

/**
 * Holds our header back until `send`, when `carry` says which token to put in. A refused request is not sent again here: the
 * SDK itself does that with what goes by XMLHttpRequest. Returns a function that unwraps the methods.
 */
function carryXhr(
  page: Page,
  isOurs: (authorization: string) => boolean,
  life: AbortSignal,
  carry: (request: HeldRequest, send: (token: string) => void) => void,
): () => void {
  const prototype = page.XMLHttpRequest.prototype
  const synchronous = new WeakMap<object, boolean>()
  const held = new WeakMap<object, HeldRequest>()
  const layers = [
    wrapMethod(prototype, 'open', (next, self, args) => {
      held.delete(self as object)
      synchronous.set(self as object, args[2] === false)
      return next(args)
    }),
    wrapMethod(prototype, 'setRequestHeader', (next, self, args) => {
      const [header, value] = args
      if (String(header).toLowerCase() !== 'authorization' || !isOurs(String(value))) return next(args)
      held.set(self as object, {
        xhr: self as XMLHttpRequest,
        synchronous: synchronous.get(self as object) === true,
        authorize: (token) => next([header, `Bearer ${token}`]),
      })
      return undefined
    }),
    wrapMethod(prototype, 'abort', (next, self, args) => {
      held.delete(self as object)
      return next(args)
    }),
    wrapMethod(prototype, 'send', (next, self, args) => {
      const request = held.get(self as object)
      if (!request) return next(args)
      const xhr = self as XMLHttpRequest
      carry(request, (token) => {
        // It was aborted, or opened again for something else, while it waited for the token.
        if (life.aborted || held.get(xhr) !== request) return
        held.delete(xhr)
        const end = () => xhr.abort()
        life.addEventListener('abort', end)
        xhr.addEventListener('loadend', () => life.removeEventListener('abort', end))
        request.authorize(token)
        next(args)
      })
      return undefined
    }),
  ]
  return () => {
    for (const unwrap of layers) unwrap()
  }
}

function asRequest(input: RequestInfo | URL): Request | undefined {
  return typeof input === 'object' && 'headers' in input ? input : undefined
}

/** Headers given as an iterator are not read, which would use them up; the SDK does not give them so. */
function authorizationIn(headers: HeadersInit | undefined): string | undefined {
  if (!headers) return undefined
  if (typeof (headers as Headers).get === 'function') return (headers as Headers).get('authorization') ?? undefined
  const pairs = Array.isArray(headers) ? headers : Symbol.iterator in headers ? [] : Object.entries(headers)
  return pairs.find(([name]) => String(name).toLowerCase() === 'authorization')?.[1]
}

function isStream(body: unknown): boolean {
  return (body as Partial<ReadableStream> | null | undefined)?.getReader !== undefined
}

const NO_RESPONSE: RequestFailure = { status: 0, code: undefined }

function isRefusal(failure: RequestFailure | undefined): boolean {
  return failure?.status === 401 || meansTokenRefused(failure?.code)
}

/** Leaves the response unread. */
async function failureOf(response: Response): Promise<RequestFailure | undefined> {
  const { ok, status, headers } = response
  if (!headers.get('content-type')?.includes('json')) return ok ? undefined : { status, code: undefined }
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined)
  return failureIn(status, body)
}

function xhrFailure({ status, responseType, response }: XMLHttpRequest): RequestFailure | undefined {
  try {
    return failureIn(status, responseType === '' || responseType === 'text' ? JSON.parse(response) : response)
  } catch {
    return failureIn(status, undefined)
  }
}

function failureIn(status: number, body: unknown): RequestFailure | undefined {
  const code = (body as { code?: unknown } | null | undefined)?.code
  return status >= 200 && status < 300 && !Number(code) ? undefined : { status, code }
}
