/** `coze-chat-widget/server/redis`: one store for many processes, over the client the site already has. */
import { base64url } from 'jose'
import { RateLimiterRedis } from 'rate-limiter-flexible'
import { type Clock, systemClock } from '../platform/clock.ts'
import { createCircuitBreaker } from './circuit-breaker.ts'
import { createMemoryTokenStore } from './memory-token-store.ts'
import { createRandomBytes } from './random-bytes.ts'
import { deriveMacKey, deriveSealKey, macOf, parseSecret } from './secrets.ts'
import { TOMBSTONE_MS, type TokenStore } from './token-store.ts'
import { within } from './within.ts'

/** The part we use of `redis` (node-redis) or of `ioredis`. */
export type RedisClient =
  | { sendCommand(args: string[]): Promise<unknown> }
  | { call(command: string, ...args: string[]): Promise<unknown> }

export interface RedisTokenStoreOptions {
  client: RedisClient
  /** The service's `secret`: values are sealed and keys hashed with subkeys of it. */
  secret: string | Uint8Array
  /** Start of every key. Default `coze-chat:`. */
  prefix?: string
  /** Entries kept in memory for the time Redis is away. Default 10,000. */
  maxMemoryEntries?: number
  /** Longest wait for one command. Default 150. */
  commandTimeoutMs?: number
  onStateChange?: (state: 'reachable' | 'unreachable') => void
  clock?: Clock
  random?: (length: number) => Uint8Array
}

/** A command that makes Redis hold something for the time that is left. */
interface Write {
  /** Wall clock. */
  readonly endsAtMs: number
  readonly args: (leftMs: string) => string[]
}

const BREAKER_PAUSE_MS = 5_000
const TOMBSTONE = 'x.'
const SEALED = 'v1.'
const IV_BYTES = 12

/** Writes unless a tombstone is there that is younger than the work behind the value. */
const SET_UNLESS_DELETED = `
local held = redis.pcall('GET', KEYS[1])
if type(held) == 'string' and string.sub(held, 1, 2) == 'x.' and tonumber(string.sub(held, 3)) >= tonumber(ARGV[3]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`

