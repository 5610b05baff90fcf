import { createClient } from '@redis/client'
import type { Logger } from 'pino'
import { systemClock } from '../../platform/clock.ts'
import { failureName } from '../../server/resilience/at-fault.ts'
import { TimeLimitError, withTimeout } from '../../server/resilience/with-timeout.ts'

const CHECK_EVERY_MS = 250
/** A connection that does not echo a text in this time hangs, or its replies no longer match its commands. */
const ECHO_LIMIT_MS = 750
/** After so long without a connection another attempt is begun beside the others. */
const CONNECT_LIMIT_MS = 1_000
const LONGEST_RECONNECT_PAUSE_MS = 500

/** Attempts to connect that are waited for side by side: each is enough, and a slow one is not given up for a new one. */
const MAX_ATTEMPTS = 4

type Client = ReturnType<typeof createClient>

/**
 * Connects in the background, since the service must start although Redis cannot be reached, and takes a new connection in place of
 * one that hangs or is out of step. The library waits for ever for the rest of a reply, and after one that it cannot read it takes
 * each reply for that of the command before.
 */
export function connectRedis(url: string, logger: Logger) {
  let isClosed = false
  /** The first is in use; the others are there only while it is not ready. */
  let clients: readonly Client[] = []
  let attemptedMs = 0
  let isBeingChecked = false
  const current = () => clients[0]

  function attempt(): Client {
    const made: Client = createClient({
      url,
      disableOfflineQueue: true,
      socket: {
        connectTimeout: MAX_ATTEMPTS * CONNECT_LIMIT_MS,
        reconnectStrategy: (retries) => Math.min(50 * 2 ** Math.min(retries, 10), LONGEST_RECONNECT_PAUSE_MS),
      },
    })
    attemptedMs = performance.now()
    made.on('ready', () => {
      if (clients.includes(made)) keepOnly([made])
    })
    // Without a listener an error of the connection would end the process.
    made.on('error', (error: unknown) => {
      logger.debug({ cause: failureName(error) }, 'redis connection')
      // An error of a connection that is still open: something came that is no reply.
      if (made.isReady) replace(made)
    })
    void made.connect().catch(() => undefined)
    return made
  }

  function keepOnly(kept: readonly Client[]): void {
    const old = clients.filter((client) => !kept.includes(client))
    clients = kept
    for (const client of old) if (client.isOpen) client.destroy()
  }

  function replace(old: Client): void {
    if (!isClosed && current() === old) keepOnly([attempt()])
  }

  async function echoes(asked: Client): Promise<boolean> {
    const text = crypto.randomUUID()
    try {
      const echo = await withTimeout(ECHO_LIMIT_MS, systemClock, () => asked.sendCommand(['ECHO', text]))
      return String(echo) === text
    } catch (error) {
      // A refusal, such as NOAUTH or LOADING, is a reply.
      return !(error instanceof TimeLimitError)
    }
  }

  async function check(): Promise<void> {
    const asked = current()
    if (isBeingChecked || asked === undefined) return
    isBeingChecked = true
    try {
      if (asked.isReady) {
        if (!(await echoes(asked))) replace(asked)
      } else if (performance.now() - attemptedMs > CONNECT_LIMIT_MS) {
        keepOnly([...clients.slice(1 - MAX_ATTEMPTS), attempt()])
      }
    } finally {
      isBeingChecked = false
    }
  }

  keepOnly([attempt()])
  const checking = setInterval(() => void check().catch(() => undefined), CHECK_EVERY_MS)
  return {
    client: {
      sendCommand: async (args: string[]): Promise<unknown> => current()?.sendCommand(args),
    },
    destroy() {
      isClosed = true
      clearInterval(checking)
      keepOnly([])
    },
  }
}
