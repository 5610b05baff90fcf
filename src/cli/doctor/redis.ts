/** Checks Redis: writes, reads and deletes one key. */
import { createClient } from '@redis/client'
import type { Finding } from '../report/findings.ts'
import { examine } from './examination.ts'

const TIMEOUT_MS = 2_000

export async function examineRedis(url: string | undefined): Promise<Finding> {
  const redis = examine('redis', 'The store works', 'a key is written, read and deleted')
  if (url === undefined)
    return redis.notApplicable('REDIS_URL is not set: tokens are kept in memory, which is right for one process')
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: TIMEOUT_MS, reconnectStrategy: false },
  })
  client.on('error', () => undefined)
  const limit = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('TIMEOUT')), TIMEOUT_MS).unref()
  })
  try {
    const key = `coze-chat:doctor:${crypto.randomUUID()}`
    const work = async () => {
      await client.connect()
      await client.sendCommand(['SET', key, 'ok', 'PX', '5000'])
      const value = await client.sendCommand(['GET', key])
      await client.sendCommand(['DEL', key])
      return value
    }
    const value = await Promise.race([work(), limit])
    return String(value) === 'ok'
      ? redis.ok('it answers')
      : redis.problem(
          'it does not return what was just written',
          'Give it more memory (maxmemory), and let REDIS_URL name a primary instead of a replica.',
        )
  } catch (error) {
    return redis.problem(...explain(error))
  } finally {
    if (client.isOpen) client.destroy()
  }
}

function explain(error: unknown): [found: string, cure: string] {
  const { message, code } = error as { message?: string; code?: string }
  const [reason = 'unknown'] = /^[A-Z]{4,}\b/.exec(message ?? '') ?? [code]
  if (reason === 'NOAUTH' || reason === 'WRONGPASS') {
    return [
      `it refuses the password (${reason})`,
      'Put user and password into REDIS_URL: redis://user:password@host:6379.',
    ]
  }
  if (reason === 'NOPERM' || reason === 'READONLY') {
    return [
      `it refuses to write (${reason})`,
      'Give the user of REDIS_URL the commands GET, SET, DEL and EVAL on a primary.',
    ]
  }
  return [
    `it does not answer (${reason})`,
    'Check REDIS_URL (rediss:// for TLS), whether Redis runs, and the firewall in between. Until then the service keeps tokens in memory.',
  ]
}
