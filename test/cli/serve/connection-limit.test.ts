import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { limitConnections } from '../../../src/cli/serve/connection-limit.ts'
import { limitIdleConnections } from '../../../src/cli/serve/idle-connections.ts'
import { createFakeClock } from '../../support/fake-clock.ts'

const opened: (() => void)[] = []
afterEach(() => {
  for (const close of opened.splice(0)) close()
})

/** A server with places for two connections, and a way to open more. With `yields` idle ones give way. */
async function startSmall({ yields = false } = {}) {
  const clock = createFakeClock()
  const told: number[] = []
  const server = createServer((request, response) => {
    if (request.url === '/stream') response.write('hello')
    else response.end('hello')
  })
  const idle = limitIdleConnections(server, 600_000)
  const makeRoom = () => yields && idle.closeOldest()
  limitConnections(server, { max: 2, clock, makeRoom, onRefused: (refused) => told.push(refused) })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  opened.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  /** @returns the socket and whether the server has kept it */
  async function open(path = '/'): Promise<{ socket: Socket; answer: string }> {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.on('error', () => undefined)
    socket.on('data', (data: Buffer) => {
      answer += data.toString()
    })
    socket.write(`GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`)
    await Promise.race([once(socket, 'data'), once(socket, 'close')])
    return { socket, answer }
  }
  return { clock, told, open, server }
}

describe('T13: open connections', () => {
  it('are so many and no more; one that ends makes room for another', async () => {
    const { open, told } = await startSmall()
    const [first, second, third] = [await open(), await open(), await open()]
    expect([first, second, third].map(({ answer }) => answer.endsWith('hello'))).toEqual([true, true, false])
    expect(told).toEqual([1])
    const ended = once(first.socket, 'close')
    first.socket.destroy()
    await ended
    const tries = []
    // The server notices the end a moment later than we do.
    for (let i = 0; i < 50 && !tries.at(-1)?.endsWith('hello'); i++) tries.push((await open()).answer)
    expect(tries.at(-1)).toMatch(/hello$/)
  })

  it('that have been idle longest give way to a newcomer, and never one with a response under way', async () => {
    const { open, told } = await startSmall({ yields: true })
    const stream = await open('/stream')
    const sockets = []
    for (let i = 0; i < 5; i++) {
      const { socket, answer } = await open()
      expect(answer).toMatch(/hello/)
      sockets.push(socket)
      // The server ends its part a moment after we have read it.
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect(sockets.map((socket) => socket.destroyed)).toEqual([true, true, true, true, false])
    // The last place goes to a second stream, and then nobody is idle.
    const second = await open('/stream')
    expect([stream, second].map(({ socket, answer }) => [socket.destroyed, /hello/.test(answer)])).toEqual([
      [false, true],
      [false, true],
    ])
    expect(told).toEqual([])
    expect([(await open()).answer, told]).toEqual(['', [1]])
  })

  it('that are refused are told at once, and then counted for ten seconds, so that a flood fills no log', async () => {
    const { open, told, clock } = await startSmall()
    for (let i = 0; i < 5; i++) await open()
    expect(told).toEqual([1])
    await clock.advance(9_999)
    expect(told).toEqual([1])
    await clock.advance(1)
    expect(told).toEqual([1, 2])
    // Ten quiet seconds later the next one is told at once.
    await clock.advance(10_000)
    expect([told, clock.pending]).toEqual([[1, 2], 0])
    await open()
    expect(told).toEqual([1, 2, 1])
  })

  it('that were refused keep no process alive whose server has closed', async () => {
    const { open, clock, server } = await startSmall()
    for (let i = 0; i < 3; i++) await open()
    expect(clock.pending).toBe(1)
    const closed = once(server, 'close')
    server.closeAllConnections()
    server.close()
    await closed
    expect(clock.pending).toBe(0)
  })
})
