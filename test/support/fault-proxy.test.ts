import { once } from 'node:events'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import {
  contentType,
  delay,
  drip,
  duplicateEvents,
  emptyBody,
  type FaultProxy,
  hang,
  html,
  hugeBody,
  randomCuts,
  redirectToLogin,
  reset,
  splitBytes,
  startFaultProxy,
  status,
  tooManyRequests,
  truncate,
} from './fault-proxy.ts'

const EVENTS = ['event: a\ndata: 你好\n\n', 'event: b\r\ndata: 👩‍🔬\r\n\r\n', 'data: end\n\n']
const HALF = Math.floor(Buffer.byteLength(EVENTS.join('')) / 2)
const open: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function startTarget(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push(async () => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function startProxy(listener: RequestListener, wait?: (ms: number) => Promise<void>): Promise<FaultProxy> {
  const proxy = await startFaultProxy({ target: await startTarget(listener), ...(wait && { wait }) })
  open.push(() => proxy.close())
  return proxy
}

const json: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'access-control-allow-origin': 'https://listed.test' })
  response.end('{"token":"abc"}')
}

const stream: RequestListener = (_request, response) => {
  const body = Buffer.from(EVENTS.join(''))
  response.writeHead(200, { 'content-type': 'text/event-stream', 'content-length': body.length })
  response.end(body)
}

/** The whole response as it is on the wire, with its framing. */
async function raw(origin: string): Promise<string> {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  socket.write(`GET /stream HTTP/1.1\r\nhost: ${hostname}\r\nconnection: close\r\n\r\n`)
  return Buffer.concat(await socket.toArray()).toString('latin1')
}

