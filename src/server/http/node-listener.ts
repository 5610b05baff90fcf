import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { Clock } from '../../platform/clock.ts'
import { TimeLimitError, withTimeout } from '../resilience/with-timeout.ts'
import { type BodyResult, decodeText } from './body.ts'
import { originOfHost } from './proxies/origin.ts'
import type { ServiceRequest } from './service-request.ts'
import { NO_HEADERS, RESPONSE_HEADERS, type ServiceResponse } from './service-response.ts'

/**
 * `originalUrl`: the full path, which Express keeps here for a mounted router. `body`: what a body parser in front of us has
 * made of the body, and `rawBody` the bytes, which some platforms keep beside it.
 */
type NodeRequest = IncomingMessage & { originalUrl?: string; body?: unknown; rawBody?: unknown }

/** A request listener of `node:http`, and a middleware of Express. */
export type NodeListener = (request: NodeRequest, response: ServerResponse, next?: () => void) => void

/** What the listener needs of a `TokenService`. */
export interface NodeService {
  owns(path: string): boolean
  handle(request: ServiceRequest): Promise<ServiceResponse>
}

/**
 * Connects a token service to Node.
 * In Express, requests for paths that are not the service's go on to the next middleware; without one they get 404.
 * @param service of `createTokenService`
 * @example
 * createServer(toNodeListener(service)).listen(8787)
 * @example
 * // Express: mount it without a path and in front of body parsers. A body that a parser has already read is used as it is.
 * app.use(toNodeListener(service))
 */
export function toNodeListener(service: NodeService): NodeListener {
  return (message, response, next) => {
    const request = new NodeServiceRequest(message, response)
    if (next !== undefined && !service.owns(request.path)) {
      next()
      return
    }
    // A client that leaves while we write, or a handler in front of us that has ended the response: neither may end the process.
    response.on('error', ignore)
    void respond(service, request, message, response)
  }
}

function ignore(): void {}

/** Never rejects, because nobody waits for it. */
async function respond(
  service: NodeService,
  request: NodeServiceRequest,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await write(await service.handle(request), message, response)
  } catch {
    // Only what is in front of us can have done this: the service never rejects, and its responses can be written.
    if (response.headersSent) response.destroy()
    else response.writeHead(503, RESPONSE_HEADERS.slice()).end()
  }
}

