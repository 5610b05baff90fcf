/** An HTTP/1.1 proxy that breaks what passes through it, as a test tells it to while it runs. */
import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'

/**
 * Where in an answer something happens: the request is read and nothing sent (`accept`); the status line and headers are
 * out (`headers`); half of the body is out (`half`: the target's whole body is awaited first, so not for endless
 * streams); so many body bytes, or whole server-sent events, are out, or all there are when they are fewer.
 */
export type Point = 'accept' | 'headers' | 'half' | { readonly bytes: number } | { readonly events: number }

export interface FaultAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** `false` leaves out the permissive CORS headers, as a gateway that knows nothing of the page does. */
  readonly cors?: boolean
}

/** What goes wrong. Fields combine: `{ ...delay({ headers: 200 }), ...splitBytes() }`. */
export interface Fault {
  /** Milliseconds to wait before the target is asked, before the headers, before the first byte of the body. */
  readonly delayMs?: { readonly accept?: number; readonly headers?: number; readonly body?: number }
  /** Sent instead of asking the target. */
  readonly answer?: FaultAnswer
  /** Put over the answer's own headers; a removed one is `undefined`. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** `hang` lasts until `release()`, `reset` is a TCP RST, `end` looks like a complete answer. */
  readonly stop?: { readonly how: 'hang' | 'reset' | 'end'; readonly at: Point }
  /** Sends each server-sent event so many times. */
  readonly repeatEvents?: number
  /** One write per byte, or cuts at random places that the seed repeats. */
  readonly split?: 'bytes' | { readonly seed: number }
  /** At most so many bytes, then a pause. */
  readonly drip?: { readonly bytes: number; readonly everyMs: number }
}

export interface Rule {
  /** How many requests it has met. */
  readonly hits: number
  /** Lets go of whatever hangs by this rule, now and later. */
  release(): void
  remove(): void
}

/**
 * Which requests: `'POST /v3/chat'`, `'/v3/*'` (`*` is any text; the query is not looked at), or a RegExp over
 * `'POST /v3/chat?conversation_id=1'`. Without a method a text means every method but OPTIONS, so that a preflight
 * does not use up a rule meant for the request behind it.
 */
export type Pattern = string | RegExp

/** The newest rule that matches and is not used up applies; none means the request passes untouched. */
export interface Rules {
  once(pattern: Pattern, fault: Fault): Rule
  times(count: number, pattern: Pattern, fault: Fault): Rule
  always(pattern: Pattern, fault: Fault): Rule
  /** Removes all rules and releases what hangs by them. */
  clear(): void
}

export interface ProxiedRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** What was sent, once it was read; at most 64 KiB of it. */
  readonly body: string
  readonly faulty: boolean
  /** Status sent to the client; 0 before. */
  readonly status: number
  /** `left`: the client closed first. `broken`: we or the target did. */
  readonly outcome: 'open' | 'complete' | 'left' | 'broken'
}

export interface FaultProxy {
  /** Origin to use in place of the target's. */
  readonly url: string
  readonly rules: Rules
  /** Every request, preflights included, in order of arrival. */
  readonly requests: readonly ProxiedRequest[]
  close(): Promise<void>
}