/** What a client had read when the response ended, and how it ended. */
async function readAll(response: Response): Promise<{ text: string; ended: 'cleanly' | 'broken' }> {
  const decoder = new TextDecoder()
  const reader = (response.body ?? new ReadableStream<Uint8Array<ArrayBuffer>>()).getReader()
  let text = ''
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      text += decoder.decode(next.value, { stream: true })
    }
    return { text, ended: 'cleanly' }
  } catch {
    return { text, ended: 'broken' }
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

describe('without a rule', () => {
  it('passes method, path, body, headers and the CORS answer of the target', async () => {
    const proxy = await startProxy(async (request, response) => {
      response.writeHead(201, { 'access-control-allow-origin': 'https://listed.test', 'x-seen': request.headers.host })
      response.end(`${request.method} ${request.url} ${Buffer.concat(await request.toArray())}`)
    })
    const response = await fetch(`${proxy.url}/a?b=1`, { method: 'POST', body: 'question' })
    expect(response.status).toBe(201)
    expect(await response.text()).toBe('POST /a?b=1 question')
    expect(response.headers.get('access-control-allow-origin')).toBe('https://listed.test')
    expect(`http://${response.headers.get('x-seen')}`).toBe(proxy.url)
    expect(proxy.requests).toMatchObject([
      { method: 'POST', path: '/a?b=1', body: 'question', faulty: false, status: 201, outcome: 'complete' },
    ])
  })

  it('hands on each part of a stream before the next one exists', async () => {
    let target: ServerResponse | undefined
    const proxy = await startProxy((_request, response) => {
      target = response
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('one')
    })
    const reader = (await fetch(proxy.url)).body?.getReader()
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('one')
    target?.end('two')
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('two')
  })

  it('gives each request of a browser a connection of its own', async () => {
    const proxy = await startProxy(json)
    const [browser, other] = await Promise.all([
      fetch(proxy.url, { headers: { 'user-agent': 'Mozilla/5.0' } }),
      fetch(proxy.url),
    ])
    expect([browser.headers.get('connection'), other.headers.get('connection')]).toEqual(['close', 'keep-alive'])
  })

  it('tells the target when the client leaves', async () => {
    let left = false
    const proxy = await startProxy((_request, response) => {
      response.writeHead(200).write('x')
      response.on('close', () => {
        left = true
      })
    })
    const abort = new AbortController()
    await fetch(proxy.url, { signal: abort.signal })
    abort.abort()
    await until(() => left && proxy.requests[0]?.outcome !== 'open')
    expect(proxy.requests[0]?.outcome).toBe('left')
  })

  it('tells the client when the target breaks off', async () => {
    const proxy = await startProxy((_request, response) => {
      response.writeHead(200).write('half', () => response.destroy())
    })
    expect((await readAll(await fetch(proxy.url))).ended).toBe('broken')
    expect(proxy.requests[0]?.outcome).toBe('broken')
  })

  it('breaks the connection when the target does not answer at all', async () => {
    const proxy = await startFaultProxy({ target: 'http://127.0.0.1:1' })
    open.push(() => proxy.close())
    await expect(fetch(proxy.url)).rejects.toThrow()
  })
})

describe('rules', () => {
  const statusOf = async (url: string, init?: RequestInit) => (await fetch(url, init)).status

  it('apply once, so many times, or until removed', async () => {
    const proxy = await startProxy(json)
    const ever = proxy.rules.always('/token', status(500))
    const twice = proxy.rules.times(2, '/token', status(502))
    const once = proxy.rules.once('/token', status(503))
    const seen = []
    for (let i = 0; i < 5; i++) seen.push(await statusOf(`${proxy.url}/token`))
    expect(seen).toEqual([503, 502, 502, 500, 500])
    expect([once.hits, twice.hits, ever.hits]).toEqual([1, 2, 2])
    ever.remove()
    expect(await statusOf(`${proxy.url}/token`)).toBe(200)
    proxy.rules.always('*', status(500))
    proxy.rules.clear()
    expect(await statusOf(`${proxy.url}/token`)).toBe(200)
  })

  it('match by method, by path with any text in place of a star, and by expression over both', async () => {
    const proxy = await startProxy(json)
    proxy.rules.always('POST /v3/*/list', status(500))
    expect(await statusOf(`${proxy.url}/v3/chat/list`)).toBe(200)
    expect(await statusOf(`${proxy.url}/v3/chat/list?x=1`, { method: 'POST' })).toBe(500)
    expect(await statusOf(`${proxy.url}/v3/chat/listed`, { method: 'POST' })).toBe(200)
    proxy.rules.always(/^GET .*conversation_id=7$/, status(404))
    expect(await statusOf(`${proxy.url}/v1/x?conversation_id=7`)).toBe(404)
  })

  it('let a preflight pass unless it is named', async () => {
    const proxy = await startProxy(json)
    const rule = proxy.rules.always('/token', status(500))
    expect(await statusOf(`${proxy.url}/token`, { method: 'OPTIONS' })).toBe(200)
    expect(rule.hits).toBe(0)
    proxy.rules.always('OPTIONS /token', status(403))
    expect(await statusOf(`${proxy.url}/token`, { method: 'OPTIONS' })).toBe(403)
  })
})

describe('answers of its own', () => {
  const askWith = async (fault: ReturnType<typeof status>, init?: RequestInit) => {
    let asked = false
    const proxy = await startProxy((request, response) => {
      asked = true
      json(request, response)
    })
    proxy.rules.once('/token', fault)
    const response = await fetch(`${proxy.url}/token`, { headers: { origin: 'https://page.test' }, ...init })
    return { response, asked: () => asked, proxy }
  }

  it('never reach the target and can be read from any page', async () => {
    const { response, asked } = await askWith(status(403, { error: 'origin_not_allowed' }))
    expect(await response.json()).toEqual({ error: 'origin_not_allowed' })
    expect(response.headers.get('access-control-allow-origin')).toBe('https://page.test')
    expect(response.headers.get('access-control-allow-credentials')).toBe('true')
    expect(asked()).toBe(false)
  })

  it('leave CORS out when told so', async () => {
    const { response } = await askWith(status(500, 'x', { cors: false }))
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('can be a page with status 200, or a way to one', async () => {
    const page = (await askWith(html())).response
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const moved = (await askWith(redirectToLogin(), { redirect: 'manual' })).response
    expect([moved.status, moved.headers.get('location')]).toEqual([302, '/fault-proxy/login'])
    const login = (await askWith(redirectToLogin())).response
    expect([login.status, login.redirected]).toEqual([200, true])
    expect(await login.text()).toContain('<form>')
  })

  it('can be 429 with seconds or with a date', async () => {
    const seconds = (await askWith(tooManyRequests(7))).response
    expect([seconds.status, seconds.headers.get('retry-after')]).toEqual([429, '7'])
    const date = (await askWith(tooManyRequests(new Date(1_790_000_000_000)))).response
    expect(date.headers.get('retry-after')).toBe('Mon, 21 Sep 2026 14:13:20 GMT')
  })

  it('can be empty, or 5 MB of good JSON', async () => {
    const nothing = (await askWith(emptyBody())).response
    expect([nothing.status, await nothing.text()]).toEqual([200, ''])
    const text = await (await askWith(hugeBody())).response.text()
    expect(text.length).toBe(5_000_000)
    expect(JSON.parse(text)).toHaveProperty('padding')
  })
})

describe('changes to what the target answers', () => {
  it('another content type, the same body', async () => {
    const proxy = await startProxy(json)
    proxy.rules.once('/', contentType('text/html'))
    const response = await fetch(proxy.url)
    expect([response.headers.get('content-type'), await response.text()]).toEqual(['text/html', '{"token":"abc"}'])
  })

  it('one write per byte', async () => {
    const proxy = await startProxy(stream)
    proxy.rules.once('/stream', splitBytes())
    const answer = await raw(proxy.url)
    const body = answer.slice(answer.indexOf('\r\n\r\n') + 4)
    expect(body).toMatch(/^(1\r\n[\s\S]\r\n)+0\r\n\r\n$/)
    const bytes = [...body.matchAll(/1\r\n([\s\S])\r\n/g)].map(([, byte]) => byte).join('')
    expect(Buffer.from(bytes, 'latin1').toString()).toBe(EVENTS.join(''))
  })

  it('random cuts that a seed repeats', async () => {
    const proxy = await startProxy(stream)
    proxy.rules.times(2, '*', randomCuts(7))
    const withoutDate = async () => (await raw(proxy.url)).replace(/date: .*/i, '')
    const [first, second] = [await withoutDate(), await withoutDate()]
    proxy.rules.once('*', randomCuts(8))
    const third = await withoutDate()
    expect(first).toBe(second)
    expect(first).not.toBe(third)
    proxy.rules.once('*', randomCuts(9))
    expect(await (await fetch(proxy.url)).text()).toBe(EVENTS.join(''))
  })

  it('every event twice', async () => {
    const proxy = await startProxy(stream)
    proxy.rules.once('*', duplicateEvents())
    expect(await (await fetch(proxy.url)).text()).toBe(EVENTS.flatMap((event) => [event, event]).join(''))
  })

  it('a slow drip, and delays before each stage', async () => {
    const waits: number[] = []
    const proxy = await startProxy(json, async (ms) => {
      waits.push(ms)
    })
    proxy.rules.once('*', { ...delay({ accept: 100, headers: 200, body: 300 }), ...drip(6, 50) })
    expect(await (await fetch(proxy.url)).json()).toEqual({ token: 'abc' })
    expect(waits).toEqual([100, 200, 300, 50, 50, 50])
  })
})

describe('ends', () => {
  const points = [
    ['accept', ''],
    ['headers', ''],
    ['half', Buffer.from(EVENTS.join('')).subarray(0, HALF).toString()],
    [{ bytes: 10 }, 'event: a\nd'],
    [{ events: 2 }, EVENTS.slice(0, 2).join('')],
  ] as const

  it.each(points)('a reset at %j is an error after what was sent before it', async (at, before) => {
    const proxy = await startProxy(stream)
    proxy.rules.once('*', reset(at))
    if (at === 'accept') await expect(fetch(proxy.url)).rejects.toThrow()
    else {
      const { text, ended } = await readAll(await fetch(proxy.url))
      expect(ended).toBe('broken')
      expect(text).toBe(before)
    }
    await until(() => proxy.requests[0]?.outcome !== 'open')
    expect(proxy.requests[0]?.outcome).toBe('broken')
  })

  it.each(points.slice(3))('a truncation at %j looks like a complete answer', async (at, before) => {
    const proxy = await startProxy(stream)
    proxy.rules.once('*', truncate(at))
    expect(await readAll(await fetch(proxy.url))).toEqual({ text: before, ended: 'cleanly' })
  })

  it.each(points)('a hang at %j lasts until it is released, and then nothing is missing', async (at) => {
    let asked = 0
    const proxy = await startProxy((request, response) => {
      asked += 1
      stream(request, response)
    })
    const rule = proxy.rules.once('*', hang(at))
    let settled = false
    const answer = fetch(proxy.url)
      .then((response) => response.text())
      .finally(() => {
        settled = true
      })
    await until(() => rule.hits === 1 && (at === 'accept' || proxy.requests[0]?.status === 200))
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(settled).toBe(false)
    expect(asked).toBe(at === 'accept' ? 0 : 1)
    rule.release()
    expect(await answer).toBe(EVENTS.join(''))
  })

  it('a client that leaves a hanging answer is seen to leave, and the proxy closes all the same', async () => {
    const proxy = await startProxy(stream)
    const rule = proxy.rules.always('*', hang('accept'))
    const abort = new AbortController()
    const first = fetch(proxy.url, { signal: abort.signal })
    const second = fetch(proxy.url)
    await until(() => rule.hits === 2)
    abort.abort()
    await expect(first).rejects.toThrow()
    await until(() => proxy.requests.some(({ outcome }) => outcome === 'left'))
    await Promise.all([proxy.close(), expect(second).rejects.toThrow()])
    open.pop()
  })
})
