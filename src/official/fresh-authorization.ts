/**
 * The SDK asks for a new token only after a request has failed, and then does not send that message again (coze-contract.md 2.3);
 * nor can it be handed one. So the token is exchanged where it leaves the page: a request whose `Authorization` is a token that *we*
 * gave the SDK gets the newest one, and goes out once more if the vendor refused it, which is before the agent saw it.
 *
 * Weighed against it: creating the SDK anew between two turns loses the visitor's draft and flickers; a longer token life only
 * postpones the failure and makes a stolen token worth more; a service worker needs a file and a scope of the site.
 *
 * Every other request of the page passes unread but for that one header. The test is the token and not the address: nobody but the
 * SDK was given it, while the SDK's API host is compiled in and differs by region and version.
 */
import { interpose } from './interpose.ts'
import type { SdkToken } from './sdk-token.ts'

export interface FreshAuthorization {
  /** Requests carried so far: proof that this version of the SDK sends by a way that we can reach. */
  readonly carried: number
  /** Ends the SDK's requests under way and leaves the page's methods. */
  stop(): void
}

export type Page = Window & typeof globalThis

/** Codes of a refused token that come with HTTP 200. Not 4101: that mostly is a missing permission, which no renewal cures. */
const REFUSED_CODES: readonly unknown[] = [4100, 700012006]

export function keepAuthorizationFresh(page: Page, token: SdkToken): FreshAuthorization {
  const life = new page.AbortController()
  let carried = 0

  const isOurs = (authorization: string | undefined) =>
    authorization?.startsWith('Bearer ') === true && token.isOurs(authorization.slice(7))

  async function carry(next: (args: unknown[]) => unknown, input: RequestInfo | URL, init: RequestInit = {}) {
    const request = asRequest(input)
    const outer = init.signal ?? request?.signal
    // Browsers without `any` (Chrome < 116, Safari < 17.4) keep the SDK's own signal alone: its stop button needs it.
    const signal = outer ? (page.AbortSignal.any?.([outer, life.signal]) ?? outer) : life.signal
    const headers = new page.Headers(init.headers ?? request?.headers)
    const send = async (text: string) => {
      if (life.signal.aborted) throw new page.DOMException('', 'AbortError')
      headers.set('Authorization', `Bearer ${text}`)
      return next([request?.clone() ?? input, { ...init, headers, signal }]) as Promise<Response>
    }
    const used = await token.fresh()
    const response = await send(used)
    if (isStream(init.body) || !(await isRefusal(response))) return response
    const renewed = await token.renew(used)
    return renewed === used ? response : send(renewed)
  }

  const leaveFetch = interpose(page, 'fetch', (next, _self, args) => {
    const [input, init] = args as [RequestInfo | URL, RequestInit?]
    if (!isOurs(authorizationIn(init?.headers ?? asRequest(input)?.headers))) return next(args)
    carried++
    return carry(next, input, init)
  })

  const leaveXhr = carryXhr(page, isOurs, life.signal, (request, send) => {
    carried++
    if (request.synchronous) send(token.text)
    else void token.fresh().then(send)
  })

  return {
    get carried() {
      return carried
    },
    stop() {
      leaveFetch()
      leaveXhr()
      life.abort()
    },
  }
}

interface HeldRequest {
  readonly synchronous: boolean
  authorize(token: string): void
}

/** The header of ours is held back until `send`, when `carry` says which token to put in. The SDK itself repeats a refused one. */
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
    interpose(prototype, 'open', (next, self, args) => {
      held.delete(self as object)
      synchronous.set(self as object, args[2] === false)
      return next(args)
    }),
    interpose(prototype, 'setRequestHeader', (next, self, args) => {
      const [header, value] = args
      if (String(header).toLowerCase() !== 'authorization' || !isOurs(String(value))) return next(args)
      held.set(self as object, {
        synchronous: synchronous.get(self as object) === true,
        authorize: (token) => next([header, `Bearer ${token}`]),
      })
      return undefined
    }),
    interpose(prototype, 'abort', (next, self, args) => {
      held.delete(self as object)
      return next(args)
    }),
    interpose(prototype, 'send', (next, self, args) => {
      const request = held.get(self as object)
      if (!request) return next(args)
      const xhr = self as XMLHttpRequest
      carry(request, (token) => {
        // Aborted, or opened again for something else, while it waited.
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
    for (const leave of layers) leave()
  }
}

function asRequest(input: RequestInfo | URL): Request | undefined {
  return typeof input === 'object' && 'headers' in input ? input : undefined
}

/** Reads the header without using up an iterator: such a list of headers is the page's and left alone. */
function authorizationIn(headers: HeadersInit | undefined): string | undefined {
  if (!headers) return undefined
  if (typeof (headers as Headers).get === 'function') return (headers as Headers).get('authorization') ?? undefined
  const pairs = Array.isArray(headers) ? headers : Symbol.iterator in headers ? [] : Object.entries(headers)
  return pairs.find(([name]) => String(name).toLowerCase() === 'authorization')?.[1]
}

function isStream(body: unknown): boolean {
  return (body as Partial<ReadableStream> | null | undefined)?.getReader !== undefined
}

async function isRefusal(response: Response): Promise<boolean> {
  if (response.status === 401) return true
  if (!response.headers.get('content-type')?.includes('json')) return false
  return response
    .clone()
    .json()
    .then(
      (body: { code?: unknown } | null) => REFUSED_CODES.includes(body?.code),
      () => false,
    )
}
