import { base64url } from 'jose'
import type { Clock } from '../../platform/clock.ts'
import type { RandomBytes } from '../crypto/random-bytes.ts'
import { createCircuitBreaker } from '../resilience/circuit-breaker.ts'
import { notify } from '../resilience/notify.ts'
import { withTimeout } from '../resilience/with-timeout.ts'
import { replyCode } from './redis-replies.ts'

/** What the store uses of a client of `redis` (node-redis) or `ioredis`. The caller connects and closes it. */
export type RedisClient =
  | { sendCommand(args: string[]): Promise<unknown> }
  | { call(command: string, ...args: string[]): Promise<unknown> }

/**
 * What came of a command. `unreachable`: Redis does not work, and the memory of the process serves instead. `unreadable`: under this
 * key lies something else than a store writes.
 */
export type Outcome<Reply> = { readonly reply: Reply } | 'unreachable' | 'unreadable'

/** Sends commands, each with a time limit, and none but a probe now and then to a Redis that does not work. Never rejects. */
export interface RedisCommands {
  /**
   * An error reply is no reply: taken for "written" it would undo logouts, and taken for "locked" it would make every visitor
   * wait (T29).
   * @param isReply tells a reply to this command from one to another, which a broken proxy may give
   */
  run<Reply>(args: readonly string[], isReply: (reply: unknown) => reply is Reply): Promise<Outcome<Reply>>
  /** Whether Redis works, as far as is known. Asking starts a test when nothing was heard of it for a while. */
  isWorking(): boolean
}

/** How long to wait before testing a failed Redis again, in milliseconds. One request waits for the test. */
const BREAKER_PAUSE_MS = 500
/** When a Redis has not answered anybody for this many milliseconds, asking for its health tests it. */
const IDLE_MS = 2_000
const PROOF_BYTES = 16

/** Of one key and one value. */
export const DELETE_IF_EQUAL = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`

/** A value that nobody else writes. */
export function createProof(random: RandomBytes): string {
  return base64url.encode(random(PROOF_BYTES))
}

export function createRedisCommands(options: {
  client: RedisClient
  /** Start of the name of what a probe writes. */
  prefix: string
  /** Longest wait for one command, in milliseconds. */
  timeoutMs: number
  clock: Clock
  random: RandomBytes
  onStateChange: ((state: 'reachable' | 'unreachable', cause?: string) => void) | undefined
  /** Called when a probe has found that Redis does all that a store needs. */
  onWorking: () => void
}): RedisCommands {
  const { client, prefix, timeoutMs, clock, random, onStateChange, onWorking } = options
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

  async function send(args: readonly string[]): Promise<unknown> {
    const [name = '', ...others] = args
    const reply = await ('sendCommand' in client ? client.sendCommand([...args]) : client.call(name, ...others))
    lastReplyMs = clock.monotonic()
    return reply
  }

  const sendWithin = (args: readonly string[]) => withTimeout(timeoutMs, clock, () => send(args))

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
    const proof = createProof(random)
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
      onWorking()
      return true
    } catch (error) {
      failed(replyCode(error))
      return false
    }
  }

  /** The probe goes on where it takes longer than a request waits for it: what it finds holds for those that come later. */
  const passesProbe = () => withTimeout(timeoutMs, clock, probe).catch(() => false)

  return {
    async run(args, isReply) {
      if (breaker.isOpen && !(breaker.allows() && (await passesProbe()))) return 'unreachable'
      try {
        const reply = await sendWithin(args)
        return isReply(reply) ? { reply } : failed('wrong_reply')
      } catch (error) {
        const code = replyCode(error)
        // Somebody else's value under our key. The next write takes its place.
        return code === 'WRONGTYPE' && args[0] === 'GET' ? 'unreadable' : failed(code)
      }
    },
    isWorking() {
      const isOverdue = breaker.isOpen || clock.monotonic() - lastReplyMs >= IDLE_MS
      if (isOverdue && breaker.allows()) void probe()
      return !breaker.isOpen
    },
  }
}
