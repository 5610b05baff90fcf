/** `coze-chat-widget/server/node`: the token service on `node:http`, Express and whatever else speaks their `(req, res)`. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { Clock } from '../platform/clock.ts'
import type { Answer } from './answers.ts'
import { type BodyFailure, type BodyResult, decodeText } from './body.ts'
import type { Call } from './call.ts'
import type { TokenService } from './token-service.ts'

export { createMetrics } from './metrics.ts'

/** Express keeps the full path here when a router is mounted below one, and the parsed body when its JSON middleware ran first. */
type NodeRequest = IncomingMessage & { originalUrl?: string; body?: unknown }

export type NodeListener = (request: NodeRequest, response: ServerResponse, next?: () => void) => void

/** `http.createServer(toNodeListener(service))` or `app.use(toNodeListener(service))`; requests for other paths go on to `next`. */
export function toNodeListener(service: TokenService): NodeListener {
  return (request, response, next) => {
    const call = new NodeCall(request, response)
    if (next !== undefined && !service.owns(call.path)) {
      next()
      return
    }
    void service.handle(call).then((answer) => write(answer, request, response))
  }
}

/** Reads Node's message as it is; a web `Request` is made only for those who ask. A class, because one is made per request and closures cost. */
class NodeCall implements Call {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly #request: NodeRequest
  readonly #response: ServerResponse
  #abort: AbortController | undefined
  #made: Request | undefined

  constructor(request: NodeRequest, response: ServerResponse) {
    const url = request.originalUrl ?? request.url ?? '/'
    const mark = url.indexOf('?')
    this.method = request.method ?? 'GET'
    this.path = mark === -1 ? url : url.slice(0, mark)
    this.query = mark === -1 ? '' : url.slice(mark)
    this.#request = request
    this.#response = response
  }

  get ownOrigin(): string {
    const scheme = 'encrypted' in this.#request.socket ? 'https' : 'http'
    return `${scheme}://${this.#request.headers.host ?? ''}`
  }

  get remoteAddress(): string | undefined {
    return this.#request.socket.remoteAddress
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = new AbortController()
      this.#abort = abort
      this.#response.once('close', () => {
        if (!this.#response.writableFinished) abort.abort()
      })
    }
    return this.#abort.signal
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name]
    return typeof value === 'object' ? value.join(', ') : value
  }

  async readText(maxBytes: number, timeoutMs: number, clock: Clock): Promise<BodyResult> {
    const request = this.#request
    if (request.readableEnded) return alreadyParsed(request.body, maxBytes)
    // Nobody reads it yet, so it may wait until Node has parsed the rest of the packet: a short body is whole then, and
    // needs neither listeners nor a timer.
    if (request.readableFlowing === null) {
      await new Promise((resolve) => setImmediate(resolve))
      if (request.complete) {
        const body: Buffer = request.read() ?? Buffer.alloc(0)
        return body.byteLength > maxBytes ? { failure: 'too_large' } : decodeText([body], body.byteLength)
      }
      if (request.destroyed) return { failure: 'broken' }
    }
    return this.#readPieces(maxBytes, timeoutMs, clock)
  }

  #readPieces(maxBytes: number, timeoutMs: number, clock: Clock): Promise<BodyResult> {
    const request = this.#request
    return new Promise((resolve) => {
      const chunks: Buffer[] = []
      let size = 0
      const settle = (result: BodyResult) => {
        clock.clearTimeout(timer)
        request.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken)
        resolve(result)
      }
      const fail = (failure: BodyFailure) => {
        settle({ failure })
        request.resume()
      }
      const onData = (chunk: Buffer) => {
        size += chunk.byteLength
        if (size > maxBytes) fail('too_large')
        else chunks.push(chunk)
        // A `Request` made for a hook holds the body too; full, it would stop the flow for us.
        if (request.isPaused()) request.resume()
      }
      const onEnd = () => settle(decodeText(chunks, size))
      const onBroken = () => settle({ failure: 'broken' })
      const timer = clock.setTimeout(() => fail('timeout'), timeoutMs)
      request.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken)
    })
  }

  toRequest(): Request {
    // One for all who ask: a body can be handed over only once.
    this.#made ??= this.#makeRequest()
    return this.#made
  }

  #makeRequest(): Request {
    const { method } = this
    const hasBody = method !== 'GET' && method !== 'HEAD' && !this.#request.readableDidRead
    return new Request(`${this.ownOrigin}${this.path}${this.query}`, {
      method,
      headers: headersOf(this.#request),
      signal: this.signal,
      ...(hasBody && {
        body: Readable.toWeb(this.#request) as ReadableStream<Uint8Array<ArrayBuffer>>,
        duplex: 'half',
      }),
    })
  }

  waitUntil(): void {
    // A Node process goes on living after an answer.
  }
}

function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers()
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    headers.append(request.rawHeaders[i] ?? '', request.rawHeaders[i + 1] ?? '')
  }
  return headers
}

/** What a body parser in front of us has left. */
function alreadyParsed(body: unknown, maxBytes: number): BodyResult {
  const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? '')
  return Buffer.byteLength(text) > maxBytes ? { failure: 'too_large' } : { text }
}

async function write(
  { status, headers, body }: Answer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (response.destroyed) {
    if (typeof body === 'object') await body?.cancel()
    return
  }
  // A refused upload is not read to its end; the connection goes with it.
  const closing = request.complete ? [] : ['connection', 'close']
  if (body === null || typeof body === 'string') {
    const text = body ?? ''
    const length = status === 204 ? [] : ['content-length', String(Buffer.byteLength(text))]
    response.writeHead(status, [...headers, ...length, ...closing])
    response.end(request.method === 'HEAD' ? undefined : text)
    return
  }
  response.writeHead(status, [...headers, ...closing])
  await writeStream(body, response)
}

/** Back-pressure both ways: reads on only when the socket has drained, and cancels the source when the caller has gone. */
async function writeStream(body: ReadableStream<Uint8Array>, response: ServerResponse): Promise<void> {
  const reader = body.getReader()
  let wake = () => {}
  const onClose = () => {
    void reader.cancel().catch(() => undefined)
    wake()
  }
  response.once('close', onClose)
  response.on('drain', () => wake())
  response.flushHeaders()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done || response.destroyed) break
      if (!response.write(value)) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
    response.off('close', onClose)
    response.end()
  } catch {
    // The source broke off: so does the answer, or the reader would take a half for the whole.
    response.destroy()
  }
}
