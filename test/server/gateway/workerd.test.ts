import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { getRequestListener } from '@hono/node-server'
import { Miniflare } from 'miniflare'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { TokenAnswer } from '../../../src/protocol/token-endpoint.ts'
import { type CozeSimulator, createCozeSimulator } from '../../../src/simulator/index.ts'
import { SECRET } from '../support/test-service.ts'
import { botId, chatBody, spoken } from './support.ts'

// These tests build a bundle and start a runtime, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const HEAD =
  'event:conversation.chat.created\ndata:{"id":"7599999999999999100","conversation_id":"7599999999999999001"}\n\n'

/** Like `examples/cloudflare-worker.ts`, but with a gateway. */
const WORKER = `
import { createTokenService } from ${JSON.stringify(fileURLToPath(new URL('../../../src/server/index.ts', import.meta.url)))}
let service
export default {
  fetch(request, env, context) {
    service ??= createTokenService({ ...env.OPTIONS, gateway: true })
    return service.fetch(request, {
      remoteAddress: request.headers.get('cf-connecting-ip') ?? undefined,
      waitUntil: (promise) => context.waitUntil(promise),
    })
  },
}`

describe('the gateway in workerd', () => {
  let simulator: CozeSimulator
  let coze: Server
  let worker: Miniflare
  let url: string
  let workshop: string
  /** Coze's open streams, which a test writes to by hand. */
  let departed = () => {}
  let byHand: ((path: string) => ReadableStream<Uint8Array> | undefined) | undefined

  beforeAll(async () => {
    simulator = await createCozeSimulator()
    // On a socket, because only a socket tells when workerd closes it.
    coze = createServer(
      getRequestListener((request, { outgoing }) => {
        const driven = byHand?.(new URL(request.url).pathname)
        if (driven === undefined) return simulator.fetch(request)
        outgoing.once('close', () => departed())
        return new Response(driven, { headers: { 'content-type': 'text/event-stream' } })
      }),
    ).listen(0, '127.0.0.1')
    await once(coze, 'listening')
    workshop = mkdtempSync(join(tmpdir(), 'gateway-worker-'))
    const entry = join(workshop, 'worker.js')
    writeFileSync(entry, WORKER)
    await build({
      configFile: false,
      logLevel: 'error',
      ssr: { noExternal: true, target: 'webworker' },
      build: { ssr: entry, outDir: join(workshop, 'out'), rolldownOptions: { output: { entryFileNames: 'out.mjs' } } },
    })
    const { appId, keyId, privateKeyPem } = simulator.credentials
    const { port } = coze.address() as AddressInfo
    worker = new Miniflare({
      modules: [
        { type: 'ESModule', path: 'worker.mjs', contents: readFileSync(join(workshop, 'out', 'out.mjs'), 'utf8') },
      ],
      compatibilityDate: '2025-07-18',
      bindings: {
        OPTIONS: {
          appId,
          keyId,
          privateKey: privateKeyPem,
          secret: SECRET,
          apiBase: `http://127.0.0.1:${port}`,
          bots: [botId],
        },
      },
    })
    url = (await worker.ready).origin
  })
  afterAll(async () => {
    await worker?.dispose()
    coze?.close()
    rmSync(workshop, { recursive: true })
  })

  const headers = () => ({ origin: url, 'content-type': 'application/json', 'x-chat-token': '1' })

  async function visit() {
    const given = await fetch(`${url}/api/coze/token`, { method: 'POST', headers: headers(), body: '{}' })
    const { access_token: pass } = (await given.json()) as TokenAnswer
    return (path: string, body: object, signal?: AbortSignal) =>
      fetch(`${url}/api/coze${path}`, {
        method: 'POST',
        headers: { ...headers(), authorization: `Bearer ${pass}` },
        body: JSON.stringify(body),
        ...(signal && { signal }),
      })
  }

  it('streams, keeps visitors apart, and remembers each by their conversation', async () => {
    const [ann, bob] = [await visit(), await visit()]
    const first = await (await ann('/v3/chat', chatBody('My name is Ann'))).text()
    const conversation = /"conversation_id":"(\d+)"/.exec(first)?.[1] ?? ''
    const path = `/v3/chat?conversation_id=${conversation}`
    expect(spoken(await (await ann(path, chatBody('What is my name?'))).text())).toContain('Ann')
    expect(await (await bob(path, chatBody('What is my name?'))).json()).toMatchObject({ code: 4002 })
    const plain = await ann('/chat', { message: 'What is my name?', conversation_id: conversation })
    expect(await plain.json()).toMatchObject({ answer: expect.stringContaining('Ann') })
  })

  it('F45: replays a call once after Coze has revoked the token', async () => {
    const ann = await visit()
    expect((await ann('/chat', { message: 'hello' })).status).toBe(200)
    simulator.revoke()
    expect(await (await ann('/chat', { message: 'hello' })).json()).toMatchObject({ answer: expect.any(String) })
  })

  const delta = (content: string) =>
    `event:conversation.message.delta\ndata:{"id":"1","type":"answer","content":"${content}"}\n\n`

  it('F56: passes pieces on as they come, and lets go of Coze when the reader leaves', async () => {
    const ann = await visit()
    let push: (text: string) => void = () => {}
    byHand = (path) =>
      path !== '/v3/chat'
        ? undefined
        : new ReadableStream<Uint8Array>({
            start(controller) {
              push = (text) => controller.enqueue(new TextEncoder().encode(text))
              push(HEAD)
            },
          })
    const stopped = new Promise<void>((resolve) => {
      departed = resolve
    })
    const leaving = new AbortController()
    const response = await ann('/v3/chat', chatBody('hello'), leaving.signal)
    const reader = response.body?.getReader()
    const decoder = new TextDecoder()
    /** Sockets may cut a piece in two. */
    const receive = async (length: number) => {
      let text = ''
      while (text.length < length) text += decoder.decode((await reader?.read())?.value, { stream: true })
      return text
    }
    expect(await receive(HEAD.length)).toBe(HEAD)
    for (const piece of [delta('一'), delta('二')]) {
      push(piece)
      expect(await receive(piece.length)).toBe(piece)
    }
    leaving.abort()
    // workerd notices that a reader has left when it next writes to them.
    const speaking = setInterval(() => push(delta('三')), 20)
    await stopped.finally(() => clearInterval(speaking))
    byHand = undefined
  })
})
