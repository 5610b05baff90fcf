import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { toNodeListener } from '../../src/server/node.ts'
import type { TokenServiceOptions } from '../../src/server/token-service.ts'
import { chatBody, createGatewayFixture, FILE_FORM } from '../server/gateway/support.ts'
import { isInstalled, PROXY_PROGRAMS, type ProxyProgram, startProxy } from '../support/proxy-programs.ts'

// Each starts a program, and moves a large file through it.
vi.setConfig({ testTimeout: 60_000 })

const document = readFileSync(new URL('../../docs/proxies.md', import.meta.url), 'utf8')
const snippetOf = (language: string) => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(document)?.[1] ?? ''

const running: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of running.splice(0).reverse()) await stop()
})

/** What reached Coze: the size of the last file, and how to go on with the answer that is open. */
interface Upstream {
  fileBytes: number
  goOn: () => void
}

/** The service behind a proxy with TLS, and a browser of https://shop.example. */
async function behind(program: ProxyProgram, snippet: string, options: Partial<TokenServiceOptions>) {
  const seen: string[] = []
  const upstream: Upstream = { fileBytes: 0, goOn: () => {} }
  const fixture = await createGatewayFixture({
    service: {
      ...options,
      identify: (request) => {
        seen.push(new URL(request.url).origin)
        return null
      },
    },
    fetch: async (input) => {
      const request = input as Request
      if (request.url.includes('/oauth2/')) return Response.json({ access_token: 'czs_1', expires_in: 900 })
      if (request.url.endsWith('/upload')) {
        upstream.fileBytes = (await request.arrayBuffer()).byteLength
        return Response.json({ code: 0, data: { id: '7600000000000000009' } })
      }
      const bytes = (text: string) => new TextEncoder().encode(text)
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(bytes('event:conversation.chat.created\ndata:{"id":"75","conversation_id":"76"}\n\n'))
          upstream.goOn = () => {
            controller.enqueue(bytes('event:done\ndata:"[DONE]"\n\n'))
            controller.close()
          }
        },
      })
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    },
  })
  const server = createServer(toNodeListener(fixture.service)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  running.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const inner = (server.address() as AddressInfo).port
  const proxy = await startProxy(program, snippet.replaceAll(':8787', `:${inner}`))
  running.push(proxy.stop)
  const origin = `https://shop.example:${proxy.port}`

  async function send(path: string, headers: Record<string, string>, body: string | Buffer = '{}', folder = '') {
    const sent = httpsRequest({
      ...{ host: '127.0.0.1', port: proxy.port, path: `${folder}/api/coze${path}`, method: 'POST' },
      ...{ servername: 'shop.example', rejectUnauthorized: false },
      headers: {
        host: `shop.example:${proxy.port}`,
        'content-type': 'application/json',
        'x-chat-token': '1',
        ...headers,
      },
    })
    sent.end(body)
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    return { status: response.statusCode ?? 0, response, text: async () => (await response.toArray()).join('') }
  }
  return { ...fixture, send, origin, seen, upstream }
}

