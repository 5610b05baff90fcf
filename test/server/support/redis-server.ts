import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@redis/client'

/** A Redis of the test's own, on a free port, without persistence. Fails when `redis-server` is not installed. */
export async function startRedis() {
  const port = await freePort()
  const directory = mkdtempSync(join(tmpdir(), 'coze-chat-redis-'))
  const url = `redis://127.0.0.1:${port}`
  let server: ChildProcess

  async function start() {
    server = spawn('redis-server', ['--port', String(port), '--save', '', '--appendonly', 'no', '--dir', directory])
    const failed = once(server, 'error').then(([error]) => {
      throw new Error('redis-server is needed by these tests: apt-get install redis-server', { cause: error })
    })
    const listening = new Promise<void>((resolve) => {
      server.stdout?.on('data', (text) => String(text).includes('Ready to accept connections') && resolve())
    })
    await Promise.race([listening, failed])
  }

  await start()
  return {
    url,
    port,
    pause: () => server.kill('SIGSTOP'),
    resume: () => server.kill('SIGCONT'),
    async kill() {
      const ended = once(server, 'exit')
      server.kill('SIGKILL')
      await ended
    },
    restart: start,
    async stop() {
      if (server.exitCode === null && server.signalCode === null) {
        const ended = once(server, 'exit')
        server.kill('SIGCONT')
        server.kill('SIGKILL')
        await ended
      }
      rmSync(directory, { recursive: true, force: true })
    },
    async connect() {
      const client = createClient({ url, socket: { reconnectStrategy: 100 } })
      client.on('error', () => {})
      await client.connect()
      return client
    },
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
