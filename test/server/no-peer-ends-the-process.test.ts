import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { connect } from 'node:net'
import { runInNewContext } from 'node:vm'
import express from 'express'
import { Hono } from 'hono'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { headerText, isHeaderText } from '../../src/server/http/header-text.ts'
import { toNodeListener } from '../../src/server/node.ts'
import type { HookName } from '../../src/server/operations/events.ts'
import { createRedisTokenStore } from '../../src/server/store/redis-token-store.ts'
import { createGatewayFixture } from './gateway/support.ts'
import { closeNodeServers, listenOnNode } from './support/node-server.ts'
import { createTestService, SECRET, tokenRequest } from './support/test-service.ts'

/** What would have ended the process: an error that nobody caught. */
const uncaught: unknown[] = []
const remember = (error: unknown) => void uncaught.push(error)
beforeAll(() => void process.on('uncaughtException', remember).on('unhandledRejection', remember))
afterAll(() => void process.off('uncaughtException', remember).off('unhandledRejection', remember))

afterEach(async () => {
  closeNodeServers()
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(uncaught.splice(0)).toEqual([])
})

const HOSTILE = [
  '网关-1',
  'a\r\nset-cookie: x=1',
  '\u0000',
  '\u2028',
  '🙂',
  '\ud800',
  'ÿ',
  'x'.repeat(100_000),
  '\t',
  '\u007f',
]

/** A Coze that hands out tokens and refuses everything else. */
function refusing(refuse: () => Response): typeof globalThis.fetch {
  return async (input) =>
    new Request(input).url.includes('/oauth2/') ? Response.json({ access_token: 'czs_1', expires_in: 900 }) : refuse()
}

const thrown = (error: Error): never => {
  throw error
}

/** As libraries that patch promises make them: its own methods cannot be relied on. */
class OddPromise extends Promise<unknown> {
  override catch(): never {
    throw new TypeError('catch is not supported')
  }
}