const WHOLE_ADDRESS = /^https?:\/\/([^/?#]*)(\/.*)?$/i

/**
 * A request that reads Node's message directly and builds a web `Request` only when something asks for it.
 * A class, because one is made for every request and its methods would cost as many closures.
 */
class NodeServiceRequest implements ServiceRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly saidOrigin: string
  ownOrigin: string
  readonly #message: NodeRequest
  readonly #response: ServerResponse
  #abort: AbortController | undefined
  #webRequest: Request | undefined

  constructor(message: NodeRequest, response: ServerResponse) {
    const target = message.originalUrl ?? message.url ?? '/'
    // A request for a whole address (RFC 9112 section 3.2.2) tells its host there, and the header does not count.
    const [, targetHost, targetPath = '/'] = target.startsWith('/') ? [] : (WHOLE_ADDRESS.exec(target) ?? [])
    const url = targetHost === undefined ? target : targetPath
    const scheme = 'encrypted' in message.socket ? 'https' : 'http'
    const host = targetHost ?? saidHost(message, scheme)
    const queryStart = url.indexOf('?')
    this.method = message.method ?? 'GET'
    this.path = queryStart === -1 ? url : url.slice(0, queryStart)
    this.query = queryStart === -1 ? '' : url.slice(queryStart)
    this.saidOrigin = `${scheme}://${host}`
    this.ownOrigin = this.saidOrigin
    this.#message = message
    this.#response = response
  }

  get remoteAddress(): string | undefined {
    return this.#message.socket.remoteAddress
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = new AbortController()
      this.#abort = abort
      onceClosed(this.#message, this.#response, () => {
        if (!this.#response.writableFinished) abort.abort()
      })
    }
    return this.#abort.signal
  }

  header(name: string): string | undefined {
    const value = this.#message.headers[name]
    return typeof value === 'object' ? value.join(', ') : value
  }

  readText(maxBytes: number, timeoutMs: number, clock: Clock): BodyResult | Promise<BodyResult> {
    const message = this.#message
    // A `Request` made for a hook reads the same message, and that is no other code.
    if (this.#webRequest === undefined && message.readableDidRead) {
      const body = takenBody(message)
      return body === undefined ? { failure: isEmpty(message) ? 'broken' : 'taken' } : decodeWithin(maxBytes, body)
    }
    return this.#readMessage(maxBytes, timeoutMs, clock)
  }

  async #readMessage(maxBytes: number, timeoutMs: number, clock: Clock): Promise<BodyResult> {
    const message = this.#message
    // As long as nobody reads it, it may wait until Node has parsed the rest of the packet. A short body is complete
    // then, and needs neither listeners nor a timer.
    if (message.readableFlowing === null && !message.complete) await new Promise((resolve) => setImmediate(resolve))
    if (message.destroyed) return { failure: 'broken' }
    if (message.readableFlowing === null && message.complete) {
      return decodeWithin(maxBytes, message.read() ?? Buffer.alloc(0))
    }
    try {
      return await withTimeout(timeoutMs, clock, (signal) => readChunks(message, maxBytes, signal))
    } catch (error) {
      if (error instanceof TimeLimitError) return { failure: 'timeout' }
      throw error
    }
  }

  toRequest(): Request {
    // One for all who ask, because a body can be handed over only once.
    this.#webRequest ??= this.#createWebRequest()
    return this.#webRequest
  }

  #createWebRequest(): Request {
    const { method } = this
    const message = this.#message
    const body =
      method === 'GET' || method === 'HEAD'
        ? undefined
        : message.readableDidRead
          ? takenBody(message)
          : (Readable.toWeb(message) as ReadableStream<Uint8Array<ArrayBuffer>>)
    return new Request(`${this.ownOrigin}${this.path}${this.query}`, {
      method,
      headers: headersOf(message),
      signal: this.signal,
      ...(body !== undefined && { body, duplex: 'half' }),
    })
  }

  waitUntil(): void {
    // Nothing to do: a Node process lives on after a response.
  }
}

/** Reads a body that arrives in several pieces. Whatever is left after a refusal or the end of the time is thrown away. */
function readChunks(message: NodeRequest, maxBytes: number, signal: AbortSignal): Promise<BodyResult> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    const settle = (result: BodyResult) => {
      message.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken)
      if ('failure' in result && result.failure !== 'broken') message.resume()
      resolve(result)
    }
    const onData = (chunk: Buffer) => {
      size += chunk.byteLength
      if (size > maxBytes) settle({ failure: 'too_large' })
      else chunks.push(chunk)
      // A `Request` made for a hook buffers the body too, and pauses the message when its buffer is full.
      if (message.isPaused()) message.resume()
    }
    const onEnd = () => settle(decodeText(chunks))
    const onBroken = () => settle({ failure: 'broken' })
    signal.addEventListener('abort', () => settle({ failure: 'timeout' }))
    message.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken)
    // Listening alone does not wake a message that somebody has paused, as those do who look something up before they go on.
    if (message.isPaused()) message.resume()
  })
}

/**
 * The host that the request names. One that names several makes no host of them and is refused (RFC 9112 section 3.2, RFC 9113
 * section 8.3.1): what is in front of us may have gone by another than we would. The same host in other letters, or with the port that
 * its scheme has anyway, is one.
 */
function saidHost({ headers, rawHeaders = [] }: IncomingMessage, scheme: 'http' | 'https'): string {
  let first: string | undefined
  let others = ''
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? ''
    if (!isHostName(name)) continue
    const value = rawHeaders[i + 1] ?? ''
    if (first === undefined) first = value
    else if (!isSameHost(scheme, first, value)) others += `, ${value}`
  }
  if (others !== '') return `${first}${others}`
  // Code in front of us may have written another; messages that platforms make of their own events may have no raw headers.
  return headers.host ?? first ?? ''
}

