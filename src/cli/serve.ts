import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import { CozeChatError } from '../errors.ts'
import type { ServiceEvent } from '../server/events.ts'
import { createMetrics, toNodeListener } from '../server/node.ts'
import { createRedisTokenStore } from '../server/redis-token-store.ts'
import { createTokenService, type TokenServiceOptions } from '../server/token-service.ts'
import { loadConfig } from './load-config.ts'
import { createServiceLogger } from './service-logger.ts'

export interface ServeOptions {
  /** Path of Coze's own `coze_oauth_config.json`. */
  config?: string
  /** Wins over `PORT`. */
  port?: number
  /** Wins over `HOST`. */
  host?: string
  env?: Readonly<Record<string, string | undefined>>
  /** What the environment cannot say: hooks, `trustProxy`, limits. */
  service?: Partial<TokenServiceOptions>
  logger?: Logger
}

export interface RunningServer {
  /** `http://host:port` */
  url: string
  close(): Promise<void>
}

const SHUTDOWN_LIMIT_MS = 5_000
/** Connections that may wait to be accepted; the default of 511 loses some of a thousand widgets that come at once. */
const BACKLOG = 4_096

/**
 * Runs the token service on `node:http` until SIGTERM or SIGINT.
 * @throws CozeChatError `misconfigured`, before anything listens.
 */
export async function serve(options: ServeOptions = {}): Promise<RunningServer> {
  const config = await loadConfig(options)
  const logger = options.logger ?? createServiceLogger(config.logLevel)
  const onEvent = (event: ServiceEvent) => logger[levelOf(event)](event, event.type)
  const redis = config.redisUrl === undefined ? undefined : await connectRedis(config.redisUrl, logger)
  const service = createTokenService({
    ...config.service,
    ...(redis && {
      store: createRedisTokenStore({
        client: redis.client,
        secret: config.service.secret,
        onStateChange: (state) => onEvent({ type: 'store', state }),
      }),
    }),
    metrics: createMetrics(),
    onEvent,
    ...options.service,
  })
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, toNodeListener(service))
  const url = await service
    .ready()
    .then(() => listen(server, options.port ?? config.port, options.host ?? config.host))
    .catch(async (error: unknown) => {
      // Nothing may keep a process alive that could not start.
      await service.close()
      redis?.destroy()
      throw error
    })
  logger.info({ url }, 'listening')

  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= shutDown()
    return closing
  }
  async function shutDown(): Promise<void> {
    process.off('SIGTERM', onSignal).off('SIGINT', onSignal)
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeIdleConnections()
    const impatient = setTimeout(() => server.closeAllConnections(), SHUTDOWN_LIMIT_MS)
    await service.close()
    server.closeIdleConnections()
    await closed
    clearTimeout(impatient)
    redis?.destroy()
    logger.info('closed')
  }
  const onSignal = () => void close()
  process.once('SIGTERM', onSignal).once('SIGINT', onSignal)
  return { url, close }
}

async function listen(server: Server, port: number, host: string): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => reject(listenFault(error, port, host))
    server.once('error', onError)
    server.listen({ port, host, backlog: BACKLOG }, () => {
      server.off('error', onError)
      resolve()
    })
  })
  const { address, family, port: actual } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`
}

function listenFault(error: NodeJS.ErrnoException, port: number, host: string): CozeChatError {
  const cures: Readonly<Record<string, string>> = {
    EADDRINUSE: `PORT ${port} is taken by another process; stop that one, or choose another PORT.`,
    EACCES: `PORT ${port} is reserved; choose one above 1023 and let a proxy listen on ${port}.`,
    EADDRNOTAVAIL: `HOST ${host} is no address of this machine; use 127.0.0.1 behind a proxy, or 0.0.0.0.`,
    ENOTFOUND: `HOST ${host} is no known name; use 127.0.0.1 behind a proxy, or 0.0.0.0.`,
  }
  const message = cures[error.code ?? ''] ?? `PORT ${port} on HOST ${host} cannot be listened on (${error.code}).`
  return new CozeChatError('misconfigured', message, { cause: error })
}

/** Connects in the background: a Redis that is away must not keep the service from starting. */
async function connectRedis(url: string, logger: Logger) {
  const { createClient } = await import('redis')
  const client = createClient({ url, disableOfflineQueue: true })
  client.on('error', (error: unknown) => {
    logger.debug({ code: error instanceof Error ? error.name : typeof error }, 'redis connection')
  })
  void client.connect().catch(() => undefined)
  return {
    client: { sendCommand: (args: string[]): Promise<unknown> => client.sendCommand(args) },
    destroy: () => client.isOpen && client.destroy(),
  }
}

function levelOf(event: ServiceEvent): 'debug' | 'info' | 'warn' | 'error' {
  switch (event.type) {
    case 'token_answered':
    case 'gateway_request':
    case 'ticket_issued':
    case 'session_ended':
      return 'debug'
    case 'refused':
      return 'info'
    case 'fault':
      return 'error'
    case 'exchange':
      return event.outcome === 'ok' ? 'debug' : event.outcome === 'misconfigured' ? 'error' : 'warn'
    default:
      return 'warn'
  }
}
