import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import { systemClock } from '../../platform/clock.ts'
import { createMetrics, readWidgetFiles, toNodeListener } from '../../server/node.ts'
import { createEventRate } from '../../server/operations/event-rate.ts'
import type { ServiceEvent } from '../../server/operations/events.ts'
import { atFaultFor, failureName } from '../../server/resilience/at-fault.ts'
import type { WidgetDelivery } from '../../server/service-options.ts'
import { createRedisTokenStore } from '../../server/store/redis-token-store.ts'
import { createTokenService, type TokenServiceOptions } from '../../server/token-service.ts'
import { listenFault } from '../listen-fault.ts'
import { onProcessEnd } from '../process-end.ts'
import { inChinese, inOwnersWords } from '../service-words.ts'
import { limitConnections } from './connection-limit.ts'
import { loadConfig } from './load-config.ts'
import { createLogDestination } from './log-destination.ts'
import { forOwners } from './owners-line.ts'
import { connectRedis } from './redis-connection.ts'
import { createServiceLogger } from './service-logger.ts'
import { createServiceServer } from './service-server.ts'
import { sayWhetherCozeAgrees } from './start-check.ts'

export interface ServeOptions {
  /** Path of the `coze_oauth_config.json` that Coze's console offers for download. */
  config?: string
  /** Wins over `PORT`. */
  port?: number
  /** Wins over `HOST`. */
  host?: string
  env?: Readonly<Record<string, string | undefined>>
  /** Whether the widget itself is delivered, at `/embed.js`, with a page to try it on. Default true. */
  widget?: boolean
  /** Folder in which files of earlier builds are kept for pages that are still open. Default: they are not kept. */
  keepWidgetFiles?: string
  /** Which chat a tag shows that does not say so. Default: `light` with a gateway, else `official`. */
  ui?: 'official' | 'light'
  /** Options that the environment cannot express, such as hooks and limits. They win over it. */
  service?: Partial<TokenServiceOptions>
  logger?: Logger
  /** Default true: get one token from Coze at the start, and log what is wrong when that fails. */
  check?: boolean
}

export interface RunningServer {
  /** `http://host:port` */
  url: string
  close(): Promise<void>
  /** Settles when the server has closed, whoever closed it. */
  readonly closed: Promise<void>
  /** Waits until the log has been taken, at most so many milliseconds. */
  logWritten(limitMs: number): Promise<void>
}

const SHUTDOWN_LIMIT_MS = 5_000
const COUNTS_EVERY_MS = 10_000
/** Connections that may wait to be accepted; with the default of 511 some of a thousand widgets at once are lost. */
const BACKLOG = 4_096

/**
 * Runs the token service on `node:http` until SIGTERM or SIGINT.
 * @throws CozeChatError `misconfigured`, before anything listens
 */
export async function serve(options: ServeOptions = {}): Promise<RunningServer> {
  return start(options).catch((error: unknown) => {
    throw inOwnersWords(error)
  })
}

