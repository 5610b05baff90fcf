import { describe, expect, it } from 'vitest'
import { createCozeClient, type GetToken } from '../../src/coze/client.ts'
import type { StreamEvent } from '../../src/coze/event-stream.ts'
import { toCozeChatError } from '../../src/errors.ts'
import { cutAt, streamOf } from '../support/cut-at-every-byte.ts'
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts'

type Answer = Response | Error | 'silence' | ((request: Request) => Response | Promise<Response>)

const json = (body: unknown, init: ResponseInit = {}) =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), {
    headers: { 'content-type': 'application/json' },
    ...init,
  })
const sse = (text: string | ReadableStream<Uint8Array<ArrayBuffer>>) =>
  new Response(text, { headers: { 'content-type': 'text/event-stream' } })
const ok = () => json({ code: 0, data: 'fine' })

interface Sent {
  url: string
  init: RequestInit
  token: string | null
}

const at = (token: string, apiBase = 'https://api.test') => ({ token, apiBase })

/** A client whose network answers from a list, and whose tokens are t1, t2, … */
function setUp(answers: Answer[], options: { clock?: FakeClock; getToken?: GetToken } = {}) {
  const sent: Sent[] = []
  const asked: (string | undefined)[] = []
  let token = 1
  const clock = options.clock ?? createFakeClock()
  const client = createCozeClient({
    clock,
    lang: 'zh-CN',
    getToken:
      options.getToken ??
      (async ({ rejected }) => {
        asked.push(rejected)
        if (rejected !== undefined) token++
        return at(`t${token}`)
      }),
    fetch: (input, init = {}) => {
      sent.push({ url: String(input), init, token: new Headers(init.headers).get('authorization') })
      const answer = answers.shift() ?? new TypeError('no more answers')
      if (answer === 'silence') return new Promise(() => {})
      if (answer instanceof Error) return Promise.reject(answer)
      return Promise.resolve(typeof answer === 'function' ? answer(new Request(input, init)) : answer)
    },
  })
  const signal = new AbortController().signal
  return {
    sent,
    asked,
    clock,
    client,
    get: () => client.json({ path: '/v1/x', signal }),
    async stream() {
      const events: StreamEvent[] = []
      for await (const piece of client.stream({ path: '/v3/chat', body: () => ({ q: 1 }), signal }))
        events.push(...piece)
      return events
    },
  }
}

const stream = 'event:a\ndata:1\n\nevent:done\ndata:2\n\n'
const events = [
  { name: 'a', data: '1' },
  { name: 'done', data: '2' },
]

