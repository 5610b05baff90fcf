/** Checks Redis: writes, reads and deletes one key. */
import { createClient } from '@redis/client'
import type { Finding } from '../report/findings.ts'
import { say } from '../say.ts'
import { examine } from './examination.ts'

const TIMEOUT_MS = 2_000

export async function examineRedis(url: string | undefined): Promise<Finding> {
  const redis = examine(
    'redis',
    say('The store works', '存储能否读写'),
    say('a key is written, read and deleted', '写入、读取并删除一个键'),
  )
  if (url === undefined)
    return redis.notApplicable(
      say(
        'REDIS_URL is not set: tokens are kept in memory, which is right for one process',
        '没有设置 REDIS_URL，令牌保存在内存里，适合单个进程',
      ),
    )
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
      ? redis.ok(say('it answers', '读写正常'))
      : redis.problem(
          say('it does not return what was just written', '读不到刚刚写入的内容'),
          say(
            'Give it more memory (maxmemory), and let REDIS_URL name a primary instead of a replica.',
            '请给它更多内存（maxmemory），并让 REDIS_URL 指向主节点，而不是副本。',
          ),
        )
  } catch (error) {
    return redis.problem(...explain(error))
  } finally {
    if (client.isOpen) client.destroy()
  }
}

function explain(error: unknown): [found: string, cure: string] {
  const { message, code } = error as { message?: string; code?: string }
  const [reason = say('unknown', '原因不明')] = /^[A-Z]{4,}\b/.exec(message ?? '') ?? [code]
  if (reason === 'NOAUTH' || reason === 'WRONGPASS') {
    return [
      say(`it refuses the password (${reason})`, `密码被拒绝（${reason}）`),
      say(
        'Put user and password into REDIS_URL: redis://user:password@host:6379.',
        '请把用户名和密码写进 REDIS_URL：redis://user:password@host:6379。',
      ),
    ]
  }
  if (reason === 'NOPERM' || reason === 'READONLY') {
    return [
      say(`it refuses to write (${reason})`, `写入被拒绝（${reason}）`),
      say(
        'Give the user of REDIS_URL the commands GET, SET, DEL and EVAL on a primary.',
        '请让 REDIS_URL 指向主节点，并允许其中的用户使用 GET、SET、DEL 和 EVAL 命令。',
      ),
    ]
  }
  return [
    say(`it does not answer (${reason})`, `没有应答（${reason}）`),
    say(
      'Check REDIS_URL (rediss:// for TLS), whether Redis runs, and the firewall in between. Until then the service keeps tokens in memory.',
      '请检查 REDIS_URL（使用 TLS 时写 rediss://）、Redis 是否在运行，以及中间的防火墙。在此之前，服务把令牌保存在内存里。',
    ),
  ]
}
