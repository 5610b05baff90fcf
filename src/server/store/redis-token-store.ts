/** `coze-chat-widget/server/redis`: one store for many processes, over the Redis client that the site already has. */
import { RateLimiterRedis } from 'rate-limiter-flexible'
import { type Clock, systemClock } from '../../platform/clock.ts'
import { createRandomBytes, type RandomBytes } from '../crypto/random-bytes.ts'
import { parseSecret } from '../crypto/secrets.ts'
import { createMemoryTokenStore } from './memory-token-store.ts'
import { createMissedWrites } from './missed-writes.ts'
import { createProof, createRedisCommands, DELETE_IF_EQUAL, type RedisClient } from './redis-commands.ts'
import { isCount, isCounted, isSetReply, isTextOrNull } from './redis-replies.ts'
import { createRedisSecrecy } from './redis-secrecy.ts'
import { TOMBSTONE_MS, type TokenStore } from './token-store.ts'

export type { RedisClient } from './redis-commands.ts'

export interface RedisTokenStoreOptions {
  client: RedisClient
  /** The `secret` of the service. Values are encrypted and keys hashed with keys that are derived from it. */
  secret: string | Uint8Array
  /** Start of every key in Redis. Default `coze-chat:`. */
  prefix?: string
  /** Entries that are kept in memory for the time that Redis is away. Default 10,000. */
  maxMemoryEntries?: number
  /** Longest wait for one command, in milliseconds. Default 150. */
  commandTimeoutMs?: number
  /**
   * Called when Redis stops working and when it works again. A Redis that answers with errors (no `EVAL`, a read-only replica, no
   * memory left) does not work. `cause`: one word, such as `ECONNREFUSED`, `READONLY` or `TimeLimitError`.
   */
  onStateChange?: (state: 'reachable' | 'unreachable', cause?: string) => void
  /** Default: the system's clock. */
  clock?: Clock
  /** Default: Web Crypto. */
  random?: RandomBytes
}

const TOMBSTONE = 'x.'
/** What Redis says of a key that stays until somebody deletes it. */
const NO_END = -1

/**
 * Writes a value, unless the key was deleted after the work began that made it (ARGV[3]). A tombstone that no store of ours can have
 * written, without a date or without an end, counts as absent (T24): one such value must neither keep its key for ever nor be an error,
 * for which Redis as a whole would count as ill.
 */
const SET_UNLESS_DELETED = `
local held = redis.pcall('GET', KEYS[1])
local deleted = type(held) == 'string' and tonumber(string.match(held, '^x%.(%d+)$'))
local left = redis.call('PTTL', KEYS[1])
if deleted and left >= 0 and left <= ${TOMBSTONE_MS} and deleted >= tonumber(ARGV[3]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`

/**
 * Counts ARGV[1] more in a window of ARGV[2] seconds. The library's own script ends with an error at a value that somebody else has
 * written, and so would begin every request of that key; here such a value counts as absent.
 */
const COUNT_IN_WINDOW = `
local held = redis.pcall('GET', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
local window = 1000 * tonumber(ARGV[2])
if type(held) == 'string' and #held < 16 and string.match(held, '^%d+$') and left >= 0 and left <= window then
  return { redis.call('INCRBY', KEYS[1], ARGV[1]), left }
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', window)
return { tonumber(ARGV[1]), window }`

/**
 * Keeps tokens in Redis, so that several processes share tokens, limits and locks. Redis gets hashed keys and encrypted
 * values: a dump of it holds no token, and a value that is copied to another key does not open there. When Redis is slow
 * or away, or answers with errors, the memory of the process serves and what Redis missed follows later. Every half second one command
 * waits to see whether Redis can read, write and run scripts again, and never for longer than its time limit.
 * @throws CozeChatError `misconfigured` for a secret of fewer than 32 bytes
 * @example
 * const client = await createClient({ url: process.env.REDIS_URL }).on('error', () => {}).connect()
 * const store = createRedisTokenStore({ client, secret })
 * const service = createTokenService({ ...options, secret, store })
 */