function isSameHost(scheme: 'http' | 'https', one: string, other: string): boolean {
  return one === other || (originOfHost(scheme, one) ?? one) === originOfHost(scheme, other)
}

/** Lengths come first, because this is asked for every header of every request. */
function isHostName(name: string): boolean {
  return (name.length === 4 && name.toLowerCase() === 'host') || (name.length === 10 && name === ':authority')
}

/** As Node has read them, so that a hook reads what the service reads where a header comes twice. */
function headersOf(message: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(message.headers)) {
    // Those of HTTP/2 that stand for the request line, such as `:path`, are no headers.
    if (name.startsWith(':') || value === undefined) continue
    headers.append(name, typeof value === 'object' ? value.join(', ') : value)
  }
  return headers
}

function decodeWithin(maxBytes: number, body: Uint8Array): BodyResult {
  return body.byteLength > maxBytes ? { failure: 'too_large' } : decodeText([body])
}

/** What a parser in front of us has left of the body that it read; `undefined` when nothing can be made of it. */
function takenBody({ rawBody, body, headers }: NodeRequest): Uint8Array<ArrayBuffer> | undefined {
  for (const kept of [rawBody, body]) {
    if (kept instanceof Uint8Array) return new Uint8Array(kept)
    if (typeof kept === 'string') return new TextEncoder().encode(kept)
  }
  const isJson = /^application\/json\b/i.test(headers['content-type'] ?? '')
  return isJson && body !== undefined ? new TextEncoder().encode(JSON.stringify(body)) : undefined
}

/** Whether a request announces no body. */
function isEmpty({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0
}

const CLOSE: readonly string[] = ['connection', 'close']

/** @returns a promise where there is a stream, for its end */
function write(
  { status, headers, body }: ServiceResponse,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> | undefined {
  if (response.destroyed || response.headersSent) {
    if (body instanceof ReadableStream) void body.cancel().catch(() => undefined)
    // Something in front of us has begun another response. What it has not ended by now nobody will end.
    if (!response.writableEnded) response.destroy()
    return undefined
  }
  // A refused upload is not read to its end, so its connection cannot be used again.
  const connection = message.complete || message.httpVersionMajor >= 2 ? NO_HEADERS : CLOSE
  if (!(body instanceof ReadableStream)) {
    const content = body ?? ''
    const length =
      status === 204 || status === 304 ? NO_HEADERS : ['content-length', String(Buffer.byteLength(content))]
    response.writeHead(status, [...headers, ...length, ...connection])
    response.end(message.method === 'HEAD' ? undefined : content)
    return undefined
  }
  response.writeHead(status, [...headers, ...connection])
  return writeStream(body, message, response)
}

/**
 * Calls the listener when the response has been written, or when its connection has gone. Node does not tell a response of
 * that end which waits behind another one of the same connection (RFC 9112 section 9.3.2), so there the socket is asked.
 */
function onceClosed({ socket }: IncomingMessage, response: ServerResponse, listener: () => void): void {
  response.once('close', listener)
  const isWaiting = response.socket === null && !response.writableFinished && !response.destroyed
  if (!isWaiting) return
  // A client may have any number of them wait.
  socket.setMaxListeners(0).once('close', listener)
  response.once('close', () => socket.off('close', listener))
}

/** Reads on only when the socket has drained, and cancels the source when the client has gone. */
async function writeStream(
  body: ReadableStream<Uint8Array>,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const reader = body.getReader()
  let continueWriting = () => {}
  const onClose = () => {
    void reader.cancel().catch(() => undefined)
    continueWriting()
  }
  onceClosed(message, response, onClose)
  response.on('drain', () => continueWriting())
  response.flushHeaders()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done || response.destroyed) break
      if (!response.write(value)) {
        await new Promise<void>((resolve) => {
          continueWriting = resolve
        })
      }
    }
    response.off('close', onClose)
    response.end()
  } catch {
    // The source broke off. The connection is cut as well, so that the client does not take a half for the whole.
    response.destroy()
  }
}
