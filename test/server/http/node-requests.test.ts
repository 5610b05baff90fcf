import { once } from 'node:events'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import express from 'express'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { toNodeListener } from '../../../src/server/node.ts'
import type { TokenServiceOptions } from '../../../src/server/token-service.ts'
import { closeNodeServers, listenOnNode } from '../support/node-server.ts'
import { createTestService } from '../support/test-service.ts'

afterEach(closeNodeServers)

type Handler = (request: IncomingMessage & Record<string, unknown>, response: ServerResponse) => void

/** A service behind other code that meets the request first. */
async function behind(before: (listener: Handler) => RequestListener, options: Partial<TokenServiceOptions> = {}) {
  const made = createTestService(options)
  const listener = toNodeListener(made.service)
  const advice = () => made.events.flatMap((event) => (event.type === 'refused' ? (event.advice ?? []) : []))
  return { ...made, ...(await listenOnNode(before((request, response) => listener(request, response)))), advice }
}

/** Reads the whole body as a parser does, and hands over what `keep` made of it. */
const parsing =
  (keep: (bytes: Buffer, request: Record<string, unknown>) => void) =>
  (listener: Handler): RequestListener =>
  (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const message = request as IncomingMessage & Record<string, unknown>
      keep(Buffer.concat(chunks), message)
      listener(message, response)
    })
  }

