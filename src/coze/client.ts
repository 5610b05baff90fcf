/** The HTTP client of the Open API: one call with its token and time limits, and one replay with a fresh token after an auth failure. */
import { CozeChatError, isCozeChatError } from '../errors.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import { ownFields } from '../platform/own-fields.ts'
import { toJson } from '../platform/to-json.ts'
import { onAbort } from '../platform/waiting/abort.ts'
import { cozeLanguage } from '../protocol/coze-language.ts'
import { type CallDeadline, startCallDeadline } from './call-deadline.ts'
import { errorFromResponse } from './coze-errors.ts'
import { createEventDecoder, type StreamEvent } from './event-stream.ts'
import { parseObject, type Uncertain } from './parse-object.ts'
import { mayFreshTokenHelp } from './vendor-codes.ts'
import type { WireFailure } from './wire/envelope.ts'
import { dataOf } from './wire/studio.ts'

/** A token and where it is good. They travel together: a token is sent nowhere else, even where a renewed one has moved. */
export interface CozeAccess {
  readonly token: string
  /** `https://api.coze.cn`, or the path of a gateway; without a slash at its end. */
  readonly apiBase: string
}

/**
 * Asked before each request.
 *
 * @param context `rejected`: the token that Coze has just refused; return another one or reject.
 * @throws CozeChatError
 */
export type GetToken = (context: { signal: AbortSignal; rejected?: string }) => Promise<CozeAccess>

export interface CozeClientOptions {
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
  /** Called once the token is there, because only then it is certain who is asking. */
  body?: () => object
  signal: AbortSignal
  /** Milliseconds for the whole response; for a stream, until its first byte. Default 10 s, for a stream 60 s. */
  limitMs?: number
  /** What the response may be; default: anything. */
  accept?: string
  /** Another way to send this call. */
  fetch?: typeof fetch
}

/** A response whose status is a success. Its body is still on the way and has to be read. */
export interface OpenResponse {
  readonly headers: Headers
  /** Stays under the call's time limit; closes the connection when the reader leaves early. */
  chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>, void>
  /** The whole body, in the pieces in which it came. */
  pieces(): Promise<Uint8Array<ArrayBuffer>[]>
  /** Sets another limit, in milliseconds from now on. */
  restartLimit(limitMs: number): void
  /** The error that this response stands for after all. */
  error(text: string): CozeChatError
}

export interface CozeClient {
  /**
   * Sends, and lets `read` take the response. Does both once more with a fresh token where Coze refused the first one.
   * @throws CozeChatError
   */
  send<T>(call: CozeCall, read: (response: OpenResponse) => Promise<T>): Promise<T>
  /** The parsed body of a success. */
  json<T extends object>(call: CozeCall): Promise<Uncertain<T>>
  /** `data` in the body of a success; where it is missing, an object without fields. */
  data<T extends object>(call: CozeCall): Promise<Uncertain<T>>
  /** The events of each piece that the network delivers, until the connection ends. A refusal throws instead of being the first event. */
  stream(call: CozeCall): AsyncGenerator<readonly StreamEvent[], void>
}

const REQUEST_LIMIT_MS = 10_000
/** An agent with a workflow behind it may work for a while before its first word. */
const FIRST_BYTE_LIMIT_MS = 60_000
/** The gateway writes pieces of an answer shorter for who asks so. To Coze it says no more than the browser's own default. */
const STREAM_TYPES = 'text/event-stream;deltas=text, */*'
/** Between two chunks of a stream. */
const SILENCE_LIMIT_MS = 5 * 60_000
/** Of a body that is no stream: 50 long messages fit, and so does a page of speech. */
const MAX_BODY_BYTES = 16 * 1024 * 1024