describe('T28: what a peer sends does not end the process', () => {
  it('T28: header values are made for headers', () => {
    for (const text of HOSTILE) {
      const value = headerText(text)
      expect(value).toMatch(/^[\x20-\x7e]{0,200}$/)
      expect(isHeaderText(value)).toBe(true)
      expect(() => new Headers({ 'x-test': value })).not.toThrow()
    }
  })

  it.each(HOSTILE)(
    'T28: a refusal of upstream with the log id %j is passed on, over fetch and over Node',
    async (logid) => {
      const upstream = refusing(() => Response.json({ code: 4000, msg: logid, detail: { logid } }, { status: 400 }))
      const { service, visit } = await createGatewayFixture({ fetch: upstream })
      const { headers, answer } = await visit()
      const path = '/api/coze/v1/conversations?bot_id=7300000000000000001'
      const bearer = { ...headers, authorization: `Bearer ${answer.access_token}` }
      const direct = await service.fetch(new Request(`https://shop.example${path}`, { headers: bearer }))
      expect(direct.status).toBe(400)
      const { origin } = await listenOnNode(toNodeListener(service))
      expect((await fetch(origin + path, { headers: { ...bearer, origin } })).status).toBe(400)
    },
  )

  it.each([99, 199, 600, 999, 0, Number.NaN])(
    'T28: an upstream status of %d becomes one that can be sent',
    async (status) => {
      const upstream = refusing(
        () => ({ status, ok: false, headers: new Headers(), body: new Response('{"code":5000}').body }) as Response,
      )
      const { service, visit } = await createGatewayFixture({ fetch: upstream })
      const { headers, answer } = await visit()
      const response = await service.fetch(
        new Request('https://shop.example/api/coze/v1/conversations?bot_id=7300000000000000001', {
          headers: { ...headers, authorization: `Bearer ${answer.access_token}` },
        }),
      )
      expect(response.status).toBeGreaterThanOrEqual(200)
      expect(response.status).toBeLessThan(600)
    },
  )

  it('T28: metrics, hooks and listeners of the site that throw, reject or return what they must not', async () => {
    const { service, ask } = createTestService({
      onEvent: (() => Promise.reject(new Error('listener'))) as never,
      metrics: { observe: () => {}, contentType: '类型', render: async () => 'x 1' },
    })
    expect((await ask()).status).toBe(200)
    const metrics = await service.fetch(new Request('https://shop.example/api/coze/metrics'))
    expect(metrics.status).toBe(200)
    const broken = createTestService({
      metrics: { observe: () => {}, contentType: 'text/plain', render: () => Promise.reject(new Error('x')) },
    })
    expect((await broken.service.fetch(new Request('https://shop.example/api/coze/metrics'))).status).toBe(503)
  })

  it.each<[string, () => unknown]>([
    ['throws', () => thrown(new Error('listener'))],
    ['throws nothing', () => thrown(undefined as never)],
    ['rejects', () => Promise.reject(new Error('listener'))],
    ['rejects with a promise of another realm', () => runInNewContext('Promise.reject(new Error("listener"))')],
    ['rejects with a promise of a class of its own', () => OddPromise.reject(new Error('listener'))],
    ['returns what throws when it is looked at', () => new Proxy({}, { get: () => thrown(new Error('listener')) })],
  ])('T28: a listener that %s harms nobody, be it for events or for the state of Redis', async (_, listener) => {
    const sendCommand = () => Promise.reject(new Error('connect ECONNREFUSED'))
    const store = createRedisTokenStore({ client: { sendCommand }, secret: SECRET, onStateChange: listener as never })
    const { ask } = createTestService({ store, onEvent: listener as never })
    expect((await ask()).status).toBe(200)
  })

  it.each<[hook: HookName, status: number]>([
    ['clientAddress', 200],
    ['tenant', 500],
    ['sessionName', 503],
    ['sessionContext', 200],
  ])(
    'T28, T38: %s that throws, or returns a promise where nobody waits for one, is told and is %i',
    async (hook, status) => {
      const unhandled: unknown[] = []
      const note = (reason: unknown) => void unhandled.push(reason)
      process.on('unhandledRejection', note)
      const no = new RangeError('hook-canary')
      const bad: [cause: string, run: () => unknown][] = [
        ['RangeError', () => thrown(no)],
        ['returned_a_promise', () => Promise.reject(no)],
        ['returned_a_promise', () => new Promise(() => {})],
        ...(hook === 'sessionName' ? [] : [['returned_nonsense', () => 42] as const]),
      ].map(([cause, run]) => [cause, run] as [string, () => unknown])
      for (const [cause, run] of bad) {
        const { ask, events } = createTestService({ identify: () => 'alice', limits: {}, [hook]: run })
        expect((await ask()).status).toBe(status)
        const at = expect.stringMatching(/^no-peer-ends-the-process\.test\.ts:\d+:\d+$/)
        expect(events).toContainEqual({ type: 'hook_failed', hook, cause, ...(cause === 'RangeError' && { at }) })
        expect(JSON.stringify(events)).not.toContain('canary')
      }
      await new Promise((resolve) => setImmediate(resolve))
      process.off('unhandledRejection', note)
      expect(unhandled).toEqual([])
    },
  )

  it('T28: an unexpected error of ours is 503 with an event, and no verdict about the visitor', async () => {
    const { ask, events } = createTestService({
      store: {
        get: () => {
          throw new Error('store-canary')
        },
        set: () => {},
        delete: () => {},
      },
    })
    expect(await ask()).toMatchObject({ status: 503, json: { error: 'upstream_unavailable', retryAfter: 2 } })
    expect(events).toContainEqual({ type: 'fault', atFault: 'us', name: 'Error' })
  })

  it('T28: service.fetch never rejects, whatever upstream answers', async () => {
    const replies: (() => unknown)[] = [
      () => undefined,
      () => null,
      () => 'text',
      () => ({}),
      () => ({ status: 200, headers: new Headers(), body: null }),
      () => Response.error(),
      () => {
        throw new Error('at once')
      },
      () => Promise.reject(undefined),
      () => new Response(new ReadableStream({ start: (controller) => controller.error(new Error('cut')) })),
    ]
    for (const reply of replies) {
      const { service } = createTestService({ fetch: (async () => reply()) as never })
      expect((await service.fetch(tokenRequest())).status).toBeGreaterThanOrEqual(500)
      const thrown = createTestService({ fetch: reply as never })
      expect((await thrown.service.fetch(tokenRequest())).status).toBeGreaterThanOrEqual(500)
    }
  })
})

