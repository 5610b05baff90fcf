import { once } from 'node:events'
import { type ClientHttp2Session, connect, createServer, type Http2Server, type OutgoingHttpHeaders } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type NodeListener, toNodeListener } from '../../../src/server/node.ts'
import { botId, createGatewayFixture } from '../gateway/support.ts'

type Fixture = Awaited<ReturnType<typeof createGatewayFixture>>

let server: Http2Server | undefined
let client: ClientHttp2Session | undefined
afterEach(() => {
  client?.destroy()
  server?.close()
})

/** The service behind `node:http2`, whose messages are like those of `node:http` and not the same. */
async function start(options: Parameters<typeof createGatewayFixture>[0] = {}) {
  const hosts: string[] = []
  const identify = (request: Request) => {
    hosts.push(new URL(request.url).host)
    return request.headers.get('cookie') === 'sid=alice' ? 'alice' : null
  }
  const fixture: Fixture = await createGatewayFixture({ ...options, service: { identify, ...options.service } })
  server = createServer(toNodeListener(fixture.service) as NodeListener & (() => void))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  client = connect(origin)
  const session = client
  const open = (path: string, body: string, headers: OutgoingHttpHeaders = {}) => {
    const json = { origin, 'content-type': 'application/json', 'x-chat-token': '1' }
    const stream = session.request({ ':method': 'POST', ':path': `/api/coze${path}`, ...json, ...headers })
    stream.end(body)
    return stream
  }
  const post = async (...request: Parameters<typeof open>) => {
    const stream = open(...request)
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>]
    return { status: headers[':status'], headers, text: await text(stream) }
  }
  return { hosts, open, post, origin, events: fixture.events }
}

const question = JSON.stringify({
  bot_id: botId,
  stream: true,
  additional_messages: [{ role: 'user', content: 'hello', content_type: 'text' }],
})

describe('over HTTP/2', () => {
  it('a user is known by the headers of their request, and is answered piece by piece', async () => {
    const { hosts, post, origin, events } = await start()
    const given = await post('/token', '{"expect":"user"}', { cookie: 'sid=alice' })
    expect([given.status, JSON.parse(given.text)]).toMatchObject([200, { kind: 'user' }])
    expect(hosts).toEqual([new URL(origin).host])
    const bearer = { authorization: `Bearer ${JSON.parse(given.text).access_token}` }
    const answer = await post('/v3/chat', question, bearer)
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('conversation.chat.completed')])
    expect(events.filter(({ type }) => type === 'fault')).toEqual([])
  })

  it('T41: a request whose two names for our server differ is 400', async () => {
    const { post, origin } = await start()
    const { host } = new URL(origin)
    expect((await post('/token', '{}', { host })).status).toBe(200)
    expect((await post('/token', '{}', { ':authority': host, host: 'other.example' })).status).toBe(400)
  })

  it.each([
    ['in other letters', 'shop.example', 'Shop.Example'],
    ['with the port that its scheme has anyway', 'shop.example', 'shop.example:80'],
  ])('a request that names our server twice, the second time %s, is answered', async (_how, authority, host) => {
    const { post } = await start()
    const said = { origin: 'http://shop.example', ':authority': authority, host }
    expect((await post('/token', '{}', said)).status).toBe(200)
  })

  it('a body that is too large is refused without a word about connections, which HTTP/2 has none of', async () => {
    const warned = vi.spyOn(process, 'emitWarning')
    const { post } = await start()
    const { status, headers } = await post('/token', 'x'.repeat(1_000_000))
    expect([status, headers['connection']]).toEqual([413, undefined])
    expect(warned).not.toHaveBeenCalled()
    warned.mockRestore()
  })

  it('a visitor who leaves ends the request to Coze', async () => {
    let tell = () => {}
    const left = new Promise<void>((resolve) => {
      tell = resolve
    })
    const { open, post } = await start({
      fetch: async (input, init) => {
        const request = new Request(input, init)
        if (request.url.includes('/oauth2/')) return Response.json({ access_token: 'czs_1', expires_in: 900 })
        request.signal.addEventListener('abort', () => tell())
        const head = 'event:conversation.chat.created\ndata:{"id":"1","conversation_id":"2"}\n\n'
        const body = new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode(head)) })
        return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
      },
    })
    const given = await post('/token', '{}')
    const stream = open('/v3/chat', question, { authorization: `Bearer ${JSON.parse(given.text).access_token}` })
    await once(stream, 'response')
    stream.close()
    await left
  })
})
