/** One HTTP call to the Open API: token, time limits, one renewal and one replay after an auth failure, Retry-After. */
import { CozeChatError, isCozeChatError, toCozeChatError } from '../errors.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import { createLinkedAbort } from '../platform/linked-abort.ts'
import { errorFromVendor, isAuthCode } from './coze-errors.ts'
import { createEventDecoder, type StreamEvent } from './event-stream.ts'
import type { WireFailure } from './wire.ts'

/** Asked before each request. `rejected`: the token Coze has just refused; answer another one or reject. */
export type GetToken = (context: { signal: AbortSignal; rejected?: string }) => Promise<string>

export interface RequesterOptions {
  /** `https://api.coze.cn`, or the path of a gateway. */
  apiBase: string
  getToken: GetToken
  /** Default: the global one, looked up at each call. */
  fetch?: typeof fetch
  clock?: Clock
  /** BCP 47; Coze knows Chinese and English. */
  lang?: string
  /** `same-origin` for a gateway that reads the site's cookies. Default `omit`. */
  credentials?: RequestCredentials
}

export interface CozeCall {
  /** Default `GET`, or `POST` with a body. */
  method?: string
  path: string
  query?: Record<string, string | number | undefined>
  /** Made once the token is there, because only then it is sure who is asking. */
  body?: () => object
  signal: AbortSignal
  /** Milliseconds for the whole answer. Default 10 s. */
  limitMs?: number
  /** Another way to send this call. */
  fetch?: typeof fetch
}

export interface Requester {
  /** The parsed body of a success. */
  json<T>(call: CozeCall): Promise<T>
  blob(call: CozeCall): Promise<Blob>
  /** Events until the connection ends; a refusal throws instead of being the first event. */
  stream(call: CozeCall): AsyncGenerator<StreamEvent, void>
}

export const REQUEST_LIMIT_MS = 10_000
/** Until the first byte of a stream; then between two chunks. */
export const FIRST_BYTE_LIMIT_MS = 60_000
export const SILENCE_LIMIT_MS = 5 * 60_000
/** Of an answer that is no stream: 50 long messages fit, and so does a page of speech. */
const MAX_BODY_BYTES = 16 * 1024 * 1024