describe('T28: bridges', () => {
  it('T28: node:http and Express with a handler in front that has begun, ended or destroyed the response', async () => {
    const { service } = createTestService()
    const listener = toNodeListener(service)
    // More than a socket takes at once: what has ended has not yet been sent.
    const theirs = 'theirs '.repeat(4_000_000)
    const before: Record<string, RequestListener> = {
      ended: (_, response) => void response.end(theirs),
      'headers written': (_, response) => void response.writeHead(200).write('theirs'),
      'headers flushed': (_, response) => response.flushHeaders(),
      destroyed: (_, response) => void response.destroy(),
    }
    for (const [how, spoil] of Object.entries(before)) {
      for (const isEarly of [true, false]) {
        const { post } = await listenOnNode((request, response) => {
          if (isEarly) spoil(request, response)
          else setImmediate(() => spoil(request, response))
          listener(request, response)
        })
        const text = await post()
          .then((response) => response.text())
          .catch(() => undefined)
        if (how === 'ended' && isEarly) expect(text === theirs).toBe(true)
      }
      const app = express()
      app.use((request, response, next) => {
        spoil(request, response)
        next()
      })
      app.use(listener)
      const { post } = await listenOnNode(app)
      await post()
        .then((response) => response.text())
        .catch(() => undefined)
    }
    const { post } = await listenOnNode(listener)
    expect((await post()).status).toBe(200)
  })

  it('T28: a service that rejects, or whose response cannot be written, is answered with 503', async () => {
    const { service } = createTestService()
    const failing = [
      () => Promise.reject(new Error('no')),
      async () => ({ status: 200, headers: ['x-log', '网关'], body: 'x' }),
      async () => ({ status: 42, headers: [], body: 'x' }),
    ]
    for (const handle of failing) {
      const { post } = await listenOnNode(toNodeListener({ ...service, handle }))
      expect((await post()).status).toBe(503)
    }
  })

  it('T28: clients that leave, write rubbish or send half a request', async () => {
    const { service } = createTestService({
      clientAddress: (request) => {
        void request.text().catch(() => undefined)
        return '203.0.113.7'
      },
    })
    const { port, post } = await listenOnNode(toNodeListener(service))
    const head = `POST /api/coze/token HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\norigin: http://127.0.0.1:${port}\r\ncontent-type: application/json\r\nx-chat-token: 1\r\n`
    const texts = [
      '\u0000\u0001\u0002\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      `${head}content-length: 10\r\n\r\n{"a"`,
      `${head}transfer-encoding: chunked\r\n\r\nzz\r\n`,
      `${head}transfer-encoding: chunked\r\n\r\n4\r\n{"a"\r\n`,
      `GET /api/coze/token HTTP/1.1\r\nhost: a b\r\n\r\n`,
      'GET //\\evil HTTP/1.1\r\nhost: x\r\n\r\n',
      `${head}host: two\r\ncontent-length: 2\r\n\r\n{}`,
    ]
    for (const text of texts) {
      for (const how of ['destroy', 'resetAndDestroy', 'end'] as const) {
        const socket = connect(port, '127.0.0.1')
        socket.on('error', () => undefined)
        await once(socket, 'connect')
        socket.write(text)
        await new Promise((resolve) => setTimeout(resolve, 5))
        socket[how]()
      }
    }
    expect((await post()).status).toBe(200)
  })

  it('T28: Hono gets a response whatever upstream says', async () => {
    const upstream = refusing(() => Response.json({ code: 4000, detail: { logid: '网关-1' } }, { status: 400 }))
    const { service, visit } = await createGatewayFixture({ fetch: upstream })
    const { headers, answer } = await visit()
    const app = new Hono()
    app.all('/api/coze/*', (context) => service.fetch(context.req.raw))
    const response = await app.request('https://shop.example/api/coze/v1/conversations?bot_id=7300000000000000001', {
      headers: { ...headers, authorization: `Bearer ${answer.access_token}` },
    })
    expect(response.status).toBe(400)
  })
})
