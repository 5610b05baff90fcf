import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { Agent, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { isInstalled, PROXY_PROGRAMS, type ProxyProgram, startProxy } from '../support/proxy-programs.ts'

vi.setConfig({ testTimeout: 60_000 })

const running: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of running.splice(0).reverse()) await stop()
})

/** The snippets of a language below the heading about connections, for two connections in place of 200. */
function snippetsOf(document: string, heading: string, language: string): string[] {
  const text = readFileSync(new URL(`../../docs/${document}`, import.meta.url), 'utf8')
  const section = text.slice(text.indexOf(`\n## ${heading}\n`))
  const found = [...section.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))]
  return found.map(([, snippet = '']) => snippet.replaceAll('200', '2'))
}

const DOCUMENTS = [
  ['proxies.md', 'Connections'],
  ['proxies.zh-CN.md', '连接'],
] as const

/** What becomes of connections to a proxy whose server leaves the first two unanswered: a status, or the end of the connection. */
async function askThreeTimes(program: ProxyProgram, snippet: string): Promise<(number | 'closed')[]> {
  const held: (() => void)[] = []
  const server = createServer((_request, response) => void held.push(() => response.end('hello')))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const proxy = await startProxy(program, snippet.replaceAll(':8787', `:${(server.address() as AddressInfo).port}`))
  running.push(() => server.closeAllConnections(), proxy.stop)
  const ask = () => {
    const to = { host: '127.0.0.1', port: proxy.port, path: '/api/coze/x', servername: 'shop.example' }
    const sent = request({ ...to, rejectUnauthorized: false, agent: new Agent() }).end()
    return new Promise<number | 'closed'>((resolve) => {
      sent.on('response', (response) => resolve(response.resume().statusCode ?? 0))
      sent.on('error', () => resolve('closed'))
    })
  }
  const first = [ask(), ask()]
  await vi.waitFor(() => expect(held).toHaveLength(2), 10_000)
  const third = await ask()
  for (const answer of held) answer()
  return [...(await Promise.all(first)), third]
}

const programNamed = (name: string) => PROXY_PROGRAMS.find((program) => program.name === name) as ProxyProgram

describe.each(DOCUMENTS)('T13: with the snippets of %s', (document, heading) => {
  it.skipIf(!isInstalled('nginx'))('nginx refuses a client’s connection above its limit with 429', async () => {
    const nginx = programNamed('nginx')
    const [zone = '', limit = ''] = snippetsOf(document, heading, 'nginx')
    const program: ProxyProgram = {
      ...nginx,
      configure: (snippet, at) => nginx.configure(snippet, at).replace('http {', `http {\n${zone}`),
    }
    const location = `location /api/coze/ { proxy_pass http://127.0.0.1:8787; ${limit.replace(/#.*/, '')} }`
    expect(await askThreeTimes(program, location)).toEqual([200, 200, 429])
  })

  it.skipIf(!isInstalled('haproxy'))('HAProxy closes a client’s connection above its limit', async () => {
    const haproxy = programNamed('HAProxy')
    const [limit = ''] = snippetsOf(document, heading, 'haproxy')
    const program: ProxyProgram = {
      ...haproxy,
      configure: (snippet, at) => haproxy.configure(snippet, at).replace('frontend site\n', `frontend site\n${limit}`),
    }
    const backend = 'backend coze_chat\n  timeout server 330s\n  server one 127.0.0.1:8787\n'
    expect(await askThreeTimes(program, backend)).toEqual([200, 200, 'closed'])
  })
})