for (const program of PROXY_PROGRAMS) {
  const missing = isInstalled(program.command) ? '' : ` (not run: ${program.command} is not installed here)`
  describe.skipIf(missing !== '')(`F81, F88: behind a real ${program.name}${missing}`, () => {
    const snippet = snippetOf(program.language)

    it('F81, F82: with the snippet of the document the page of the site is served, and its address counts', async () => {
      const { send, origin, seen } = await behind(program, snippet, {
        trustProxy: 1,
        limits: { issue: { max: 2, windowSeconds: 60 } },
      })
      // Forged headers change nothing: the proxy overwrites them, or what it adds comes last.
      const forged = [
        {},
        { 'x-forwarded-for': '198.51.100.1', forwarded: 'for=198.51.100.2;host=evil.example' },
        { 'x-forwarded-for': '198.51.100.3' },
      ]
      const statuses = []
      for (const headers of forged) statuses.push((await send('/token', { origin, ...headers })).status)
      expect(statuses).toEqual([200, 200, 429])
      expect(new Set(seen)).toEqual(new Set([origin]))
      expect((await send('/token', { origin: 'https://evil.example' })).status).toBe(403)
      expect((await send('/metrics', { origin })).status).toBe(403)
    })

    it('F88: with the snippet of the document a file of 12 MiB passes, and answers come piece by piece', async () => {
      const { send, origin, upstream } = await behind(program, snippet, { trustProxy: ['loopback'] })
      const answer = JSON.parse(await (await send('/token', { origin })).text()) as { access_token: string }
      const authorization = `Bearer ${answer.access_token}`
      const size = 12 * 1024 * 1024
      const file = Buffer.concat([Buffer.from(FILE_FORM.head), Buffer.alloc(size, 'x'), Buffer.from(FILE_FORM.end)])
      const type = { 'content-type': FILE_FORM.type }
      expect((await send('/v1/files/upload', { origin, authorization, ...type }, file)).status).toBe(200)
      expect(upstream.fileBytes).toBeGreaterThan(size)
      const chat = await send('/v3/chat', { origin, authorization }, JSON.stringify(chatBody('hi')))
      const [first] = (await once(chat.response, 'data')) as [Buffer]
      expect(String(first)).toContain('conversation.chat.created')
      upstream.goOn()
      expect(await chat.text()).toContain('[DONE]')
    })
  })
}

const nginx = PROXY_PROGRAMS.find(({ name }) => name === 'nginx')
describe.skipIf(nginx === undefined || !isInstalled('nginx'))('F81: an nginx with a folder for the service', () => {
  it('F81: with the snippet of the document all of the service is below the folder, but not its metrics', async () => {
    const lines = /proxy_pass [^\n]*\n([\s\S]*?)\n\}/.exec(snippetOf('nginx'))?.[1] ?? ''
    const [, folder = ''] = [...document.matchAll(/```nginx\n([\s\S]*?)```/g)].map(([, snippet = '']) => snippet)
    const snippet = folder.replace(/^ *# … the lines of the first location$/m, lines)
    const { send, origin } = await behind(nginx as ProxyProgram, snippet, { trustProxy: 1 })
    expect(snippet).toContain('X-Forwarded-Proto')
    expect((await send('/token', { origin }, '{}', '/coze-chat')).status).toBe(200)
    expect((await send('/metrics', { origin }, '{}', '/coze-chat')).status).toBe(403)
    expect((await send('/token', { origin: 'https://evil.example' }, '{}', '/coze-chat')).status).toBe(403)
  })
})

describe.skipIf(nginx === undefined || !isInstalled('nginx'))('F81: an nginx that was set up in a hurry', () => {
  const location = (...lines: string[]) =>
    `location / { proxy_pass http://127.0.0.1:8787; ${lines.map((line) => `proxy_set_header ${line};`).join(' ')} }`
  const setups: [name: string, snippet: string, options: Partial<TokenServiceOptions>, isOldBrowserServed: boolean][] =
    [
      ['a bare proxy_pass', location(), {}, false],
      ['a bare proxy_pass and publicUrl', location(), { publicUrl: 'https://shop.example' }, true],
      ['$host:$server_port', location('Host $host:$server_port'), {}, false],
      [
        '$host:$server_port and X-Forwarded-Proto',
        location('Host $host:$server_port', 'X-Forwarded-Proto $scheme'),
        { trustProxy: ['loopback'] },
        true,
      ],
      [
        'X-Forwarded-Host and X-Forwarded-Proto',
        location('X-Forwarded-Host $http_host', 'X-Forwarded-Proto $scheme'),
        { trustProxy: ['loopback'] },
        true,
      ],
    ]
  it.each(setups)('F81: with %s serves the pages of its site', async (_, snippet, options, isOldBrowserServed) => {
    if (nginx === undefined) return
    const { send, origin } = await behind(nginx, snippet, options)
    const address = options.publicUrl === undefined ? origin : String(options.publicUrl)
    expect((await send('/token', { origin: address, 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    expect((await send('/token', { origin: address })).status).toBe(isOldBrowserServed ? 200 : 403)
    expect((await send('/token', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  })
})
