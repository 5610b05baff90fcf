import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { ChatEventType, CozeAPI, RoleType } from '@coze/api'
import compression from 'compression'
import express from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCozeTransport } from '../../../src/coze/coze-transport.ts'
import { toNodeListener } from '../../../src/server/node.ts'
import { createTokenService, type TokenService } from '../../../src/server/token-service.ts'
import { type RunningSimulator, startSimulator } from '../../../src/simulator/node.ts'
import { bundledParts } from '../../../src/widget/bundled-parts.ts'
import { closeNodeServers, listenOnNode } from '../support/node-server.ts'
import { SECRET } from '../support/test-service.ts'
import { botId, chatBody, spoken } from './support.ts'

const LENGTH = 1_500
/** As the simulator cuts an answer by itself; beside Coze's own form, that is 114 KB. */
const LIMIT_BYTES = 15_000
const { signal } = new AbortController()

let coze: RunningSimulator
let service: TokenService
let origin: string
let pass: string

beforeAll(async () => {
  coze = await startSimulator({ knobs: { pieceDelayMs: 1 } })
  const { appId, keyId, privateKeyPem } = coze.simulator.credentials
  service = createTokenService({
    ...{ appId, keyId, privateKey: privateKeyPem, secret: SECRET, apiBase: coze.url },
    ...{ bots: [botId], gateway: true, limits: { address: false, session: false, issue: false } },
  })
  origin = (await listenOnNode(toNodeListener(service))).origin
  pass = await visit(origin)
}, 60_000)
afterAll(async () => {
  closeNodeServers()
  await coze.close()
})

async function visit(site: string): Promise<string> {
  const headers = { origin: site, 'content-type': 'application/json', 'x-chat-token': '1' }
  const response = await fetch(`${site}/api/coze/token`, { method: 'POST', headers, body: '{}' })
  return ((await response.json()) as { access_token: string }).access_token
}

interface Read {
  bytes: number
  text: string
  headers: Record<string, string | string[] | undefined>
  /** Milliseconds from the first piece to the last. */
  spreadMs: number
}

/** What comes over the wire for one question. */
async function read(site: string, question: string, more: Record<string, string> = {}): Promise<Read> {
  const headers = { origin: site, 'content-type': 'application/json', authorization: `Bearer ${pass}`, ...more }
  const call = httpRequest(`${site}/api/coze/v3/chat`, { method: 'POST', headers, agent: false })
  call.end(JSON.stringify(chatBody(question)))
  const [response] = await once(call, 'response')
  const chunks: Buffer[] = []
  const times: number[] = []
  for await (const chunk of response) {
    chunks.push(chunk)
    times.push(performance.now())
  }
  const body = Buffer.concat(chunks)
  return {
    bytes: body.length,
    text: body.toString(),
    headers: response.headers,
    spreadMs: (times.at(-1) ?? 0) - (times[0] ?? 0),
  }
}

const SHORT = { accept: 'text/event-stream;deltas=text, */*' }

describe('an answer of 1,500 characters on the wire', () => {
  it('T32: takes at most 15 KB as the widget asks for it, each piece on its own', async () => {
    const { bytes, text } = await read(origin, `/long ${LENGTH}`, SHORT)
    console.log(`1,500 characters through the gateway: ${bytes} bytes, ${text.split('\n\n').length - 1} events`)
    expect(bytes).toBeLessThanOrEqual(LIMIT_BYTES)
  })

  it('T32: takes at most 15 KB for any other client of Coze’s, where Coze speaks faster than the gateway writes', async () => {
    coze.simulator.setKnobs({ pieceDelayMs: 0 })
    const { bytes, text } = await read(origin, `/long ${LENGTH}`)
    coze.simulator.setKnobs({ pieceDelayMs: 1 })
    console.log(
      `with names and ids, pieces that wait together joined: ${bytes} bytes, ${text.split('\n\n').length - 1} events`,
    )
    expect(bytes).toBeLessThanOrEqual(LIMIT_BYTES)
    expect(spoken(text).length).toBeGreaterThanOrEqual(LENGTH)
  })

  it('T32: is the same to the widget and to Coze’s own client, character by character', async () => {
    const client = new CozeAPI({ token: pass, baseURL: `${origin}/api/coze`, headers: { origin } })
    let theirs = ''
    let whole = ''
    const stream = client.chat.stream({
      bot_id: botId,
      additional_messages: [{ role: RoleType.User, content: `/long ${LENGTH}`, content_type: 'text' }],
    })
    for await (const part of stream) {
      if (part.event === ChatEventType.CONVERSATION_MESSAGE_DELTA) theirs += part.data.content
      if (part.event === ChatEventType.CONVERSATION_MESSAGE_COMPLETED && part.data.type === 'answer')
        whole = part.data.content
    }
    const transport = createCozeTransport(
      {
        ...{ target: { botId }, subject: () => 'visitor', lang: 'zh' },
        fetch: (input, init) =>
          fetch(input, { ...init, headers: { ...(init?.headers as Record<string, string>), origin } }),
        getToken: async () => ({ token: pass, apiBase: `${origin}/api/coze` }),
      },
      bundledParts,
    )
    const { id } = await transport.createConversation(signal)
    let ours = ''
    for await (const events of transport.ask(signal, id, { text: `/long ${LENGTH}`, attachments: [] })) {
      for (const event of events) if (event.type === 'text-delta') ours += event.text
    }
    expect(theirs.length).toBeGreaterThanOrEqual(LENGTH)
    expect([theirs, ours]).toEqual([whole, whole])
  })
})

describe('a stream behind compressing middleware', () => {
  it('F84: comes piece by piece, and is marked for proxies as well', async () => {
    const app = express().use(compression()).use(toNodeListener(service))
    const { origin: site } = await listenOnNode(app)
    const compressed = { 'accept-encoding': 'gzip, deflate, br', ...SHORT }
    const { headers, spreadMs, text } = await read(site, `/long ${LENGTH}`, compressed)
    expect(headers['content-encoding']).toBeUndefined()
    expect(headers['cache-control']).toBe('no-store, private, no-transform')
    expect(headers['x-accel-buffering']).toBe('no')
    expect(text).toMatch(/^event:conversation\.chat\.created\n/)
    // More than 300 pieces with a millisecond between them; a compressor would give them out at once.
    expect(spreadMs).toBeGreaterThan(200)
  })
})