describe('F87: a body that other code met first', () => {
  it.each([
    ['an object', (bytes: Buffer) => ({ body: JSON.parse(bytes.toString()) as unknown })],
    ['a text', (bytes: Buffer) => ({ body: bytes.toString() })],
    ['bytes', (bytes: Buffer) => ({ body: bytes })],
    ['a Uint8Array', (bytes: Buffer) => ({ body: new Uint8Array(bytes) })],
    ['rawBody beside an object that was made otherwise', (bytes: Buffer) => ({ body: { renamed: 1 }, rawBody: bytes })],
  ])('F87: is used where it was left as %s', async (_, kept) => {
    const { post, advice } = await behind(parsing((bytes, request) => Object.assign(request, kept(bytes))))
    expect((await post('{}')).status).toBe(200)
    expect((await post('{"user_id":"alice"}')).status).toBe(400)
    expect((await post(JSON.stringify({ session_id: 'x'.repeat(5_000) }))).status).toBe(413)
    expect((await post('{"session_id":"ü"}')).status).toBe(200)
    expect(advice()).toEqual([])
  })

  it('F87: is 400 where nothing was left, as by koa-bodyparser, and the log names the cure', async () => {
    const { post, advice } = await behind(parsing(() => {}))
    const response = await post()
    expect([response.status, await response.json()]).toEqual([400, { error: 'bad_request' }])
    expect(advice()).toEqual([expect.stringMatching(/read by other code.*in front of body parsers.*request\.body/)])
  })

  it('F87: is 400 at once, not after a time limit, where half of it is gone', async () => {
    const { port, origin, advice } = await behind((listener) => (request, response) => {
      request.once('data', () => {
        request.pause()
        listener(request as IncomingMessage & Record<string, unknown>, response)
      })
    })
    const socket = connect(port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.write(
      `POST /api/coze/token HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\norigin: ${origin}\r\ncontent-type: application/json\r\nx-chat-token: 1\r\ncontent-length: 2\r\n\r\n{`,
    )
    const [data] = (await once(socket, 'data')) as [Buffer]
    expect(data.toString()).toMatch(/^HTTP\/1\.1 400 /)
    expect(advice()).toHaveLength(1)
  })

  it('F87: is read when the request was paused, as by code that looks something up before it goes on', async () => {
    const { post } = await behind((listener) => (request, response) => {
      request.pause()
      setImmediate(() => listener(request as IncomingMessage & Record<string, unknown>, response))
    })
    expect((await post('{}')).status).toBe(200)
    expect((await post('x'.repeat(5_000))).status).toBe(413)
  })

  it('F87: is used behind express.raw(), express.text() and express.json(), and reaches identify as a Request', async () => {
    for (const parser of [express.raw({ type: () => true }), express.text({ type: () => true }), express.json()]) {
      const bodies: string[] = []
      const identify = async (request: Request) => {
        bodies.push(await request.text())
        return 'alice'
      }
      const { service } = createTestService({ identify })
      const app = express()
      app.use(parser, toNodeListener(service))
      const { post } = await listenOnNode(app)
      expect(await (await post('{"renew":true}')).json()).toMatchObject({ kind: 'user' })
      expect(bodies).toEqual(['{"renew":true}'])
    }
  })
})

describe('T41: the name that a request gives our server', () => {
  /** Sends a request as it is written. */
  async function send(port: number, head: string): Promise<string> {
    const socket = connect(port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.write(
      `${head}content-type: application/json\r\nx-chat-token: 1\r\nsec-fetch-site: same-origin\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}`,
    )
    let answer = ''
    socket.on('data', (data: Buffer) => {
      answer += data.toString()
    })
    await once(socket, 'close')
    return answer.slice(9, 12)
  }

  it('T41: is 400 when it is malformed, never 500, and reaches no hook', async () => {
    const seen: string[] = []
    const identify = (request: Request) => {
      seen.push(request.url)
      return 'alice'
    }
    const { port, events, advice } = await behind((listener) => listener as RequestListener, { identify })
    for (const host of [
      'a b',
      'evil/path?',
      'evil#',
      'user@evil',
      'evil:99999',
      '[::1',
      'a,b',
      'evil\\x',
      '%00',
      'evil?',
    ]) {
      const head = `POST /api/coze/token HTTP/1.1\r\nhost: ${host}\r\n`
      expect([host, await send(port, head)]).toEqual([host, '400'])
    }
    expect(seen).toEqual([])
    expect(events.filter(({ type }) => type === 'fault')).toEqual([])
    expect(advice()).toEqual([expect.stringContaining('its Host is no host name')])
  })

  it('T41: is 400 where a request gives two, because what is in front of us may have gone by the other', async () => {
    const { port, events, advice } = await behind((listener) => listener as RequestListener)
    const head = (hosts: string) => `POST /api/coze/token HTTP/1.1\r\n${hosts}`
    expect(await send(port, head('host: shop.example\r\nHost: other.example\r\n'))).toBe('400')
    expect(await send(port, head('Host: shop.example\r\nhost: shop.example\r\n'))).toBe('200')
    expect(events.filter(({ type }) => type === 'fault')).toEqual([])
    expect(advice()).toEqual([expect.stringContaining('its Host is no host name')])
  })

  it('T41: a header that comes twice is the same to a hook as to the service', async () => {
    const seen: (string | null)[] = []
    const identify = (request: Request) => {
      seen.push(...['authorization', 'x-site', 'cookie'].map((name) => request.headers.get(name)))
      return null
    }
    const { port } = await behind((listener) => listener as RequestListener, { identify })
    const lines = [
      'authorization: Bearer 1',
      'authorization: Bearer 2',
      'x-site: a',
      'x-site: b',
      'cookie: a=1',
      'cookie: b=2',
    ]
    expect(await send(port, `POST /api/coze/token HTTP/1.1\r\nhost: a\r\n${lines.join('\r\n')}\r\n`)).toBe('200')
    expect(seen).toEqual(['Bearer 1', 'a, b', 'a=1; b=2'])
  })

  it('T41: is taken from a whole address in the request line, and may be absent in HTTP/1.0', async () => {
    const seen: string[] = []
    const identify = (request: Request) => {
      seen.push(request.url)
      return 'alice'
    }
    const { port } = await behind((listener) => listener as RequestListener, { identify })
    expect(await send(port, 'POST http://shop.example/api/coze/token?a=1 HTTP/1.1\r\nhost: other\r\n')).toBe('200')
    expect(await send(port, 'POST /api/coze/token HTTP/1.0\r\n')).toBe('200')
    expect(await send(port, 'POST http://a b/api/coze/token HTTP/1.1\r\nhost: other\r\n')).toBe('400')
    expect(await send(port, 'POST http://user@evil/api/coze/token HTTP/1.1\r\nhost: other\r\n')).toBe('400')
    expect(seen).toEqual(['http://shop.example/api/coze/token?a=1', 'http://localhost/api/coze/token'])
  })

  it('T41: does not matter to health checks', async () => {
    const { port } = await behind((listener) => listener as RequestListener)
    for (const head of ['GET /api/coze/healthz HTTP/1.0\r\n', 'GET /api/coze/healthz HTTP/1.1\r\nhost: a b\r\n']) {
      expect(await send(port, head)).toBe('200')
    }
  })
})
