/** `coze-chat-widget/server/redis`: one store for many processes, over the Redis client that the site already has. */
import { base64url } from 'jose'
import { RateLimiterRedis } from 'rate-limiter-flexible'
import { type Clock, systemClock } from '../../platform/clock.ts'
import { createRandomBytes, type RandomBytes } from '../crypto/random-bytes.ts'
import { openSealedText, sealText } from '../crypto/sealed-text.ts'
import { deriveMacKey, deriveSealKey, macOf, parseSecret } from '../crypto/secrets.ts'
import { failureName } from '../resilience/at-fault.ts'
import { createCircuitBreaker } from '../resilience/circuit-breaker.ts'
import { notify } from '../resilience/notify.ts'
import { withTimeout } from '../resilience/with-timeout.ts'
import { createMemoryTokenStore } from './memory-token-store.ts'
import { TOMBSTONE_MS, type TokenStore } from './token-store.ts'

/** What the store uses of a client of `redis` (node-redis) or `ioredis`. The caller connects and closes it. */
export type RedisClient =
  | { sendCommand(args: string[]): Promise<unknown> }
  | { call(command: string, ...args: string[]): Promise<unknown> }

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

/** A command that makes Redis hold something until a certain time. */
interface Write {
  /** By the monotonic clock: it may follow late, and the wall clock may have been set meanwhile (T40). */
  readonly endsAtMs: number
  /** @param leftMs milliseconds until then, as text */
  readonly args: (leftMs: string) => string[]
  /** The replies that say so. */
  readonly done: readonly string[]
}

/** How long to wait before testing a failed Redis again, in milliseconds. One request waits for the test. */
const BREAKER_PAUSE_MS = 500
/** When a Redis has not answered anybody for this many milliseconds, asking for its health tests it. */
const IDLE_MS = 2_000
const TOMBSTONE = 'x.'
const SEALED = 'v1.'
const LOCK_PROOF_BYTES = 16

/**
 * What came of a command. `unreachable`: Redis does not work, and the memory of the process serves instead. `unreadable`: under this
 * key lies something else than a store writes.
 */
type Outcome<Reply> = { readonly reply: Reply } | 'unreachable' | 'unreadable'

/** Writes a value, unless the key was deleted after the work began that made it (ARGV[3]). */
const SET_UNLESS_DELETED = `
local held = redis.pcall('GET', KEYS[1])
if type(held) == 'string' and string.sub(held, 1, 2) == 'x.' and tonumber(string.sub(held, 3)) >= tonumber(ARGV[3]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`