const DELETE_IF_EQUAL = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`

/**
 * Redis sees hashed keys and AES-GCM sealed values, so a dump of it holds no token and swapped values open nowhere.
 * A slow or dead Redis costs one command's time limit; then memory serves for 5 s before the next try.
 */
export function createRedisTokenStore(options: RedisTokenStoreOptions): TokenStore {
  const { client, prefix = 'coze-chat:', commandTimeoutMs = 150, clock = systemClock, onStateChange } = options
  const random = options.random ?? createRandomBytes()
  const secret = parseSecret(options.secret)
  const maxEntries = options.maxMemoryEntries ?? 10_000
  const memory = createMemoryTokenStore({ maxEntries, clock })
  /** By key, what Redis was away for: it is told when it is back, or a logout of that time would be undone. */
  const late = new Map<string, Write>()
  const breaker = createCircuitBreaker({
    clock,
    threshold: 1,
    pauseMs: BREAKER_PAUSE_MS,
    onChange: (open) => onStateChange?.(open ? 'unreachable' : 'reachable'),
  })
  let derived: Promise<readonly [CryptoKey, CryptoKey]> | undefined

  const keys = () => {
    derived ??= Promise.all([deriveSealKey(secret, 'cache/1'), deriveMacKey(secret, 'cache-key/1')])
    return derived
  }

  async function redisKey(kind: 'value' | 'lock' | 'limit', key: string): Promise<string> {
    const [, hashKey] = await keys()
    return `${prefix}${kind}:${await macOf(hashKey, new TextEncoder().encode(key))}`
  }

  /** The reply, or {@link unreachable}. An error reply (such as WRONGTYPE) means that Redis is well: it counts as `null`. */
  async function command(...args: string[]): Promise<unknown> {
    if (!breaker.allows()) return unreachable
    try {
      const reply = await within(commandTimeoutMs, clock, async () =>
        'sendCommand' in client ? client.sendCommand(args) : client.call(args[0] ?? '', ...args.slice(1)),
      )
      breaker.succeeded()
      if (late.size > 0) void catchUp()
      return reply
    } catch (error) {
      if (isErrorReply(error)) {
        breaker.succeeded()
        return null
      }
      breaker.failed()
      return unreachable
    }
  }

  async function write(key: string, { endsAtMs, args }: Write): Promise<void> {
    const leftMs = Math.ceil(endsAtMs - clock.now())
    if (leftMs <= 0) return
    late.delete(key)
    if ((await command(...args(String(leftMs)))) !== unreachable || late.has(key)) return
    late.set(key, { endsAtMs, args })
    for (const oldest of late.keys()) if (late.size > maxEntries) late.delete(oldest)
  }

  async function catchUp(): Promise<void> {
    const missed = [...late]
    late.clear()
    for (const [key, missing] of missed) await write(key, missing)
  }

  async function seal(name: string, value: object): Promise<string> {
    const [sealKey] = await keys()
    const iv = new Uint8Array(random(IV_BYTES))
    const text = new TextEncoder().encode(JSON.stringify(value))
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: bound(name) }, sealKey, text)
    const bytes = new Uint8Array(IV_BYTES + sealed.byteLength)
    bytes.set(iv)
    bytes.set(new Uint8Array(sealed), IV_BYTES)
    return SEALED + base64url.encode(bytes)
  }

  async function open(name: string, held: unknown): Promise<unknown> {
    const text = typeof held === 'string' ? held : ''
    if (!text.startsWith(SEALED)) return undefined
    try {
      const [sealKey] = await keys()
      const bytes = new Uint8Array(base64url.decode(text.slice(SEALED.length)))
      const iv = bytes.subarray(0, IV_BYTES)
      const plain = await crypto.subtle.decrypt(
        { name: 'AES-GCM', iv, additionalData: bound(name) },
        sealKey,
        bytes.subarray(IV_BYTES),
      )
      return JSON.parse(new TextDecoder().decode(plain))
    } catch {
      return undefined
    }
  }

  return {
    async get(key) {
      const name = await redisKey('value', key)
      const missing = late.get(key)
      if (missing) await write(key, missing)
      const held = await command('GET', name)
      if (held === unreachable || late.has(key)) return memory.get(key)
      return open(name, held)
    },

    async set(key, value, { ttlMs, sinceMs = clock.now() + 1 }) {
      if (ttlMs <= 0) return
      memory.set(key, value, { ttlMs, sinceMs })
      const name = await redisKey('value', key)
      const sealed = await seal(name, value)
      await write(key, {
        endsAtMs: clock.now() + ttlMs,
        args: (leftMs) => ['EVAL', SET_UNLESS_DELETED, '1', name, sealed, leftMs, String(sinceMs)],
      })
    },

    async delete(key) {
      memory.delete(key)
      const name = await redisKey('value', key)
      const deletedAtMs = clock.now()
      await write(key, {
        endsAtMs: deletedAtMs + TOMBSTONE_MS,
        args: (leftMs) => ['SET', name, `${TOMBSTONE}${deletedAtMs}`, 'PX', leftMs],
      })
    },

    async acquire(key, ttlMs) {
      const name = await redisKey('lock', key)
      const proof = base64url.encode(random(16))
      const reply = await command('SET', name, proof, 'NX', 'PX', String(ttlMs))
      if (reply === null) return undefined
      return async () => {
        if (reply !== unreachable) await command('EVAL', DELETE_IF_EQUAL, '1', name, proof)
      }
    },

    limiter: (rule) =>
      new RateLimiterRedis({
        ...rule,
        useRedisPackage: true,
        storeClient: {
          /** As node-redis has it. What is no reply sends the limiter to its insurance. */
          async eval(script: string, { keys: [key = ''], arguments: values }: { keys: string[]; arguments: string[] }) {
            const reply = await command('EVAL', script, '1', await redisKey('limit', key), ...values)
            if (!Array.isArray(reply)) throw new Error('Redis has not counted.')
            return reply
          },
        },
      }),

    health: () => (breaker.pausedForMs() > 0 ? 'degraded' : 'ok'),
    close: () => memory.close?.(),
  }
}

const unreachable = Symbol('unreachable')

function bound(name: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(name)
}

/** Both clients throw Redis's own error replies as errors whose text starts with the reply's upper-case code. */
function isErrorReply(error: unknown): boolean {
  return error instanceof Error && /^(?:WRONGTYPE|ERR|NOSCRIPT)\b/.test(error.message)
}