export interface FaultProxyOptions {
  /** Origin that is asked; it sees the `Host` the client sent, so same-origin checks hold through the proxy. */
  readonly target: string
  /** Interface and port to listen on; default 127.0.0.1 and any free port. */
  readonly host?: string
  readonly port?: number
  /** How delays pass; default real time. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<unknown>
}

export const delay = (delayMs: { accept?: number; headers?: number; body?: number }): Fault => ({ delayMs })
export const hang = (at: Point): Fault => ({ stop: { how: 'hang', at } })
export const reset = (at: Point): Fault => ({ stop: { how: 'reset', at } })
/** The stream ends early and cleanly: no error tells the client that something is missing. */
export const truncate = (at: Point): Fault => ({ stop: { how: 'end', at } })
export const splitBytes = (): Fault => ({ split: 'bytes' })
export const randomCuts = (seed: number): Fault => ({ split: { seed } })
export const drip = (bytes: number, everyMs: number): Fault => ({ drip: { bytes, everyMs } })
export const duplicateEvents = (times = 2): Fault => ({ repeatEvents: times })
export const contentType = (value: string): Fault => ({ headers: { 'content-type': value } })

/** An object becomes JSON, a text stays text. */
export function status(code: number, body: object | string = '', options: { cors?: boolean } = {}): Fault {
  const json = typeof body === 'object'
  return {
    answer: {
      status: code,
      headers: { 'content-type': json ? 'application/json' : 'text/plain' },
      body: json ? JSON.stringify(body) : body,
      ...options,
    },
  }
}

/** A page where data was expected: a captive portal, a firewall, a single-page host that answers everything. */
export function html(code = 200, options: { cors?: boolean } = {}): Fault {
  return { answer: { status: code, headers: { 'content-type': 'text/html; charset=utf-8' }, body: PAGE, ...options } }
}

/** To a login page that the proxy itself serves with 200. */
export function redirectToLogin(options: { cors?: boolean } = {}): Fault {
  return { answer: { status: 302, headers: { location: LOGIN_PATH }, ...options } }
}

/** 429 with `Retry-After` as seconds (number) or as an HTTP date. */
export function tooManyRequests(retryAfter: number | Date, body: object = {}): Fault {
  return {
    answer: {
      status: 429,
      headers: {
        'content-type': 'application/json',
        'retry-after': typeof retryAfter === 'number' ? String(retryAfter) : retryAfter.toUTCString(),
      },
      body: JSON.stringify(body),
    },
  }
}

export const emptyBody = (code = 200): Fault => status(code)

/** Well-formed JSON of so many bytes; default 5 MB. */
export function hugeBody(bytes = 5_000_000): Fault {
  const frame = '{"padding":""}'
  return {
    answer: {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: frame.replace('""', `"${'x'.repeat(bytes - frame.length)}"`),
    },
  }
}

const PAGE = '<!doctype html><title>Sign in</title><form><input name="user"><input name="password"></form>'
const LOGIN_PATH = '/fault-proxy/login'
const MAX_KEPT_BODY = 64 * 1024
const PER_CONNECTION = /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/

interface ActiveRule extends Rule {
  readonly fault: Fault
  readonly released: Promise<void>
  take(method: string, path: string): boolean
}

interface Answer {
  status: number
  headers: OutgoingHttpHeaders
  body: AsyncIterable<Uint8Array>
}

export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const wait = options.wait ?? ((ms, signal) => sleep(ms, undefined, { signal }))
  const requests: ProxiedRequest[] = []
  const ruleSet = createRules()

  const server = createServer((incoming, response) => {
    const rule = ruleSet.find(incoming.method ?? 'GET', incoming.url ?? '/')
    const record = recordOf(incoming, rule !== undefined)
    requests.push(record)
    response.on('close', () => {
      if (record.outcome === 'open') record.outcome = response.writableFinished ? 'complete' : 'left'
    })
    handle(incoming, response, record, rule).catch(() => {
      if (record.outcome === 'open' && !response.destroyed) record.outcome = 'broken'
      response.destroy()
    })
  })
  server.requestTimeout = 0
  server.listen(options.port ?? 0, options.host ?? '127.0.0.1')
  await once(server, 'listening')