const DELETE_IF_EQUAL = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`

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
  const secret = parseSecret(options.secret)
  const maxEntries = options.maxMemoryEntries ?? 10_000
  const memory = createMemoryTokenStore({ maxEntries, clock })
  /** Writes that Redis has missed or not yet answered, by key. They follow when it is back; otherwise a logout would be undone. */
  const missed = new Map<string, Write>()
  const writing = new Set<Write>()
  const breaker = createCircuitBreaker({
    clock,
    threshold: 1,
    pauseMs: BREAKER_PAUSE_MS,
    onChange(open) {
      // The site's own code must not fail the request that noticed.
      notify(() => (open ? onStateChange?.('unreachable', lastFailure) : onStateChange?.('reachable')))
    },
  })
  let lastFailure = ''
  let lastReplyMs = clock.monotonic()
  /** Made when it is needed, because edge runtimes have no random numbers while a module loads. */
  let probeName: string | undefined
  let derived: Promise<readonly [CryptoKey, CryptoKey]> | undefined

  const keys = () => {
    derived ??= Promise.all([deriveSealKey(secret, 'cache/1'), deriveMacKey(secret, 'cache-key/1')])
    return derived
  }

  async function redisKey(kind: 'value' | 'lock' | 'limit', key: string): Promise<string> {
    const [, hashKey] = await keys()
    return `${prefix}${kind}:${await macOf(hashKey, new TextEncoder().encode(key))}`
  }

  async function send(args: readonly string[]): Promise<unknown> {
    const [name = '', ...others] = args
    const reply = await ('sendCommand' in client ? client.sendCommand([...args]) : client.call(name, ...others))
    lastReplyMs = clock.monotonic()
    return reply
  }

  const sendWithin = (args: readonly string[]) => withTimeout(commandTimeoutMs, clock, () => send(args))

  function failed(reason: string): 'unreachable' {
    lastFailure = reason
    breaker.failed()
    return 'unreachable'
  }

  /**
   * Whether Redis does everything that a store needs, each part of it in the time that a command has. A part is not enough: of a
   * replica one can read, but nothing is kept.
   */
  async function probe(): Promise<boolean> {
    const proof = base64url.encode(random(LOCK_PROOF_BYTES))
    probeName ??= `${prefix}probe:${proof}`
    const name = probeName
    try {
      const steps = [
        await sendWithin(['SET', name, proof, 'PX', '5000']),
        await sendWithin(['GET', name]),
        await sendWithin(['EVAL', DELETE_IF_EQUAL, '1', name, proof]),
      ]
      if (steps.join(' ') !== `OK ${proof} 1`) {
        failed('wrong_reply')
        return false
      }
      breaker.succeeded()
      if (missed.size > 0) void catchUp()
      return true
    } catch (error) {
      failed(replyCode(error))
      return false
    }
  }

  /** The probe goes on where it takes longer than a request waits for it: what it finds holds for those that come later. */
  const passesProbe = () => withTimeout(commandTimeoutMs, clock, probe).catch(() => false)

  /**
   * An error reply is no reply: taken for "written" it would undo logouts, and taken for "locked" it would make every visitor
   * wait (T29).
   * @param isReply tells a reply to this command from one to another, which a broken proxy may give
   */
  async function command<Reply>(
    args: readonly string[],
    isReply: (reply: unknown) => reply is Reply,
  ): Promise<Outcome<Reply>> {
    if (breaker.isOpen && !(breaker.allows() && (await passesProbe()))) return 'unreachable'
    try {
      const reply = await sendWithin(args)
      return isReply(reply) ? { reply } : failed('wrong_reply')
    } catch (error) {
      const code = replyCode(error)
      // Somebody else's value under our key. The next write takes its place.
      return code === 'WRONGTYPE' && args[0] === 'GET' ? 'unreadable' : failed(code)
    }
  }

  /** The write stays among the missed ones until Redis has it. Until then the memory answers for its key. */
  async function writeOrKeep(key: string, write: Write): Promise<void> {
    const { endsAtMs, args, done } = write
    const leftMs = Math.ceil(endsAtMs - clock.monotonic())
    missed.delete(key)
    if (leftMs <= 0) return
    missed.set(key, write)
    for (const oldest of missed.keys()) if (missed.size > maxEntries) missed.delete(oldest)
    writing.add(write)
    const outcome = await command(args(String(leftMs)), (text): text is string | number => done.includes(String(text)))
    writing.delete(write)
    if (outcome !== 'unreachable' && missed.get(key) === write) missed.delete(key)
  }

  async function catchUp(): Promise<void> {
    for (const [key, write] of [...missed]) await writeMissed(key, write)
  }

  async function writeMissed(key: string, write: Write): Promise<void> {
    if (missed.get(key) === write && !writing.has(write)) await writeOrKeep(key, write)
  }

  async function seal(redisName: string, value: object): Promise<string> {
    const [sealKey] = await keys()
    return SEALED + (await sealText(sealKey, JSON.stringify(value), { boundTo: redisName, random }))
  }

  async function open(redisName: string, held: string | null): Promise<unknown> {
    if (!held?.startsWith(SEALED)) return undefined
    const [sealKey] = await keys()
    const json = await openSealedText(sealKey, held.slice(SEALED.length), redisName)
    return json === undefined ? undefined : JSON.parse(json)
  }

  return {
    async get(key) {
      const name = await redisKey('value', key)
      const write = missed.get(key)
      if (write !== undefined) await writeMissed(key, write)
      const outcome = await command(['GET', name], isTextOrNull)
      if (outcome === 'unreachable' || missed.has(key)) return memory.get(key)
      return outcome === 'unreadable' ? undefined : open(name, outcome.reply)
    },

    async set(key, value, { ttlMs, sinceMs = clock.now() + 1 }) {
      if (ttlMs <= 0) return
      memory.set(key, value, { ttlMs, sinceMs })
      const name = await redisKey('value', key)
      const sealed = await seal(name, value)
      await writeOrKeep(key, {
        endsAtMs: clock.monotonic() + ttlMs,
        args: (leftMs) => ['EVAL', SET_UNLESS_DELETED, '1', name, sealed, leftMs, String(sinceMs)],
        done: ['0', '1'],
      })
    },

    async delete(key) {
      memory.delete(key)
      const name = await redisKey('value', key)
      const deletedAtMs = clock.now()
      await writeOrKeep(key, {
        endsAtMs: clock.monotonic() + TOMBSTONE_MS,
        args: (leftMs) => ['SET', name, `${TOMBSTONE}${deletedAtMs}`, 'PX', leftMs],
        done: ['OK'],
      })
    },

    async acquire(key, ttlMs) {
      const name = await redisKey('lock', key)
      const proof = base64url.encode(random(LOCK_PROOF_BYTES))
      const outcome = await command(['SET', name, proof, 'NX', 'PX', String(ttlMs)], isSetReply)
      if (typeof outcome === 'object' && outcome.reply === null) return undefined
      return async () => {
        if (outcome !== 'unreachable') await command(['EVAL', DELETE_IF_EQUAL, '1', name, proof], isCount)
      }
    },

    async leftMs(key) {
      const outcome = await command(['PTTL', await redisKey('value', key)], isCount)
      const leftMs = typeof outcome === 'object' ? Number(outcome.reply) : 0
      return leftMs > 0 ? leftMs : memory.leftMs?.(key)
    },

    limiter: (rule) =>
      new RateLimiterRedis({
        ...rule,
        useRedisPackage: true,
        storeClient: {
          /** The signature is that of node-redis. When it throws, the limiter counts in the memory of the process. */
          async eval(script: string, { keys: [key = ''], arguments: values }: { keys: string[]; arguments: string[] }) {
            const args = ['EVAL', script, '1', await redisKey('limit', key), ...values]
            const outcome = await command(args, isCounted(rule.duration))
            if (typeof outcome !== 'object') throw new Error('Redis did not count the request.')
            return outcome.reply.map(Number)
          },
        },
      }),

    health() {
      const isOverdue = breaker.isOpen || clock.monotonic() - lastReplyMs >= IDLE_MS
      if (isOverdue && breaker.allows()) void probe()
      return breaker.isOpen ? 'degraded' : 'ok'
    },
    close: () => memory.close?.(),
  }
}

function isTextOrNull(reply: unknown): reply is string | null {
  return reply === null || typeof reply === 'string'
}

/** `null`: the key is held by another. */
function isSetReply(reply: unknown): reply is 'OK' | null {
  return reply === null || reply === 'OK'
}

/** Clients give a whole number of Redis as a number, a bigint or its digits, as they were set up. */
type Count = number | bigint | string

function isCount(reply: unknown): reply is Count {
  return typeof reply === 'number' || typeof reply === 'bigint' || (typeof reply === 'string' && /^-?\d+$/.test(reply))
}

/**
 * Tells what a limiter has counted: the requests in its window, with the one in question, and the milliseconds that the window
 * has left. Any other pair would let everybody through, or refuse them for years.
 * @param windowSeconds its length
 */
function isCounted(windowSeconds: number): (reply: unknown) => reply is Count[] {
  return (reply): reply is Count[] => {
    if (!Array.isArray(reply) || reply.length !== 2 || !reply.every(isCount)) return false
    const [requests, leftMs] = reply.map(Number) as [number, number]
    return requests >= 1 && leftMs >= 0 && leftMs <= windowSeconds * 1000
  }
}

/** Both clients throw error replies of Redis as errors whose message begins with the code of the reply, such as READONLY. */
function replyCode(error: unknown): string {
  const [code] = (error instanceof Error && /^[A-Z][A-Z0-9]{2,31}(?= |$)/.exec(error.message)) || [failureName(error)]
  return code
}
