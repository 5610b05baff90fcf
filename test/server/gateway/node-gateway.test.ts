import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { toNodeListener } from '../../../src/server/node.ts'
import { createTokenService, type TokenServiceOptions } from '../../../src/server/token-service.ts'
import { closeNodeServers, listenOnNode } from '../support/node-server.ts'
import { REQUIRED_OPTIONS } from '../support/test-service.ts'
import { botId, chatBody, FILE_FORM } from './support.ts'

afterEach(closeNodeServers)

const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 5))

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await settle()
}

/** The service on a socket; its upstream is a `fetch` of the test's. */
async function listen(fetch: (request: Request) => Promise<Response>, options: Partial<TokenServiceOptions> = {}) {
  /** Held, because the signal of a request that is garbage never aborts. */
  const held: Request[] = []
  const service = createTokenService({
    ...REQUIRED_OPTIONS,
    bots: [botId],
    gateway: true,
    fetch: async (input, init) => {
      const request = new Request(input, init)
      held.push(request)
      if (request.url.includes('/oauth2/')) return Response.json({ access_token: 'czs_1', expires_in: 900 })
      return fetch(request)
    },
    ...options,
  })
  const { origin, post } = await listenOnNode(toNodeListener(service))
  const headers = { origin, 'content-type': 'application/json', 'x-chat-token': '1', 'x-user': 'alice' }
  const given = await post('{}', headers)
  const { access_token: pass } = (await given.json()) as { access_token: string }
  return { origin, pass, headers: { ...headers, authorization: `Bearer ${pass}` } }
}

describe('the gateway on node:http', () => {
  it.each([
    ['a pass', undefined],
    ['the site’s own session', (request: Request) => request.headers.get('x-user')],
  ])('F71: lets an upload flow through, by %s, without gathering it', async (_name, identify) => {
    const total = 24 * 1024 * 1024
    let received = 0
    let sent = 0
    let ahead = 0
    const { origin, headers } = await listen(async (request) => {
      const reader = request.body?.getReader()
      for (;;) {
        const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
        if (done) break
        received += value.byteLength
        ahead = Math.max(ahead, sent - received)
        if (received % 7 === 0) await settle()
      }
      return Response.json({ code: 0, data: { id: '7600000000000000009', bytes: received } })
    }, identify && { identify })
    const { authorization: _pass, ...withoutPass } = headers
    const upload = httpRequest(`${origin}/api/coze/v1/files/upload`, {
      method: 'POST',
      headers: { ...(identify ? withoutPass : headers), 'content-type': FILE_FORM.type },
    })
    const answered = once(upload, 'response')
    upload.write(FILE_FORM.head)
    const chunk = Buffer.alloc(65_536, 7)
    while (sent < total) {
      sent += chunk.length
      if (!upload.write(chunk)) await once(upload, 'drain')
    }
    upload.end(FILE_FORM.end)
    const [response] = await answered
    // With the head and the end of the form.
    expect([response.statusCode, received - total < 1_000]).toEqual([200, true])
    expect(received).toBeGreaterThan(total)
    // As much as sockets and streams buffer, far less than the file.
    expect(ahead).toBeLessThan(total / 2)
  })

  it('cuts an upload that grows too large, whatever its head said', async () => {
    let cancelled = false
    const { origin, headers } = await listen(
      async (request) => {
        try {
          await request.arrayBuffer()
        } catch (error) {
          cancelled = true
          throw error
        }
        return Response.json({ code: 0, data: {} })
      },
      { gateway: { maxUploadBytes: 100_000 } },
    )
    const upload = httpRequest(`${origin}/api/coze/v1/files/upload`, {
      method: 'POST',
      headers: { ...headers, 'content-type': FILE_FORM.type, 'transfer-encoding': 'chunked' },
    })
    upload.on('error', () => {})
    const answered = once(upload, 'response')
    upload.write(FILE_FORM.head)
    for (let i = 0; i < 20; i++) upload.write(Buffer.alloc(65_536))
    const [response] = await answered
    expect([response.statusCode, cancelled]).toEqual([413, true])
    upload.destroy()
  })

  it('T32: a stream of nothing that may be seen holds up nobody else, and ends when its reader leaves', async () => {
    let aborted = false
    const { origin, headers } = await listen(async (request) => {
      request.signal.addEventListener('abort', () => {
        aborted = true
      })
      let pulls = 0
      const head = 'event:conversation.chat.created\ndata:{"id":"1","conversation_id":"2"}\n\n'
      const body = new ReadableStream({
        pull: (controller) =>
          controller.enqueue(new TextEncoder().encode(pulls++ === 0 ? head : 'event:a\ndata:{}\n\n')),
      })
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    })
    const asked = httpRequest(`${origin}/api/coze/v3/chat`, { method: 'POST', headers })
    asked.on('error', () => {})
    asked.end(JSON.stringify(chatBody('hi')))
    const [response] = await once(asked, 'response')
    expect((await fetch(`${origin}/api/coze/healthz`)).status).toBe(200)
    response.destroy()
    await until(() => aborted)
  })

  it('F56: stops upstream when the socket of a reader closes, and reads no further than the sockets hold', async () => {
    let pulls = 0
    let aborted = false
    const { origin, headers } = await listen(async (request) => {
      request.signal.addEventListener('abort', () => {
        aborted = true
      })
      const head = 'event:conversation.chat.created\ndata:{"id":"1","conversation_id":"2"}\n\n'
      const piece = new TextEncoder().encode(
        `event:conversation.message.delta\ndata:{"type":"answer","content":"${'x'.repeat(65_000)}"}\n\n`,
      )
      const body = new ReadableStream({
        pull(controller) {
          controller.enqueue(pulls++ === 0 ? new TextEncoder().encode(head) : piece)
        },
      })
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    })
    const body = JSON.stringify(chatBody('hi'))
    const asked = httpRequest(`${origin}/api/coze/v3/chat`, { method: 'POST', headers })
    asked.on('error', () => {})
    asked.end(body)
    const [response] = await once(asked, 'response')
    await once(response, 'readable')
    let before = -1
    await until(() => {
      const still = before === pulls
      before = pulls
      return still
    })
    // The response is endless and not read: the kernel and the streams buffer some megabytes of it.
    expect(pulls).toBeLessThan(500)
    response.destroy()
    await until(() => aborted)
    const after = pulls
    await settle()
    expect(pulls).toBeLessThanOrEqual(after + 1)
  })
})