  async function handle(
    incoming: IncomingMessage,
    response: ServerResponse,
    record: ReturnType<typeof recordOf>,
    rule: ActiveRule | undefined,
  ) {
    const client = new AbortController()
    response.on('close', () => client.abort())
    const { delayMs = {}, answer: own, headers = {}, stop, ...shape } = rule?.fault ?? {}

    /** Ends or holds the answer when it has come to where the fault stops it; `true` when nothing more may follow. */
    async function stopped(): Promise<boolean> {
      if (stop?.how === 'reset') {
        record.outcome = 'broken'
        // Without the turn the bytes already written would be thrown away with the connection.
        await nextTurn()
        incoming.socket.resetAndDestroy()
        return true
      }
      if (stop?.how === 'end') {
        response.end()
        return true
      }
      if (!client.signal.aborted) await Promise.race([rule?.released, once(client.signal, 'abort')])
      return client.signal.aborted
    }

    const question = Buffer.concat(await incoming.toArray())
    record.body = question.toString('utf8', 0, MAX_KEPT_BODY)
    if (delayMs.accept) await wait(delayMs.accept, client.signal)
    if (stop?.at === 'accept' && (await stopped())) return
    const answer =
      own === undefined && incoming.url !== LOGIN_PATH
        ? await ask(options.target, incoming, question, client.signal)
        : ownAnswer(own ?? { status: 200, headers: { 'content-type': 'text/html' }, body: PAGE }, incoming)
    if (delayMs.headers) await wait(delayMs.headers, client.signal)

    const sent: OutgoingHttpHeaders = { ...answer.headers }
    for (const [name, value] of Object.entries(headers)) {
      if (value === undefined) delete sent[name]
      else sent[name] = value
    }
    // Another length than announced would be an error of its own, and show what a clean early end has to hide.
    if (stop?.how === 'end' || Object.keys(shape).length > 0) delete sent['content-length']
    // On a connection that served before, Chromium itself repeats a request that is reset, and blurs every count. Node's
    // fetch, on the other hand, takes a reset for a complete answer where the end of the connection was announced.
    const browser = incoming.headers['user-agent']?.startsWith('Mozilla/') === true
    response.writeHead(answer.status, { ...sent, ...(browser && { connection: 'close' }) })
    record.status = answer.status
    response.flushHeaders()
    response.socket?.setNoDelay(true)
    if (stop?.at === 'headers' && (await stopped())) return
    if (delayMs.body) await wait(delayMs.body, client.signal)

    let body = answer.body
    if (shape.repeatEvents !== undefined) body = repeated(body, shape.repeatEvents)
    const parts = stop === undefined || typeof stop.at === 'string' ? undefined : upTo(body, stop.at)
    const segments = stop?.at === 'half' ? halves(body) : (parts ?? [body])
    let first = true
    for await (const segment of segments) {
      if (!first && (await stopped())) return
      first = false
      for await (const piece of cut(segment, shape.split)) {
        for (const drop of slices(piece, shape.drip?.bytes ?? piece.length)) {
          if (!response.write(drop)) await once(response, 'drain', { signal: client.signal })
          if (shape.split) await nextTurn()
          if (shape.drip) await wait(shape.drip.everyMs, client.signal)
        }
      }
    }
    response.end()
  }

