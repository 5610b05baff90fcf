/** One HTTP call to the Open API: token, time limits, one renewal and one replay after an auth failure. */
import { CozeChatError, isCozeChatError } from '../errors.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import { createLazyPart } from '../platform/lazy-part.ts'
import { createLinkedAbort } from '../platform/linked-abort.ts'
import { createEventDecoder, parseObject, type StreamEvent } from './event-stream.ts'
import type { WireFailure } from './wire.ts'

/**
 * Asked before each request. `rejected`: the token Coze has just refused; answer another one or reject.
 * Rejects with a `CozeChatError`.
 */
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
  /** Milliseconds for the whole answer, of a stream until its first byte. Default 10 s. */
  limitMs?: number
  /** Another way to send this call. */
  fetch?: typeof fetch
}

/** An answer whose status is a success; its body is still on the way and has to be read. */
export interface Answer {
  readonly response: Response
  /** Under the call's time limit; closes the connection when it is left. */
  chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>, void>
  /** The whole body. */
  blob(): Promise<Blob>
  /** Another limit from now on. */
  restart(limitMs: number): void
  /** Throws what this answer means, of which `text` was read. */
  refuse(text: string): Promise<never>
}

export interface Requester {
  /** Sends, and lets `read` take the answer; both once more with a fresh token where Coze refused the first. */
  send<T>(call: CozeCall, read: (answer: Answer) => Promise<T>): Promise<T>
  /** The parsed body of a success. */
  json<T>(call: CozeCall): Promise<T>
  /** Events until the connection ends; a refusal throws instead of being the first event. */
  stream(call: CozeCall): AsyncGenerator<StreamEvent, void>
}

const REQUEST_LIMIT_MS = 10_000
/** Until the first byte of a stream; then between two chunks. */
const FIRST_BYTE_LIMIT_MS = 60_000
const SILENCE_LIMIT_MS = 5 * 60_000
/** Of an answer that is no stream: 50 long messages fit, and so does a page of speech. */
const MAX_BODY_BYTES = 16 * 1024 * 1024

const loadRefusal = createLazyPart(() => import('./refusal.ts'))

export function createRequester(options: RequesterOptions): Requester {
  const { clock = systemClock } = options

  async function send<T>(call: CozeCall, read: (answer: Answer) => Promise<T>): Promise<T> {
    const { signal } = call
    const token = await options.getToken({ signal })
    try {
      return await attempt(call, token, read)
    } catch (error) {
      if (!isCozeChatError(error) || error.upstreamCode === undefined) throw error
      const { isAuthCode } = await loadRefusal()
      if (!isAuthCode(error.upstreamCode)) throw error
      const fresh = await options.getToken({ signal, rejected: token })
      if (fresh === token) throw error
      return attempt(call, fresh, read)
    }
  }

  async function attempt<T>(call: CozeCall, token: string, read: (answer: Answer) => Promise<T>): Promise<T> {
    const given = call.body?.()
    const body = given === undefined || given instanceof FormData ? given : JSON.stringify(given)
    const link = createLinkedAbort(call.signal)
    let timer = clock.setTimeout(link.abort, call.limitMs ?? REQUEST_LIMIT_MS)
    const stop = () => {
      clock.clearTimeout(timer)
      link.unlink()
    }
    /** Why it failed: it was told to stop, it took too long, or the line broke. */
    const explain = (cause: unknown, code: 'network' | 'interrupted'): CozeChatError => {
      if (isCozeChatError(cause)) return cause
      if (call.signal.aborted) return new CozeChatError('aborted', 'stopped')
      const facts = { retryable: true, cause }
      return link.signal.aborted
        ? new CozeChatError('timeout', 'too slow', facts)
        : new CozeChatError(code, 'no connection', facts)
    }

    /** Reads to the end; leaving early closes the connection. */
    async function* chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
      const reader = response.body?.getReader()
      const cancel = () => void reader?.cancel().catch(() => {})
      link.signal.addEventListener('abort', cancel)
      try {
        for (;;) {
          const chunk = await reader?.read()
          // A cancelled reader says `done` too.
          link.signal.throwIfAborted()
          if (chunk === undefined || chunk.done) return
          yield chunk.value
        }
      } catch (error) {
        throw explain(error, 'interrupted')
      } finally {
        link.signal.removeEventListener('abort', cancel)
        stop()
        cancel()
      }
    }

    let response: Response
    try {
      response = await new Promise((resolve, reject) => {
        // A fetch that ignores its signal, as a patched or in-process one may, must not outlive the limit.
        link.signal.addEventListener('abort', reject)
        link.signal.throwIfAborted()
        const fetch = call.fetch ?? options.fetch ?? globalThis.fetch
        fetch(urlOf(options.apiBase, call), {
          method: call.method ?? (body === undefined ? 'GET' : 'POST'),
          headers: {
            authorization: `Bearer ${token}`,
            'accept-language': options.lang?.startsWith('zh') ? 'zh' : 'en',
            ...(typeof body === 'string' && { 'content-type': 'application/json' }),
          },
          body: body ?? null,
          signal: link.signal,
          cache: 'no-store',
          credentials: options.credentials ?? 'omit',
          referrerPolicy: 'no-referrer',
        }).then(resolve, reject)
      })
    } catch (error) {
      stop()
      throw explain(error, 'network')
    }

    async function blob(): Promise<Blob> {
      const parts: Uint8Array<ArrayBuffer>[] = []
      let length = 0
      for await (const chunk of chunks()) {
        parts.push(chunk)
        length += chunk.length
        if (length > MAX_BODY_BYTES) throw new CozeChatError('bad_response', 'above 16 MiB')
      }
      return new Blob(parts)
    }

    async function refuse(text: string): Promise<never> {
      const { readRefusal } = await loadRefusal()
      throw readRefusal(response, text, clock)
    }

    if (!response.ok) return refuse(await (await blob()).text())
    return read({
      response,
      chunks,
      blob,
      refuse,
      restart(limitMs) {
        clock.clearTimeout(timer)
        timer = clock.setTimeout(link.abort, limitMs)
      },
    })
  }

  return {
    send,
    json: <T>(call: CozeCall) =>
      send(call, async ({ blob, refuse }) => {
        const text = await (await blob()).text()
        const body = parseObject<WireFailure>(text)
        return body && Number(body.code ?? 0) === 0 ? (body as T) : refuse(text)
      }),
    async *stream(call) {
      const { first, events } = await send({ limitMs: FIRST_BYTE_LIMIT_MS, ...call }, async (answer) => {
        const events = readEvents(answer)
        const first = await events.next()
        const html = first.done && answer.response.headers.get('content-type')?.includes('html')
        if (html || (!first.done && isRefusal(first.value))) {
          await events.return()
          return answer.refuse(first.value?.data ?? '')
        }
        return { first, events }
      })
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

async function* readEvents({ chunks, restart }: Answer): AsyncGenerator<StreamEvent, void> {
  const decoder = createEventDecoder()
  for await (const chunk of chunks()) {
    restart(SILENCE_LIMIT_MS)
    yield* decoder.push(chunk)
  }
  yield* decoder.end()
}

/** A failure before the turn began: after it a chat object with the turn's id would have come first. */
function isRefusal({ name, data }: StreamEvent): boolean {
  return name === 'error' || (name === 'conversation.chat.failed' && parseObject<WireFailure>(data)?.code !== undefined)
}

function urlOf(apiBase: string, { path, query = {} }: CozeCall): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  const suffix = String(search)
  return apiBase + path + (suffix && `?${suffix}`)
}
