import { once } from 'node:events'
import type { RequestListener, Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createServiceServer } from '../../../src/cli/serve/service-server.ts'

const LONG = 600_000
const patient = { headersMs: LONG, requestMs: LONG, silenceMs: LONG, checkEveryMs: 20 }

const open: Server[] = []
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function start(listener: RequestListener, limits: Partial<typeof patient>) {
  const { server } = createServiceServer(listener, { ...patient, ...limits })
  server.listen(0, '127.0.0.1')
  open.push(server)
  await once(server, 'listening')
  const atServer = once(server, 'connection').then((arrived) => arrived[0] as Socket)
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => undefined)
  return { socket, atServer }
}

/** Sends a byte or more now and then, until the connection is closed. */
function dribble(socket: Socket, bytes = 'a') {
  const timer = setInterval(() => socket.write(bytes), 5)
  socket.on('close', () => clearInterval(timer))
}

describe('the server of serve', () => {
  it('F88: gives a file as long as the gateway does, and a request without headers ten seconds', () => {
    const { server } = createServiceServer(() => {})
    expect([server.requestTimeout, server.headersTimeout]).toEqual([300_000, 10_000])
    // 12 MiB at 150 KB/s.
    expect(server.requestTimeout).toBeGreaterThan((12 * 1024 * 1024) / 150)
    // An agent may be silent for five minutes.
    expect(server.timeout).toBe(360_000)
    server.close()
  })

  it('ends a connection whose headers come byte by byte, at its limit and not half a minute later', async () => {
    let asked = 0
    const { socket } = await start(() => asked++, { headersMs: 40 })
    let answer = ''
    socket.on('data', (data: Buffer) => {
      answer += data.toString()
    })
    socket.write('POST /api/coze/token HTTP/1.1\r\nhost: a\r\nx-a: ')
    dribble(socket)
    await once(socket, 'close')
    expect([answer.slice(0, 12), asked]).toEqual(['HTTP/1.1 408', 0])
  }, 20_000)

  it('ends a connection whose body comes byte by byte', async () => {
    const { socket } = await start((request) => request.resume(), { headersMs: 40, requestMs: 80 })
    socket.resume().write('POST /api/coze/token HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\n\r\n')
    dribble(socket)
    await once(socket, 'close')
    expect(socket.destroyed).toBe(true)
  })

  it('ends a connection whose client asks and never reads', async () => {
    const size = 64 * 1024 * 1024
    const { socket, atServer } = await start((_, response) => response.end(Buffer.alloc(size)), { silenceMs: 100 })
    socket.pause().write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
    await once(await atServer, 'close')
    for await (const _ of socket);
    expect(socket.bytesRead).toBeLessThan(size)
  }, 20_000)

  const GET = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n'

  it('T13: ends a connection on which only empty lines come, from its opening on and after a response', async () => {
    for (const first of ['', GET]) {
      const { socket } = await start((_, response) => response.end('hello'), { headersMs: 200 })
      let answer = ''
      socket.on('data', (data: Buffer) => {
        answer += data.toString()
      })
      if (first !== '') socket.write(first)
      const begun = performance.now()
      dribble(socket, '\r\n')
      await new Promise((resolve) => socket.once('close', resolve))
      expect(performance.now() - begun).toBeLessThan(2_000)
      expect(answer).toMatch(first === '' ? /^HTTP\/1.1 408/ : /hello$/)
    }
  }, 20_000)

  it('T13: ends a connection after a response whose next headers come byte by byte', async () => {
    const { socket } = await start((_, response) => response.end('hello'), { headersMs: 200 })
    socket.resume().write(`${GET}GET / HTTP/1.1\r\nx-a: `)
    dribble(socket)
    await new Promise((resolve) => socket.once('close', resolve))
    expect(socket.destroyed).toBe(true)
  }, 20_000)

  it('T13: keeps a connection open between requests, and while a response or a file takes its time', async () => {
    const answered: string[] = []
    const { socket } = await start(
      (request, response) => {
        const end = () => {
          answered.push(request.url ?? '')
          response.end('hello')
        }
        if (request.url === '/slow') {
          response.write('h')
          setTimeout(end, 400)
        } else request.resume().once('end', end)
      },
      { headersMs: 200 },
    )
    let isClosed = false
    socket.resume().once('close', () => {
      isClosed = true
    })
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
    for (let i = 0; i < 6; i++) {
      socket.write(GET)
      await wait(60)
    }
    // The second one waits behind the slow one, and its end is no end of the first.
    socket.write(GET.replace('/ ', '/slow ') + GET.replace('/ ', '/behind '))
    await wait(450)
    socket.write('POST /file HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\na')
    await wait(400)
    socket.write('b')
    await wait(50)
    expect([isClosed, answered.length]).toEqual([false, 9])
    expect(answered.slice(-3).sort()).toEqual(['/behind', '/file', '/slow'])
    await once(socket, 'close')
  }, 20_000)
})