export function createRequester(options: RequesterOptions): Requester {
  const { clock = systemClock } = options

  async function getToken(context: Parameters<GetToken>[0]): Promise<string> {
    try {
      return await options.getToken(context)
    } catch (error) {
      throw toCozeChatError(error)
    }
  }

  /** Runs `attempt` with a token, and once more with a fresh one if that was refused. */
  async function authorized<T>(signal: AbortSignal, attempt: (token: string) => Promise<T>): Promise<T> {
    const token = await getToken({ signal })
    try {
      return await attempt(token)
    } catch (error) {
      if (!isCozeChatError(error) || !isAuthCode(error.upstreamCode)) throw error
      const fresh = await getToken({ signal, rejected: token })
      if (fresh === token) throw error
      return attempt(fresh)
    }
  }

  /** Sends, and answers the means to read the body under one deadline. Throws for anything but a success. */
  async function send(call: CozeCall, token: string, limitMs: number): Promise<Exchange> {
    const body = call.body?.()
    const isForm = body instanceof FormData
    const deadline = createDeadline(clock, call.signal, limitMs)
    try {
      const response = await deadline.race(
        (call.fetch ?? options.fetch ?? globalThis.fetch)(urlOf(options.apiBase, call), {
          method: call.method ?? (body === undefined ? 'GET' : 'POST'),
          headers: {
            authorization: `Bearer ${token}`,
            'accept-language': options.lang?.startsWith('zh') ? 'zh' : 'en',
            ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
          signal: deadline.signal,
          cache: 'no-store',
          credentials: options.credentials ?? 'omit',
          referrerPolicy: 'no-referrer',
        }),
      )
      const exchange = { response, deadline, chunks: () => readChunks(response, deadline) }
      if (!response.ok) throw refusal(response, await readText(exchange))
      return exchange
    } catch (error) {
      deadline.stop()
      if (isCozeChatError(error)) throw error
      throw new CozeChatError('network', 'The Open API could not be reached; check apiBase, CORS and the connection.', {
        retryable: true,
        cause: error,
      })
    }
  }

  /** The error that a body or a status stands for; `undefined` for a success. */
  function readFailure(response: Response, text: string): CozeChatError | undefined {
    const body = parseBody(text)
    // A status of 401 decides whatever the body says, because a proxy may have written either.
    const code =
      response.status === 401 && !isAuthCode(body?.code)
        ? 401
        : (body?.code ?? (response.ok ? undefined : response.status))
    if (code === undefined && body === undefined) {
      return notCoze()
    }
    if (code === undefined || Number(code) === 0) return undefined
    const logId = body?.detail?.logid ?? response.headers.get('x-tt-logid') ?? undefined
    const retryAfterMs = readRetryAfter(response.headers.get('retry-after'), clock.now())
    return errorFromVendor(code, { ...(logId && { logId }), ...(retryAfterMs !== undefined && { retryAfterMs }) })
  }
  const refusal = (response: Response, text: string) => readFailure(response, text) ?? errorFromVendor(response.status)

  async function openStream(call: CozeCall, token: string) {
    const exchange = await send(call, token, FIRST_BYTE_LIMIT_MS)
    const events = readEvents(exchange)
    try {
      const first = await events.next()
      if (!first.done && isRefusal(first.value)) throw refusal(exchange.response, first.value.data)
      if (first.done && exchange.response.headers.get('content-type')?.includes('html')) throw notCoze()
      return { first, events }
    } catch (error) {
      await events.return()
      throw error
    }
  }

  return {
    json: <T>(call: CozeCall) =>
      authorized(call.signal, async (token) => {
        const exchange = await send(call, token, call.limitMs ?? REQUEST_LIMIT_MS)
        const text = await readText(exchange)
        const failure = readFailure(exchange.response, text)
        if (failure !== undefined) throw failure
        return parseBody(text) as T
      }),
    blob: (call) =>
      authorized(call.signal, async (token) => {
        const exchange = await send(call, token, call.limitMs ?? REQUEST_LIMIT_MS)
        const type = exchange.response.headers.get('content-type') ?? ''
        if (/json|text/.test(type)) throw refusal(exchange.response, await readText(exchange))
        return new Blob(await collect(exchange), { type })
      }),
    async *stream(call) {
      const { first, events } = await authorized(call.signal, (token) => openStream(call, token))
      try {
        if (first.done) return
        yield first.value
        yield* events
      } finally {
        await events.return()
      }
    },
  }
}

interface Deadline {
  readonly signal: AbortSignal
  restart(limitMs: number): void
  race<T>(work: Promise<T>): Promise<T>
  /** Why the signal aborted. */
  error(): CozeChatError
  stop(): void
}

interface Exchange {
  response: Response
  deadline: Deadline
  chunks: () => AsyncGenerator<Uint8Array<ArrayBuffer>, void>
}

function createDeadline(clock: Clock, parent: AbortSignal, limitMs: number): Deadline {
  const link = createLinkedAbort(parent)
  let timer = clock.setTimeout(link.abort, limitMs)
  const error = () =>
    parent.aborted
      ? new CozeChatError('aborted', 'The call was stopped by its caller.')
      : new CozeChatError('timeout', 'The Open API did not answer in time.', { retryable: true })
  return {
    signal: link.signal,
    error,
    restart(ms) {
      clock.clearTimeout(timer)
      timer = clock.setTimeout(link.abort, ms)
    },
    // A fetch that ignores its signal, as a patched or in-process one may, must not outlive the limit.
    race: (work) =>
      new Promise((resolve, reject) => {
        const onAbort = () => reject(error())
        if (link.signal.aborted) onAbort()
        link.signal.addEventListener('abort', onAbort, { once: true })
        work.then(resolve, (cause) => reject(link.signal.aborted ? error() : cause))
      }),
    stop() {
      clock.clearTimeout(timer)
      link.unlink()
    },
  }
}

/** Reads to the end; leaving early closes the connection. */
async function* readChunks(response: Response, deadline: Deadline) {
  const reader = response.body?.getReader()
  const cancel = () => void reader?.cancel().catch(() => {})
  deadline.signal.addEventListener('abort', cancel)
  try {
    for (;;) {
      // The cancelled reader answers `done`; the check after it tells an abort from an end.
      const chunk = await reader?.read()
      if (deadline.signal.aborted) throw deadline.error()
      if (chunk === undefined || chunk.done) return
      yield chunk.value
    }
  } catch (error) {
    if (isCozeChatError(error)) throw error
    if (deadline.signal.aborted) throw deadline.error()
    throw new CozeChatError('interrupted', 'The connection was cut before the answer was complete.', {
      retryable: true,
      cause: error,
    })
  } finally {
    deadline.signal.removeEventListener('abort', cancel)
    deadline.stop()
    cancel()
  }
}

async function* readEvents({ deadline, chunks }: Exchange): AsyncGenerator<StreamEvent, void> {
  const decoder = createEventDecoder()
  for await (const chunk of chunks()) {
    deadline.restart(SILENCE_LIMIT_MS)
    yield* decoder.push(chunk)
  }
  yield* decoder.end()
}

async function collect({ chunks }: Exchange): Promise<Uint8Array<ArrayBuffer>[]> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  for await (const chunk of chunks()) {
    parts.push(chunk)
    length += chunk.length
    if (length > MAX_BODY_BYTES) throw new CozeChatError('bad_response', 'The answer is larger than 16 MiB.')
  }
  return parts
}

async function readText(exchange: Exchange): Promise<string> {
  return new Blob(await collect(exchange)).text()
}

function parseBody(text: string): Partial<WireFailure> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** A failure before the turn began: after it a chat object with the turn's id would have come first. */
function isRefusal({ name, data }: StreamEvent): boolean {
  return name === 'error' || (name === 'conversation.chat.failed' && parseBody(data)?.code !== undefined)
}

function notCoze(): CozeChatError {
  return new CozeChatError(
    'bad_response',
    "The answer is not the Open API's; is apiBase right, or is this a login page?",
    {
      retryable: true,
    },
  )
}

function urlOf(apiBase: string, { path, query = {} }: CozeCall): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  const suffix = String(search)
  return apiBase.replace(/\/+$/, '') + path + (suffix && `?${suffix}`)
}

/** Seconds or an HTTP date; at most 5 minutes. */
function readRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - nowMs
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), 5 * 60_000)
}
