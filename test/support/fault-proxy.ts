/** An HTTP/1.1 proxy that a test tells, while it runs, which requests to break and how. */
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
import { cut, halves, repeated, type Split, slices, upTo } from './fault-proxy-body.ts'

/**
 * Where in a response something happens: `accept`, after the request was read and before anything is sent; `headers`, after
 * status line and headers were sent; `half`, after half of the body, which is awaited whole first, so not for endless streams;
 * or after so many bytes or server-sent events of the body, or after all of them where they are fewer.
 */
export type Point = 'accept' | 'headers' | 'half' | { readonly bytes: number } | { readonly events: number }

/** A response that the proxy makes up. */
export interface MadeUpResponse {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** `false` leaves out the permissive CORS headers, like a gateway that does not know the page. Default true. */
  readonly cors?: boolean
}

/**
 * What goes wrong. Faults can be combined.
 * @example { ...delay({ headers: 200 }), ...splitBytes() }
 */
export interface Fault {
  /** Milliseconds to wait before the target is asked, before the headers, before the first byte of the body. */
  readonly delayMs?: { readonly accept?: number; readonly headers?: number; readonly body?: number }
  /** Sent instead of asking the target. */
  readonly answer?: MadeUpResponse
  /** Replace the headers of the response; `undefined` removes one. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** `hang` lasts until `release()`, `reset` sends a TCP RST, `end` looks like a complete response. */
  readonly stop?: { readonly how: 'hang' | 'reset' | 'end'; readonly at: Point }
  /** Sends each server-sent event so many times. */
  readonly repeatEvents?: number
  /** One write per byte, or cuts at random places that the seed repeats. */
  readonly split?: Split
  /** Sends at most so many bytes, then pauses. */
  readonly drip?: { readonly bytes: number; readonly everyMs: number }
}

export interface Rule {
  /** How many requests it was applied to. */
  readonly hits: number
  /** Lets requests go on that hang by this rule, now and later. */
  release(): void
  remove(): void
}

/**
 * Which requests: `'POST /v3/chat'`, `'/v3/*'` where `*` is any text and the query is ignored, or a RegExp that is tested
 * on `'POST /v3/chat?conversation_id=1'`. A text without a method means every method but OPTIONS, so that a preflight does
 * not use up a rule meant for the request after it.
 */
export type Pattern = string | RegExp

/** The newest rule that matches and is not used up applies; without one the request passes unchanged. */
export interface Rules {
  once(pattern: Pattern, fault: Fault): Rule
  times(count: number, pattern: Pattern, fault: Fault): Rule
  always(pattern: Pattern, fault: Fault): Rule
  /** Removes all rules and releases the requests that hang by them. */
  clear(): void
}

export interface ProxiedRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Empty until it was read; at most its first 64 KiB. */
  readonly body: string
  readonly faulty: boolean
  /** Status that was sent to the client; 0 before. */
  readonly status: number
  /** `left`: the client closed the connection first. `broken`: the proxy or the target did. */
  readonly outcome: 'open' | 'complete' | 'left' | 'broken'
}

export interface FaultProxy {
  /** Origin that clients use in place of the target's. */
  readonly url: string
  readonly rules: Rules
  /** Every request, preflights included, in order of arrival. */
  readonly requests: readonly ProxiedRequest[]
  close(): Promise<void>
}

export interface FaultProxyOptions {
  /** Origin that requests are passed to. It sees the `Host` that the client sent, so same-origin checks hold through the proxy. */
  readonly target: string
  /** Interface and port to listen on; default 127.0.0.1 and any free port. */
  readonly host?: string
  readonly port?: number
  /** How delays pass. Default: in real time. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<unknown>
}

export const delay = (delayMs: { accept?: number; headers?: number; body?: number }): Fault => ({ delayMs })
export const hang = (at: Point): Fault => ({ stop: { how: 'hang', at } })
export const reset = (at: Point): Fault => ({ stop: { how: 'reset', at } })
/** Ends the response early and cleanly: no error tells the client that something is missing. */
export const truncate = (at: Point): Fault => ({ stop: { how: 'end', at } })
export const splitBytes = (): Fault => ({ split: 'bytes' })
export const randomCuts = (seed: number): Fault => ({ split: { seed } })
export const drip = (bytes: number, everyMs: number): Fault => ({ drip: { bytes, everyMs } })
export const duplicateEvents = (times = 2): Fault => ({ repeatEvents: times })
export const contentType = (value: string): Fault => ({ headers: { 'content-type': value } })

/** Responds with a status; an object is sent as JSON, a text as plain text. */
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

/** Responds with a page where data was expected, like a captive portal, a firewall or a host of single-page apps. */
export function html(code = 200, options: { cors?: boolean } = {}): Fault {
  return { answer: { status: code, headers: { 'content-type': 'text/html; charset=utf-8' }, body: PAGE, ...options } }
}

/** Redirects to a login page that the proxy serves with status 200. */
export function redirectToLogin(options: { cors?: boolean } = {}): Fault {
  return { answer: { status: 302, headers: { location: LOGIN_PATH }, ...options } }
}

/** Responds with 429 and `Retry-After`, in seconds for a number, as an HTTP date for a Date. */
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

/** Responds with well-formed JSON of so many bytes. */
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
/** Headers of one connection, which a proxy does not pass on. */
const PER_CONNECTION = /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/

interface ActiveRule extends Rule {
  readonly fault: Fault
  readonly released: Promise<void>
  take(method: string, path: string): boolean
}

interface ProxiedResponse {
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

    /** Ends or holds the response where the fault says so. Resolves to true when nothing more may be sent. */
    async function stopped(): Promise<boolean> {
      if (stop?.how === 'reset') {
        record.outcome = 'broken'
        // Lets the event loop turn once: bytes just written would be discarded with the connection.
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
    // A body shorter or longer than announced would be an error of its own, which a clean early end must not show.
    if (stop?.how === 'end' || Object.keys(shape).length > 0) delete sent['content-length']
    // Chromium repeats a request by itself when a connection that was used before is reset, which would falsify every count.
    // Node's fetch gets no such header: it takes a reset for a complete response where the end of the connection was announced.
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

/** Passes the request to the target and streams its response; an abort on either side ends the other. */
async function ask(
  target: string,
  incoming: IncomingMessage,
  body: Buffer,
  signal: AbortSignal,
): Promise<ProxiedResponse> {
  const outgoing = request(new URL(incoming.url ?? '/', target), {
    method: incoming.method,
    // Compressed events could be neither counted nor cut.
    headers: { ...passed(incoming.headers), 'accept-encoding': 'identity' },
    signal,
    agent: false,
  })
  // The response reports a target that breaks off; the same error on the request must not end the process.
  outgoing.on('error', () => {})
  outgoing.end(body)
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  return { status: answer.statusCode ?? 502, headers: passed(answer.headers), body: answer }
}

function passed(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !PER_CONNECTION.test(name)))
}

function ownAnswer(answer: MadeUpResponse, incoming: IncomingMessage): ProxiedResponse {
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