export function createRedisTokenStore(options: RedisTokenStoreOptions): TokenStore {
  const { client, prefix = 'coze-chat:', commandTimeoutMs = 150, clock = systemClock, onStateChange } = options
  const random = options.random ?? createRandomBytes()
  const maxEntries = options.maxMemoryEntries ?? 10_000
  const secrecy = createRedisSecrecy({ secret: parseSecret(options.secret), prefix, random })
  const memory = createMemoryTokenStore({ maxEntries, clock })
  const commands = createRedisCommands({
    client,
    prefix,
    timeoutMs: commandTimeoutMs,
    clock,
    random,
    onStateChange,
    onWorking: () => void missed.catchUp(),
  })
  const missed = createMissedWrites({ commands, maxEntries, clock })

  return {
    async get(key) {
      const name = await secrecy.nameOf('value', key)
      await missed.writeMissed(key)
      const outcome = await commands.run(['GET', name], isTextOrNull)
      if (outcome === 'unreachable' || missed.has(key)) return memory.get(key)
      return outcome === 'unreadable' ? undefined : secrecy.open(name, outcome.reply)
    },

    async set(key, value, { ttlMs, sinceMs = clock.now() + 1 }) {
      if (ttlMs <= 0) return
      memory.set(key, value, { ttlMs, sinceMs })
      const name = await secrecy.nameOf('value', key)
      const sealed = await secrecy.seal(name, value)
      await missed.writeOrKeep(key, {
        endsAtMs: clock.monotonic() + ttlMs,
        args: (leftMs) => ['EVAL', SET_UNLESS_DELETED, '1', name, sealed, leftMs, String(sinceMs)],
        done: ['0', '1'],
      })
    },

    async delete(key) {
      memory.delete(key)
      const name = await secrecy.nameOf('value', key)
      const deletedAtMs = clock.now()
      await missed.writeOrKeep(key, {
        endsAtMs: clock.monotonic() + TOMBSTONE_MS,
        args: (leftMs) => ['SET', name, `${TOMBSTONE}${deletedAtMs}`, 'PX', leftMs],
        done: ['OK'],
      })
    },

    async acquire(key, ttlMs) {
      const name = await secrecy.nameOf('lock', key)
      const proof = createProof(random)
      const take = ['SET', name, proof, 'PX', String(ttlMs)]
      let outcome = await commands.run([...take, 'NX'], isSetReply)
      if (typeof outcome === 'object' && outcome.reply === null) {
        const left = await commands.run(['PTTL', name], isCount)
        const leftMs = typeof left === 'object' ? Number(left.reply) : 0
        // Without an end, or with one that is too late, it is no lock of ours and would never be released.
        if (leftMs !== NO_END && leftMs <= ttlMs) return undefined
        outcome = await commands.run(take, isSetReply)
      }
      return async () => {
        if (outcome !== 'unreachable') await commands.run(['EVAL', DELETE_IF_EQUAL, '1', name, proof], isCount)
      }
    },

    async leftMs(key) {
      const outcome = await commands.run(['PTTL', await secrecy.nameOf('value', key)], isCount)
      const leftMs = typeof outcome === 'object' ? Number(outcome.reply) : 0
      return leftMs > 0 ? leftMs : memory.leftMs?.(key)
    },

    limiter: (rule) =>
      new RateLimiterRedis({
        ...rule,
        useRedisPackage: true,
        customIncrTtlLuaScript: COUNT_IN_WINDOW,
        storeClient: {
          /** The signature is that of node-redis. When it throws, the limiter counts in the memory of the process. */
          async eval(script: string, { keys: [key = ''], arguments: values }: { keys: string[]; arguments: string[] }) {
            const args = ['EVAL', script, '1', await secrecy.nameOf('limit', key), ...values]
            const outcome = await commands.run(args, isCounted(rule.duration))
            if (typeof outcome !== 'object') throw new Error('Redis did not count the request.')
            return outcome.reply.map(Number)
          },
        },
      }),

    health: () => (commands.isWorking() ? 'ok' : 'degraded'),
    close: () => memory.close?.(),
  }
}