  return {
    url: `http://${options.host ?? '127.0.0.1'}:${(server.address() as AddressInfo).port}`,
    rules: ruleSet.rules,
    requests,
    async close() {
      ruleSet.rules.clear()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function createRules() {
  let active: ActiveRule[] = []

  function add(pattern: Pattern, fault: Fault, count: number): Rule {
    const matches = matcher(pattern)
    let hits = 0
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const rule: ActiveRule = {
      fault,
      released,
      get hits() {
        return hits
      },
      take(method, path) {
        if (hits >= count || !matches(method, path)) return false
        hits += 1
        return true
      },
      release: () => release(),
      remove() {
        active = active.filter((each) => each !== rule)
      },
    }
    active = [rule, ...active]
    return rule
  }

  const rules: Rules = {
    once: (pattern, fault) => add(pattern, fault, 1),
    times: (count, pattern, fault) => add(pattern, fault, count),
    always: (pattern, fault) => add(pattern, fault, Number.POSITIVE_INFINITY),
    clear() {
      for (const rule of active) rule.release()
      active = []
    },
  }
  return { rules, find: (method: string, path: string) => active.find((rule) => rule.take(method, path)) }
}

function matcher(pattern: Pattern): (method: string, path: string) => boolean {
  if (pattern instanceof RegExp) return (method, path) => pattern.test(`${method} ${path}`)
  const [, wantedMethod, wantedPath = ''] = /^(?:([A-Z]+) )?(.*)$/.exec(pattern) ?? []
  const literal = wantedPath.split('*').map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const wanted = new RegExp(`^${literal.join('.*')}$`)
  return (method, path) =>
    (wantedMethod === undefined ? method !== 'OPTIONS' : method === wantedMethod) &&
    wanted.test(path.split('?')[0] ?? path)
}

function recordOf(incoming: IncomingMessage, faulty: boolean) {
  return {
    method: incoming.method ?? 'GET',
    path: incoming.url ?? '/',
    headers: incoming.headers,
    body: '',
    faulty,
    status: 0,
    outcome: 'open' as ProxiedRequest['outcome'],
  }
}

/** Asks the target and streams; an abort on either side ends the other. */
async function ask(target: string, incoming: IncomingMessage, body: Buffer, signal: AbortSignal): Promise<Answer> {
  const outgoing = request(new URL(incoming.url ?? '/', target), {
    method: incoming.method,
    // Compressed events could be neither counted nor cut.
    headers: { ...passed(incoming.headers), 'accept-encoding': 'identity' },
    signal,
    agent: false,
  })
  // A target that goes away in mid-answer is told by the answer; its echo on the request must not end the process.
  outgoing.on('error', () => {})
  outgoing.end(body)
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  return { status: answer.statusCode ?? 502, headers: passed(answer.headers), body: answer }
}

function passed(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !PER_CONNECTION.test(name)))
}

function ownAnswer(answer: FaultAnswer, incoming: IncomingMessage): Answer {
  const body = Buffer.from(answer.body ?? '')
  const origin = incoming.headers.origin
  return {
    status: answer.status,
    headers: {
      ...(answer.cors !== false &&
        origin !== undefined && {
          'access-control-allow-origin': origin,
          'access-control-allow-credentials': 'true',
          'access-control-expose-headers': 'retry-after, location',
          vary: 'origin',
        }),
      'content-length': body.length,
      ...answer.headers,
    },
    body: (async function* () {
      if (body.length > 0) yield body
    })(),
  }
}

/** Two bodies: what goes out before the point, and the rest. Both read one source, so the first must be read to its end. */
async function* upTo(body: AsyncIterable<Uint8Array>, at: { bytes: number } | { events: number }) {
  const source = 'events' in at ? eventsOf(body) : body
  const iterator = source[Symbol.asyncIterator]()
  let left = 'events' in at ? at.events : at.bytes
  let rest: Uint8Array | undefined
  yield (async function* () {
    while (left > 0) {
      const next = await iterator.next()
      if (next.done) return
      const size = 'events' in at ? 1 : next.value.length
      if (size > left) {
        rest = next.value.subarray(left)
        yield next.value.subarray(0, left)
        left = 0
      } else {
        left -= size
        yield next.value
      }
    }
  })()
  yield (async function* () {
    if (rest) yield rest
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
  })()
}

async function* halves(body: AsyncIterable<Uint8Array>) {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  const whole = Buffer.concat(chunks)
  const middle = Math.floor(whole.length / 2)
  for (const half of [whole.subarray(0, middle), whole.subarray(middle)]) {
    yield (async function* () {
      yield half
    })()
  }
}

async function* repeated(body: AsyncIterable<Uint8Array>, times: number) {
  for await (const event of eventsOf(body)) for (let i = 0; i < times; i++) yield event
}

/** One chunk per server-sent event, its blank line included, as soon as that has come; what has none comes at the end. */
async function* eventsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pending = Buffer.alloc(0)
  for await (const chunk of body) {
    pending = Buffer.concat([pending, chunk])
    for (;;) {
      // latin1 keeps one character per byte, so the index is one of bytes.
      const blank = /\r\n\r\n|\n\n|\r\r(?!\n)/.exec(pending.toString('latin1'))
      if (blank === null) break
      const end = blank.index + blank[0].length
      yield pending.subarray(0, end)
      pending = pending.subarray(end)
    }
  }
  if (pending.length > 0) yield pending
}

async function* cut(body: AsyncIterable<Uint8Array>, split: Fault['split']) {
  const random = typeof split === 'object' ? createRandom(split.seed) : undefined
  for await (const chunk of body) {
    if (split === undefined) yield chunk
    else {
      for (let from = 0; from < chunk.length; ) {
        const size = random ? 1 + Math.floor(random() * Math.min(64, chunk.length)) : 1
        yield chunk.subarray(from, from + size)
        from += size
      }
    }
  }
}

function* slices(chunk: Uint8Array, size: number) {
  for (let from = 0; from < chunk.length; from += size) yield chunk.subarray(from, from + size)
}

/** mulberry32: small, and equal on every machine for equal seeds. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