async function start(options: ServeOptions): Promise<RunningServer> {
  const config = await loadConfig({ ...options, gateway: Boolean(options.service?.gateway) })
  const log = options.logger === undefined ? createLogDestination(process.stdout) : undefined
  const logger = options.logger ?? createServiceLogger(config.logLevel, log)
  for (const note of config.notes) logger.warn(...forOwners([note, inChinese(note)]))
  const rate = createEventRate(
    (event, unlogged) => logger[levelOf(event)](unlogged === 0 ? event : { ...event, unlogged }, event.type),
    systemClock,
  )
  const counting = setInterval(rate.flush, COUNTS_EVERY_MS).unref()
  // What is logged at this level only the owner's own visitors cause, and never faster than the limits allow.
  const onEvent = (event: ServiceEvent) =>
    levelOf(event) === 'debug' ? logger.debug(event, event.type) : rate.observe(event)
  const redis = config.redisUrl === undefined ? undefined : connectRedis(config.redisUrl, logger)
  const service = createTokenService({
    ...config.service,
    ...(redis && {
      store: createRedisTokenStore({
        client: redis.client,
        secret: config.service.secret,
        onStateChange: (state, cause) => onEvent({ type: 'store', state, ...(cause !== undefined && { cause }) }),
      }),
    }),
    ...(options.widget !== false && { widget: await widgetDelivery(options) }),
    metrics: createMetrics(),
    onEvent,
    ...options.service,
  })
  const { server, idle } = createServiceServer(toNodeListener(service))
  limitConnections(server, {
    max: config.maxConnections,
    makeRoom: idle.closeOldest,
    clock: systemClock,
    onRefused: (refused) =>
      logger.warn(
        { refused },
        `connections were closed as they came: ${config.maxConnections} are open (MAX_CONNECTIONS)`,
      ),
  })
  const url = await service
    .ready()
    .then(() => listen(server, options.port ?? config.port, options.host ?? config.host))
    .catch(async (error: unknown) => {
      // What stays open would keep a process alive that could not start.
      clearInterval(counting)
      await service.close()
      redis?.destroy()
      throw error
    })
  // A socket that cannot be accepted, because the process has no file descriptors left for instance, is an error of the server.
  server.on('error', (error) => logger.warn({ cause: failureName(error) }, 'server'))
  logger.info({ url }, 'listening')
  if (options.widget !== false) sayWhereToTry(options.service?.bots ?? config.botIds, url, logger)
  if (options.check !== false) void sayWhetherCozeAgrees(service, config.service, logger).catch(() => undefined)

  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= shutDown()
    return closing
  }
  async function shutDown(): Promise<void> {
    stopWatching()
    const serverClosed = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeIdleConnections()
    const deadline = setTimeout(() => server.closeAllConnections(), SHUTDOWN_LIMIT_MS)
    await service.close()
    server.closeIdleConnections()
    await serverClosed
    clearTimeout(deadline)
    redis?.destroy()
    clearInterval(counting)
    rate.flush()
    logger.info('closed')
    onClosed()
  }
  const stopWatching = onProcessEnd(() => void close(), options.env === undefined ? {} : { env: options.env })
  let onClosed = () => {}
  const closed = new Promise<void>((resolve) => {
    onClosed = resolve
  })
  return { url, close, closed, logWritten: async (limitMs) => log?.flush(limitMs) }
}

async function widgetDelivery({ keepWidgetFiles, ui }: ServeOptions): Promise<WidgetDelivery> {
  const files = await readWidgetFiles({ ...(keepWidgetFiles !== undefined && { keepIn: keepWidgetFiles }) })
  return { files, path: '', preview: true, ...(ui !== undefined && { ui }) }
}

async function listen(server: Server, port: number, host: string): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    const onError = (error: Error) => reject(listenFault(error, { port, host }))
    server.once('error', onError)
    server.listen({ port, host, backlog: BACKLOG }, () => {
      server.off('error', onError)
      resolve()
    })
  })
  const { address, family, port: actual } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`
}

function sayWhereToTry(targets: readonly unknown[], url: string, logger: Logger): void {
  if (targets.length > 0) {
    const address = `${openable(url)}/`
    logger.info(
      ...forOwners([`The chat can be tried at ${address} on this machine.`, `可以在本机打开 ${address} 试用聊天。`]),
    )
  } else {
    logger.warn(
      ...forOwners([
        'COZE_BOT_IDS is not set, so that a tag that names no agent (data-bot-id) shows no chat. Write the id of your agent into it and restart the service.',
        '没有设置 COZE_BOT_IDS，没有写明智能体（data-bot-id）的标签不会显示聊天。请把您的智能体 ID 写进去，然后重新启动服务。',
      ]),
    )
  }
}

/** `0.0.0.0` and `[::]` mean all addresses, and not every browser opens them. */
function openable(url: string): string {
  return url.replace(/\/\/(?:0\.0\.0\.0|\[::\])/, '//localhost')
}

function levelOf(event: ServiceEvent): 'debug' | 'info' | 'warn' | 'error' {
  switch (event.type) {
    case 'token_answered':
    case 'gateway_request':
    case 'ticket_issued':
    case 'session_ended':
      return 'debug'
    case 'refused':
      return event.advice !== undefined || atFaultFor(event.code) !== 'visitor' ? 'warn' : 'info'
    case 'fault':
      return 'error'
    case 'exchange':
      return event.outcome === 'ok' ? 'debug' : event.outcome === 'misconfigured' ? 'error' : 'warn'
    default:
      return 'warn'
  }
}
