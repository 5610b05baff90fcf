import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ServiceRequest } from '../../../src/server/http/service-request.ts'
import type { ServiceResponse } from '../../../src/server/http/service-response.ts'
import { createMetrics, toNodeListener } from '../../../src/server/node.ts'
import type { TokenService, TokenServiceOptions } from '../../../src/server/token-service.ts'
import { closeNodeServers, listenOnNode } from '../support/node-server.ts'
import { createTestService } from '../support/test-service.ts'

afterEach(closeNodeServers)

const create = (options: Partial<TokenServiceOptions> = {}) => {
  const made = createTestService(options)
  return { ...made, listener: toNodeListener(made.service) }
}

/** A service that answers with a stream the test writes. */
function streaming(answer: (call: ServiceRequest) => ServiceResponse | Promise<ServiceResponse>): TokenService {
  const { service } = createTestService()
  return { ...service, handle: async (call) => answer(call) }
}

describe('toNodeListener', () => {
  it('answers on node:http as the service does, with a length', async () => {
    const { listener } = create()
    const { post, origin } = await listenOnNode(listener)
    const response = await post('{}')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-length')).not.toBeNull()
    expect(response.headers.get('cache-control')).toBe('no-store, private')
    expect(await response.json()).toMatchObject({ kind: 'anonymous', access_token: 'czs_1' })
    expect((await fetch(`${origin}/api/coze/healthz`)).status).toBe(200)
    expect((await fetch(`${origin}/api/coze/healthz`, { method: 'HEAD' })).status).toBe(200)
    expect((await post('{"end":true}')).status).toBe(204)
    expect((await post('{"x"')).status).toBe(400)
    expect((await post('x'.repeat(5_000))).status).toBe(413)
  })

  it('hands identify a real Request with headers, address and path', async () => {
    const seen: unknown[] = []
    const { listener } = create({
      identify: (request) => {
        seen.push([request.method, new URL(request.url).pathname, request.headers.get('cookie')])
        return 'alice'
      },
    })
    const { post } = await listenOnNode(listener)
    expect(await (await post('{}', { cookie: 'sid=1' })).json()).toMatchObject({ kind: 'user' })
    expect(seen).toEqual([['POST', '/api/coze/token', 'sid=1']])
  })

  it('lives in Express: passes other paths on, knows the mounted path and a body that was parsed before', async () => {
    const { listener } = create()
    const { post, origin } = await listenOnNode((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const express = request as IncomingMessage & { originalUrl?: string; body?: unknown }
        express.originalUrl = request.url ?? '/'
        express.url = '/token'
        if (chunks.length > 0) express.body = JSON.parse(Buffer.concat(chunks).toString())
        listener(express, response, () => response.end('next'))
      })
    })
    expect((await post('{}')).status).toBe(200)
    expect((await post('{"user_id":"alice"}')).status).toBe(400)
    expect(await (await fetch(`${origin}/other`)).text()).toBe('next')
  })

  it('reads a body that comes in one packet or in pieces, and one that a hook reads too', async () => {
    const parts = ['1\r\n{\r\n', '1\r\n}\r\n', '0\r\n\r\n']
    const tooLarge = `1388\r\n${'['.repeat(5_000)}\r\n0\r\n\r\n`
    const clientAddress = (request: Request) => {
      if (!request.bodyUsed) void request.text()
      return '203.0.113.7'
    }
    for (const options of [{}, { clientAddress, limits: {} }]) {
      const { port, origin } = await listenOnNode(create(options).listener)
      const statusOf = async (...pieces: string[]) => {
        const socket = connect(port, '127.0.0.1').setNoDelay()
        const answered = once(socket, 'data')
        socket.write(
          `POST /api/coze/token HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\norigin: ${origin}\r\ncontent-type: application/json\r\nx-chat-token: 1\r\ntransfer-encoding: chunked\r\n\r\n${pieces[0]}`,
        )
        for (const piece of pieces.slice(1)) {
          await new Promise((resolve) => setTimeout(resolve, 10))
          socket.write(piece)
        }
        const [data] = (await answered) as [Buffer]
        socket.destroy()
        return data.toString().slice(9, 12)
      }
      expect(await statusOf(parts.join(''))).toBe('200')
      expect(await statusOf(...parts)).toBe('200')
      expect(await statusOf(tooLarge)).toBe('413')
    }
  })

  it('F71: an upload without end is refused after 4 KiB, and the connection goes with it', async () => {
    const { listener } = create()
    const { port, origin } = await listenOnNode(listener)
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    let received = ''
    socket.on('data', (data) => {
      received += data.toString()
    })
    socket.write(
      `POST /api/coze/token HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\norigin: ${origin}\r\ncontent-type: application/json\r\nx-chat-token: 1\r\ntransfer-encoding: chunked\r\n\r\n`,
    )
    for (let i = 0; i < 8; i++) socket.write(`400\r\n${'['.repeat(1_024)}\r\n`)
    await once(socket, 'close')
    expect(received).toMatch(/^HTTP\/1\.1 413 /)
    expect(received).toContain('{"error":"too_large"}')
    expect(received.toLowerCase()).toContain('connection: close')
  })

  it('F56: tells the service when the caller has gone', async () => {
    let signal: AbortSignal | undefined
    const listener = toNodeListener(
      streaming((call) => {
        signal = call.signal
        return new Promise(() => {})
      }),
    )
    const { origin } = await listenOnNode(listener)
    const request = httpRequest(`${origin}/api/coze/token`, { method: 'POST' })
    request.on('error', () => {})
    request.end('{}')
    while (signal === undefined) await new Promise((resolve) => setImmediate(resolve))
    request.destroy()
    if (!signal.aborted) await once(signal, 'abort')
    expect(signal.aborted).toBe(true)
  })

  it('F56 T13: tells it of every request of a connection that has gone, also of those that wait behind another', async () => {
    const count = 20
    const asked = new Set<string>()
    const gone: string[] = []
    const listener = toNodeListener(
      streaming((call) => {
        asked.add(call.query)
        call.signal?.addEventListener('abort', () => gone.push(`asked ${call.query}`))
        const body = new ReadableStream<Uint8Array>({
          pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
          cancel: () => void gone.push(`read ${call.query}`),
        })
        return { status: 200, headers: [], body }
      }),
    )
    const warnings: Error[] = []
    const warn = (warning: Error) => warnings.push(warning)
    process.on('warning', warn)
    const { port } = await listenOnNode(listener)
    const socket = connect(port, '127.0.0.1')
    const numbers = Array.from({ length: count }, (_, index) => index)
    for (const number of numbers) socket.write(`GET /api/coze/v3/chat?${number} HTTP/1.1\r\nhost: x\r\n\r\n`)
    await vi.waitFor(() => expect(asked.size).toBeGreaterThan(1))
    await new Promise((resolve) => setTimeout(resolve, 50))
    socket.destroy()
    const all = [...asked].flatMap((query) => [`asked ${query}`, `read ${query}`])
    await vi.waitFor(() => expect(gone.toSorted()).toEqual(all.toSorted()))
    process.off('warning', warn)
    expect(warnings).toEqual([])
  })

  it('responds to requests that wait behind another, each in its turn', async () => {
    const answers: (() => void)[] = []
    const listener = toNodeListener(
      streaming(
        (call) =>
          new Promise((resolve) => {
            call.signal?.throwIfAborted()
            answers.push(() => resolve({ status: 200, headers: [], body: call.query }))
          }),
      ),
    )
    const { port } = await listenOnNode(listener)
    const socket = connect(port, '127.0.0.1')
    let received = ''
    socket.on('data', (data: Buffer) => {
      received += data.toString()
    })
    for (const query of ['a', 'b', 'c']) socket.write(`GET /api/coze/x?${query} HTTP/1.1\r\nhost: x\r\n\r\n`)
    await vi.waitFor(() => expect(answers).toHaveLength(3))
    for (const answer of answers.toReversed()) answer()
    await vi.waitFor(() => expect(received.match(/\?[abc]/g)).toEqual(['?a', '?b', '?c']))
    socket.destroy()
  })

  it('streams piece by piece, as they come', async () => {
    let write: ReadableStreamDefaultController<Uint8Array> | undefined
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void (write = controller) })
    const { origin } = await listenOnNode(
      toNodeListener(streaming(() => ({ status: 200, headers: ['content-type', 'text/event-stream'], body }))),
    )
    const response = await fetch(`${origin}/api/coze/v3/chat`)
    const reader = response.body?.getReader()
    for (const text of ['one', 'zwei', '三']) {
      write?.enqueue(new TextEncoder().encode(text))
      const piece = await reader?.read()
      expect(new TextDecoder().decode(piece?.value)).toBe(text)
    }
    write?.close()
    expect((await reader?.read())?.done).toBe(true)
  })

  it('stops reading while the caller does not read, and cancels the source when they go', async () => {
    let pulled = 0
    let cancelled = false
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++
        controller.enqueue(new Uint8Array(65_536))
      },
      cancel() {
        cancelled = true
      },
    })
    const { port } = await listenOnNode(toNodeListener(streaming(() => ({ status: 200, headers: [], body }))))
    const socket = connect(port, '127.0.0.1')
    socket.pause()
    socket.write('GET /api/coze/v3/chat HTTP/1.1\r\nhost: x\r\n\r\n')
    let before = -1
    while (pulled === 0 || pulled !== before) {
      before = pulled
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect(pulled).toBeLessThan(1_000)
    socket.destroy()
    while (!cancelled) await new Promise((resolve) => setTimeout(resolve, 5))
  })

  it('a source that breaks off breaks the answer off, so that half an answer does not look whole', async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('half'))
      },
      pull(controller) {
        controller.error(new Error('cut'))
      },
    })
    const { origin } = await listenOnNode(toNodeListener(streaming(() => ({ status: 200, headers: [], body }))))
    await expect(fetch(`${origin}/api/coze/v3/chat`).then((response) => response.text())).rejects.toThrow()
  })

  it('serves metrics without ids, in the Prometheus format', async () => {
    const { listener } = create({ metrics: createMetrics() })
    const { post, origin } = await listenOnNode(listener)
    const { subject, session_id } = (await (await post('{}')).json()) as Record<string, string>
    await post('{"session_id":7}')
    const response = await fetch(`${origin}/api/coze/metrics`)
    const text = await response.text()
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(text).toContain('coze_chat_tokens_answered_total{kind="anonymous",source="exchange"} 1')
    expect(text).toContain('coze_chat_requests_refused_total{code="bad_request"} 1')
    expect(text).toContain('coze_chat_tickets_issued_total 1')
    for (const secret of [subject, session_id, 'czs_']) expect(text).not.toContain(secret)
  })
})