export function createCozeClient(options: CozeClientOptions): CozeClient {
  const { clock = systemClock } = options

  async function send<T>(given: CozeCall, read: (response: OpenResponse) => Promise<T>): Promise<T> {
    const call = ownFields(given)
    const { signal } = call
    const access = await options.getToken({ signal })
    try {
      return await read(await open(call, access))
    } catch (error) {
      if (!isCozeChatError(error) || error.upstreamCode === undefined || !mayFreshTokenHelp(error.upstreamCode)) {
        throw error
      }
      const fresh = await options.getToken({ signal, rejected: access.token })
      if (fresh.token === access.token) throw error
      return read(await open(call, fresh))
    }
  }

  async function open(call: CozeCall, access: CozeAccess): Promise<OpenResponse> {
    const deadline = startCallDeadline(call.signal, call.limitMs ?? REQUEST_LIMIT_MS, clock)
    let fetched: Response
    try {
      fetched = await fetchWithin(deadline.signal, call, access)
    } catch (cause) {
      deadline.end()
      throw deadline.explain(cause, 'network')
    }
    const response: OpenResponse = {
      headers: fetched.headers,
      chunks: () => readChunks(fetched, deadline),
      pieces: () => readAll(response.chunks()),
      restartLimit: deadline.restart,
      error: (text) => errorFromResponse(fetched, text, clock.now()),
    }
    if (!fetched.ok) throw response.error(await readText(response))
    return response
  }

  /** A fetch that ignores its signal, as a patched or in-process one may, must not outlive the deadline. */
  function fetchWithin(signal: AbortSignal, call: CozeCall, { token, apiBase }: CozeAccess): Promise<Response> {
    const given = call.body?.()
    const body = given === undefined || given instanceof FormData ? given : toJson(given)
    const fetch = call.fetch ?? options.fetch ?? globalThis.fetch
    return new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const stopListening = onAbort(signal, () => reject(signal.reason))
      fetch(urlOf(apiBase, call), {
        method: call.method ?? (body === undefined ? 'GET' : 'POST'),
        headers: {
          authorization: `Bearer ${token}`,
          ...(call.accept && { accept: call.accept }),
          'accept-language': cozeLanguage(options.lang),
          ...(typeof body === 'string' && { 'content-type': 'application/json' }),
        },
        body: body ?? null,
        signal,
        cache: 'no-store',
        // A question goes to the place that its token is for, and nowhere else (T44).
        redirect: 'error',
        credentials: options.credentials ?? 'omit',
        referrerPolicy: 'no-referrer',
      })
        .then(resolve, reject)
        .finally(stopListening)
    })
  }

  async function json<T extends object>(call: CozeCall): Promise<Uncertain<T>> {
    return send(call, async (response) => {
      const text = await readText(response)
      const body = parseObject<WireFailure>(text)
      // HTTP 200 alone does not mean success.
      if (body === undefined || Number(body.code ?? 0) !== 0) throw response.error(text)
      return body as Uncertain<T>
    })
  }

  return {
    send,
    json,
    data: async <T extends object>(call: CozeCall) => (dataOf(await json(call)) ?? {}) as Uncertain<T>,
    async *stream(call) {
      const { first, events } = await send(
        { limitMs: FIRST_BYTE_LIMIT_MS, accept: STREAM_TYPES, ...call },
        readFirstEvent,
      )
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

async function* readChunks({ body }: Response, deadline: CallDeadline): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const reader = body?.getReader()
  const cancel = () => void reader?.cancel().catch(() => {})
  const stopListening = onAbort(deadline.signal, cancel)
  try {
    for (;;) {
      const chunk = await reader?.read()
      // A cancelled reader says `done` too.
      deadline.signal.throwIfAborted()
      if (chunk === undefined || chunk.done) return
      yield chunk.value
    }
  } catch (error) {
    throw deadline.explain(error, 'interrupted')
  } finally {
    stopListening()
    deadline.end()
    cancel()
  }
}

async function readAll(chunks: AsyncIterable<Uint8Array<ArrayBuffer>>): Promise<Uint8Array<ArrayBuffer>[]> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  for await (const chunk of chunks) {
    parts.push(chunk)
    length += chunk.length
    if (length > MAX_BODY_BYTES) throw new CozeChatError('bad_response', 'Coze sent a response above 16 MiB.')
  }
  return parts
}

/** A `Blob` would do it too, but its text comes by way of another process. */
async function readText(response: OpenResponse): Promise<string> {
  const decoder = new TextDecoder()
  const texts = (await response.pieces()).map((piece) => decoder.decode(piece, { stream: true }))
  return texts.join('') + decoder.decode()
}

async function* readEvents(response: OpenResponse): AsyncGenerator<readonly StreamEvent[], void> {
  const decoder = createEventDecoder()
  for await (const chunk of response.chunks()) {
    response.restartLimit(SILENCE_LIMIT_MS)
    const events = decoder.push(chunk)
    if (events.length > 0) yield events
  }
  const rest = decoder.end()
  if (rest.length > 0) yield rest
}

/** @throws CozeChatError where the first event, or a page in place of a stream, is a refusal */
async function readFirstEvent(response: OpenResponse) {
  const events = readEvents(response)
  const first = await events.next()
  const event = first.value?.[0]
  const isPage = first.done === true && response.headers.get('content-type')?.includes('html') === true
  if (isPage || (event !== undefined && isRefusal(event))) {
    await events.return()
    throw response.error(event?.data ?? '')
  }
  return { first, events }
}

/** A failure before the turn began: after that, a chat object with the turn's id would have come first. */
function isRefusal({ name, data }: StreamEvent): boolean {
  return name === 'error' || (name === 'conversation.chat.failed' && parseObject<WireFailure>(data)?.code !== undefined)
}

function urlOf(apiBase: string, { path, query = {} }: CozeCall): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  const suffix = String(search)
  return apiBase + path + (suffix && `?${suffix}`)
}
