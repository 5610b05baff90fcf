/** Stands between a client and a Redis, and answers in its place in every way in which one can be sick. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * `well`: everything passes. `error`: each command gets the error reply `text`; with `only`, commands of that name alone. `hang`: nothing
 * is answered. `half`: each command gets the beginning of a reply. `garbage`: bytes that are no reply. `wrong`: `+OK` whatever was
 * asked. `twice`: each reply comes with another one that nobody asked for. `close`: each command ends the connection.
 * `refuse`: no new connection, and the old ones end. `slow`: each reply comes so many milliseconds later.
 */
export type RedisSickness =
  | { how: 'well' | 'hang' | 'half' | 'garbage' | 'wrong' | 'twice' | 'close' | 'refuse' }
  | { how: 'error'; text: string; only?: string }
  | { how: 'slow'; ms: number }

export interface RedisFaultProxy {
  readonly url: string
  sicken(sickness: RedisSickness): void
  /** Commands seen since the start, by name. */
  readonly commands: readonly string[]
  close(): Promise<void>
}

/** @param target port of the Redis */
export async function startRedisFaultProxy(target: number): Promise<RedisFaultProxy> {
  let sickness: RedisSickness = { how: 'well' }
  const commands: string[] = []
  const sockets = new Set<Socket>()

  const answers: Readonly<Record<string, string>> = {
    half: '$50\r\nhalf of a re',
    garbage: '\u0000HTTP/1.1 400 Bad Request\r\n\r\n',
    wrong: '+OK\r\n',
  }

  const server = createServer((client) => {
    if (sickness.how === 'refuse') {
      client.on('error', () => undefined)
      client.destroy()
      return
    }
    const redis = connect(target, '127.0.0.1')
    for (const socket of [client, redis]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        redis.destroy()
      })
    }
    const reply = (data: Buffer) => {
      client.write(data)
      if (sickness.how === 'twice') client.write('+OK\r\n')
    }
    // No reply may overtake another one, also where the proxy has become well in between.
    let before: Promise<unknown> = Promise.resolve()
    redis.on('data', (data: Buffer) => {
      const late = sickness.how === 'slow' ? sleep(sickness.ms) : undefined
      before = Promise.all([before, late]).then(() => reply(data))
    })
    const read = createCommandReader((name, bytes) => {
      commands.push(name)
      const { how } = sickness
      if (sickness.how === 'error' && (sickness.only === undefined || sickness.only === name)) {
        // Those that pass are answered by Redis, in their turn; a client has few commands open, so the order holds well enough.
        client.write(`-${sickness.text}\r\n`)
      } else if (how === 'close') client.destroy()
      else if (how === 'hang') return
      else if (answers[how] !== undefined) client.write(answers[how] ?? '')
      else redis.write(bytes)
    })
    client.on('data', read)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  return {
    url: `redis://127.0.0.1:${port}`,
    sicken(next) {
      sickness = next
      if (next.how === 'refuse') for (const socket of sockets) socket.destroy()
    },
    commands,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Cuts what a client sends (arrays of bulk strings) into commands. */
function createCommandReader(onCommand: (name: string, bytes: Buffer) => void): (data: Buffer) => void {
  let held = Buffer.alloc(0)
  return (data) => {
    held = Buffer.concat([held, data])
    for (;;) {
      const command = firstCommand(held)
      if (command === undefined) return
      const bytes = held.subarray(0, command.length)
      held = held.subarray(command.length)
      onCommand(command.name, bytes)
    }
  }
}

function firstCommand(bytes: Buffer): { name: string; length: number } | undefined {
  const lineEnd = bytes.indexOf('\r\n')
  if (lineEnd === -1) return undefined
  const count = Number(bytes.subarray(1, lineEnd).toString())
  let at = lineEnd + 2
  let name = ''
  for (let i = 0; i < count; i++) {
    const end = bytes.indexOf('\r\n', at)
    if (end === -1) return undefined
    const size = Number(bytes.subarray(at + 1, end).toString())
    const next = end + 2 + size + 2
    if (bytes.length < next) return undefined
    if (i === 0)
      name = bytes
        .subarray(end + 2, end + 2 + size)
        .toString()
        .toUpperCase()
    at = next
  }
  return { name, length: at }
}