describe('one call', () => {
  it.each<[string, unknown]>([
    ['method', 'DELETE'],
    ['body', () => ({ user_id: 'of another' })],
    ['query', { user_id: 'of another' }],
    ['accept', 'text/html'],
    ['fetch', () => Promise.reject(new TypeError('not ours'))],
  ])('F54: is the same request where somebody has put %s on Object.prototype', async (name, value) => {
    const { get, sent } = setUp([ok()])
    Object.defineProperty(Object.prototype, name, { value, configurable: true, enumerable: true, writable: true })
    try {
      await get()
      const { url, init } = sent[0] ?? {}
      expect([url, init?.method, init?.body]).toEqual(['https://api.test/v1/x', 'GET', null])
      expect([...new Headers(init?.headers).keys()]).toEqual(['accept-language', 'authorization'])
    } finally {
      Reflect.deleteProperty(Object.prototype, name)
    }
  })

  it('F54: a library that gives arrays a toJSON of their own, as Prototype.js does, does not change what is sent', async () => {
    const { client, sent } = setUp([ok()])
    const arrays = Array.prototype as { toJSON?: unknown }
    arrays.toJSON = function (this: unknown[]) {
      return `[${this.join(', ')}]`
    }
    try {
      const body = () => ({ additional_messages: [{ parts: [1, 2] }], text: 'a' })
      await client.json({ path: '/v1/x', body, signal: new AbortController().signal })
    } finally {
      delete arrays.toJSON
    }
    expect(JSON.parse(String(sent[0]?.init.body))).toEqual({ additional_messages: [{ parts: [1, 2] }], text: 'a' })
  })

  it('carries the token in its header, nothing of the page, and no id turned into a number', async () => {
    const { sent, client } = setUp([ok()])
    const { signal } = new AbortController()
    await client.json({ path: '/v1/x', query: { id: '7500000000000000001', none: undefined }, signal })
    expect(sent[0]).toMatchObject({
      url: 'https://api.test/v1/x?id=7500000000000000001',
      token: 'Bearer t1',
      init: { method: 'GET', cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer' },
    })
    expect(sent[0]?.init.headers).toEqual({ authorization: 'Bearer t1', 'accept-language': 'zh' })
  })

  describe.each([
    ['HTTP 401', () => json({ code: 4100, msg: '' }, { status: 401 })],
    ['HTTP 401 without a body', () => new Response(null, { status: 401 })],
    ['HTTP 401 with another code', () => json({ code: 5000, msg: '' }, { status: 401 })],
    ['HTTP 200 with 4100', () => json({ code: 4100, msg: '' })],
    ['HTTP 200 with 700012006', () => json({ code: 700012006, msg: '' })],
    ['HTTP 200 with "4100" and a final newline', () => json('{"code":"4100","msg":""}\n')],
    ['HTTP 403 with 4101', () => json({ code: 4101, msg: '' }, { status: 403 })],
  ])('F45: an auth failure as %s', (_name, refusal) => {
    it('is answered by one renewal and one replay', async () => {
      const { get, sent, asked } = setUp([refusal(), ok()])
      expect(await get()).toEqual({ code: 0, data: 'fine' })
      expect(sent.map(({ token }) => token)).toEqual(['Bearer t1', 'Bearer t2'])
      expect(asked).toEqual([undefined, 't1'])
    })

    it('is answered so for a stream too', async () => {
      const run = setUp([refusal(), sse(stream)])
      expect(await run.stream()).toEqual(events)
      expect(run.sent.map(({ token }) => token)).toEqual(['Bearer t1', 'Bearer t2'])
    })

    it('ends with the error when the fresh token is refused as well', async () => {
      const { get, sent } = setUp([refusal(), refusal(), ok()])
      await expect(get()).rejects.toMatchObject({ code: /403/.test(_name) ? 'permission_denied' : 'unauthorized' })
      expect(sent).toHaveLength(2)
    })
  })

  it.each(['error', 'conversation.chat.failed'])(
    'F45: an auth failure as a first %s event is replayed',
    async (name) => {
      const refusal = sse(`event:${name}\ndata:{"code":4100,"msg":""}\n\n`)
      const run = setUp([refusal, sse(stream)])
      expect(await run.stream()).toEqual(events)
    },
  )

  it('F45: nothing is replayed once something has come', async () => {
    const late = 'event:a\ndata:1\n\nevent:error\ndata:{"code":4100}\n\n'
    const run = setUp([sse(late), sse(stream)])
    expect(await run.stream()).toHaveLength(2)
    expect(run.sent).toHaveLength(1)
  })

  it('F35: the same token again after a rejection stops at once', async () => {
    const { get, sent } = setUp([json({ code: 4100 }, { status: 401 }), ok()], { getToken: async () => at('same') })
    await expect(get()).rejects.toMatchObject({ code: 'unauthorized' })
    expect(sent).toHaveLength(1)
  })

  it.each([
    ['', true],
    ['\n', true],
    ['', false],
    ['\n', false],
  ])('F44: a refusal as plain JSON ending in %j gives the same error (typed as JSON: %s)', async (ending, typed) => {
    const body = `{"code":4016,"msg":"","detail":{"logid":"log1"}}${ending}`
    const run = setUp([typed ? json(body) : sse(body)])
    await expect(run.stream()).rejects.toMatchObject({
      code: 'conversation_busy',
      upstreamCode: '4016',
      retryable: true,
      logId: 'log1',
    })
  })

  it.each([
    [
      'an HTML page with 200',
      () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
      'bad_response',
    ],
    ['an empty body', () => new Response(''), 'bad_response'],
    ['HTML with 502', () => new Response('<html>', { status: 502 }), 'upstream_error'],
    ['429', () => new Response('', { status: 429, headers: { 'retry-after': '7' } }), 'rate_limited'],
    ['a dead network', () => new TypeError('fetch failed'), 'network'],
  ])('F30: %s is told apart', async (_name, answer, code) => {
    await expect(setUp([answer()]).get()).rejects.toMatchObject({ code, retryable: true })
  })

  it('F30: an HTML page in place of a stream is not an empty answer', async () => {
    const run = setUp([new Response('<html>\n</html>', { headers: { 'content-type': 'text/html' } })])
    await expect(run.stream()).rejects.toMatchObject({ code: 'bad_response' })
  })

  it.each([
    ['7', 7_000],
    ['Mon, 21 Sep 2026 14:14:20 GMT', 60_000],
    ['100000', 300_000],
    ['soon', undefined],
  ])('reads Retry-After %s', async (value, retryAfterMs) => {
    const clock = createFakeClock(Date.parse('2026-09-21T14:13:20Z'))
    const { get } = setUp([new Response('', { status: 429, headers: { 'retry-after': value } })], { clock })
    const error = toCozeChatError(await get().catch((thrown: unknown) => thrown))
    expect([error.code, error.retryAfterMs]).toEqual(['rate_limited', retryAfterMs])
  })

  it.each<[string, Answer]>([
    ['after accepting', 'silence'],
    ['after the headers', sse(streamOf([], 'silence'))],
    ['after half a body', sse(streamOf(cutAt(new TextEncoder().encode('{"code":'), []), 'silence'))],
  ])('F12: a server that goes silent %s is given up after 10 s', async (_name, answer) => {
    const { get, clock } = setUp([answer])
    const call = get()
    const failed = expect(call).rejects.toMatchObject({ code: 'timeout', retryable: true })
    await clock.advance(9_999)
    expect(clock.pending).toBe(1)
    await clock.advance(1)
    await failed
    expect(clock.pending).toBe(0)
  })

  it('F46: a stream may take 60 s to begin, and 5 minutes between two pieces', async () => {
    const late = setUp([sse(streamOf([], 'silence'))])
    const noByte = expect(late.stream()).rejects.toMatchObject({ code: 'timeout' })
    await late.clock.advance(60_000)
    await noByte

    const stuck = setUp([sse(streamOf([new TextEncoder().encode('event:a\ndata:1\n\n')], 'silence'))])
    const silence = expect(stuck.stream()).rejects.toMatchObject({ code: 'timeout' })
    await stuck.clock.advance(299_000)
    expect(stuck.clock.pending).toBe(1)
    await stuck.clock.advance(1_000)
    await silence
    expect(stuck.clock.pending).toBe(0)
  })

  it('F39: a socket that breaks says so, one that ends just ends', async () => {
    const bytes = new TextEncoder().encode('event:a\ndata:1\n\n')
    await expect(setUp([sse(streamOf([bytes], 'break'))]).stream()).rejects.toMatchObject({ code: 'interrupted' })
    expect(await setUp([sse(streamOf([bytes], 'end'))]).stream()).toHaveLength(1)
  })

  it('stops when its caller does, and leaves neither timer nor connection', async () => {
    let canceled = false
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => controller.enqueue(new TextEncoder().encode('event:a\ndata:1\n\n')),
      cancel: () => {
        canceled = true
      },
    })
    const { client, clock } = setUp([sse(body)])
    const stopping = new AbortController()
    const events = client.stream({ path: '/', signal: stopping.signal })
    expect((await events.next()).value).toEqual([{ name: 'a', data: '1' }])
    const next = events.next()
    stopping.abort()
    await expect(next).rejects.toMatchObject({ code: 'aborted' })
    expect(canceled).toBe(true)
    expect(clock.pending).toBe(0)
  })

  it('makes the body only when the token is there', async () => {
    let subject = ''
    const { client, sent } = setUp([ok()], {
      getToken: async () => {
        subject = 's_1'
        return at('t')
      },
    })
    await client.json({ path: '/', body: () => ({ subject }), signal: new AbortController().signal })
    expect(sent[0]?.init.body).toBe('{"subject":"s_1"}')
  })
})
