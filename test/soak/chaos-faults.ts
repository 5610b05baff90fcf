/** Every way in which a supplier of the token service falls sick, and how it is cured. */
import {
  contentType,
  delay,
  drip,
  duplicateEvents,
  emptyBody,
  type Fault,
  type FaultProxy,
  hang,
  html,
  hugeBody,
  randomCuts,
  redirectToLogin,
  reset,
  splitBytes,
  status,
  tooManyRequests,
  truncate,
} from '../support/fault-proxy.ts'
import type { RedisFaultProxy, RedisSickness } from '../support/redis-fault-proxy.ts'
import type { ChaosMessage } from './chaos-service.ts'

/** `nobody`: all are well, which shows how fast this machine is. */
export type Supplier = 'nobody' | 'coze' | 'answers' | 'jwks' | 'redis' | 'dns' | 'clock' | 'log'

export interface Sickness {
  readonly supplier: Supplier
  readonly name: string
  /** What health must say before the cure; absent where the service cannot or need not notice. */
  readonly health?: 'degraded'
  /** Visitors ask questions meanwhile, whose answers suffer. */
  readonly asked?: true
  /** @returns the cure */
  begin(): () => void
}

/** How fast the log is read: as it comes, in drops, or not at all. */
export type LogReading = 'well' | 'slow' | 'never'

export interface Patients {
  readonly coze: FaultProxy
  readonly jwks: FaultProxy
  readonly redis: RedisFaultProxy
  /** The Redis itself. */
  readonly redisServer: { pause(): void; resume(): void; kill(): Promise<void>; restart(): Promise<void> }
  tell(message: ChaosMessage): void
  readLog(how: LogReading): void
}

const TOKEN = 'POST /api/permission/*'
const CHAT = 'POST /v3/chat'
const KEYS_AGE_MS = 11 * 60_000

const HTTP: readonly [name: string, fault: Fault, isOutage: boolean][] = [
  ['500', status(500), true],
  ['503', status(503, { error: 'down' }), true],
  ['502 HTML', html(502), true],
  ['200 HTML', html(), true],
  ['redirect to a login page', redirectToLogin(), true],
  ['404', status(404, 'no such page'), true],
  ['401', status(401, {}), true],
  ['429', tooManyRequests(2), true],
  ['429 with a date', tooManyRequests(new Date(Date.now() + 4_000)), true],
  ['nothing', emptyBody(), true],
  ['garbage', status(200, '\u0000\u0001{{{'), true],
  ['null', status(200, 'null'), true],
  ['a list', status(200, '[]'), true],
  ['5 MB', hugeBody(), true],
  ['no connection', reset('accept'), true],
  ['cut in the headers', reset('headers'), true],
  ['cut in the body', truncate('half'), true],
  ['reset in the body', reset('half'), true],
  ['hangs', hang('accept'), true],
  ['hangs after the headers', hang('headers'), true],
  ['hangs in the body', hang('half'), true],
  ['slow', delay({ accept: 700 }), false],
  ['byte by byte', splitBytes(), false],
  ['in drops', drip(64, 20), false],
  ['slow body', delay({ body: 700 }), false],
]

/** What only Coze says. */
const COZE: readonly [name: string, fault: Fault][] = [
  ['internal_error', status(500, { error_code: 'internal_error', error_message: '内部错误' })],
  ['invalid_client', status(401, { error_code: 'invalid_client' })],
  ['access_deny', status(403, { error_code: 'access_deny' })],
  ['a log id in Chinese', status(500, { code: 5000, detail: { logid: '网关-1' } })],
  ['a log id with line ends', status(400, { code: 4000, detail: { logid: 'a\r\nset-cookie: x=1' } })],
  ['a status of 999', { answer: { status: 999, body: '' } }],
]

/** How an answer fails that has begun, or seems to have. */
const ANSWERS: readonly [name: string, fault: Fault][] = [
  ['cut after three events', truncate({ events: 3 })],
  ['reset after three events', reset({ events: 3 })],
  ['hangs after three events', hang({ events: 3 })],
  ['hangs before the first event', hang('headers')],
  ['in drops', drip(64, 20)],
  ['cut anywhere', randomCuts(7)],
  ['each event twice', duplicateEvents()],
  ['of another type', contentType('text/html')],
  ['nothing', eventStream('')],
  ['garbage', eventStream('data\n\n:\ndata:{{{\n\nevent:conversation.message.delta\ndata:[]\n\n\u0000')],
  ['a line without an end', eventStream(`data:"${'x'.repeat(2_000_000)}`)],
  ['a refusal in an event', eventStream('event:error\ndata:{"code":5000,"msg":"内部错误"}\n\n')],
  ['a refusal in JSON', status(200, { code: 4013, msg: 'too fast' })],
]

function eventStream(body: string): Fault {
  return { answer: { status: 200, headers: { 'content-type': 'text/event-stream' }, body } }
}

const JWKS: readonly [name: string, fault: Fault][] = [
  ['no keys', status(200, { keys: [] })],
  ['keys that are none', status(200, { keys: [{ kty: 'RSA', kid: 'k', alg: 'RS256' }] })],
  ['keys of the wrong type', status(200, { keys: 'all of them' })],
]

const REDIS: readonly RedisSickness[] = [
  ...[
    'ERR unknown command',
    'WRONGTYPE Operation against a key holding the wrong kind of value',
    "READONLY You can't write against a read only replica.",
    'NOAUTH Authentication required.',
    'OOM command not allowed',
    'LOADING Redis is loading the dataset in memory',
    'MOVED 1 127.0.0.1:1',
    'ERR max daily request limit exceeded',
    'BUSY Redis is busy running a script',
    'CLUSTERDOWN The cluster is down',
    'NOPERM this user has no permissions',
  ].map((text) => ({ how: 'error' as const, text })),
  { how: 'error', text: 'ERR unknown command `EVAL`', only: 'EVAL' },
  { how: 'error', text: "READONLY You can't write against a read only replica.", only: 'SET' },
  ...(['hang', 'half', 'garbage', 'wrong', 'twice', 'close', 'refuse'] as const).map((how) => ({ how })),
  // Longer than a command may take.
  { how: 'slow', ms: 400 },
]

/** A pause that no command minds. */
const SLOW_REDIS: RedisSickness = { how: 'slow', ms: 30 }

const CLOCK: readonly [name: string, wallMs: number][] = [
  ['an hour ahead', 3_600_000],
  ['an hour behind', -3_600_000],
  ['ten minutes ahead', 600_000],
  ['a day behind', -86_000_000],
]

export function listSicknesses({ coze, jwks, redis, redisServer, tell, readLog }: Patients): Sickness[] {
  const viaProxy = (proxy: FaultProxy, pattern: string, fault: Fault) => () => {
    const rule = proxy.rules.always(pattern, fault)
    return () => {
      rule.remove()
      rule.release()
    }
  }
  const jwksFault = (fault: Fault) => () => {
    // The keys are due for another look.
    tell({ passMs: KEYS_AGE_MS })
    return viaProxy(jwks, 'GET *', fault)()
  }
  const redisSickness = (sickness: RedisSickness) => () => {
    redis.sicken(sickness)
    return () => redis.sicken({ how: 'well' })
  }
  const truth = (isOutage: boolean) => (isOutage ? { health: 'degraded' as const } : {})
  return [
    ...HTTP.map(([name, fault, isOutage]): Sickness => {
      const begin = () => {
        const cures = [TOKEN, '/v1/*', '/v3/*'].map((pattern) => viaProxy(coze, pattern, fault)())
        return () => {
          for (const cure of cures) cure()
        }
      }
      return { supplier: 'coze', name, begin, asked: true, ...truth(isOutage) }
    }),
    ...COZE.map(
      ([name, fault]): Sickness => ({ supplier: 'coze', name, begin: viaProxy(coze, '*', fault), health: 'degraded' }),
    ),
    ...ANSWERS.map(
      ([name, fault]): Sickness => ({ supplier: 'answers', name, begin: viaProxy(coze, CHAT, fault), asked: true }),
    ),
    ...HTTP.map(
      ([name, fault, isOutage]): Sickness => ({ supplier: 'jwks', name, begin: jwksFault(fault), ...truth(isOutage) }),
    ),
    ...JWKS.map(([name, fault]): Sickness => ({ supplier: 'jwks', name, begin: jwksFault(fault), health: 'degraded' })),
    ...REDIS.map((sickness): Sickness => {
      const name = sickness.how === 'error' ? `${sickness.only ?? 'all'}: ${sickness.text.slice(0, 20)}` : sickness.how
      return { supplier: 'redis', name, begin: redisSickness(sickness), health: 'degraded' }
    }),
    { supplier: 'redis', name: 'a little slow', begin: redisSickness(SLOW_REDIS) },
    {
      supplier: 'redis',
      name: 'stopped',
      health: 'degraded',
      begin() {
        redisServer.pause()
        return () => redisServer.resume()
      },
    },
    {
      supplier: 'redis',
      name: 'ends, and comes back empty',
      health: 'degraded',
      begin() {
        const ended = redisServer.kill()
        return () => void ended.then(() => redisServer.restart())
      },
    },
    ...(['ENOTFOUND', 'EAI_AGAIN', 'hang', 'slow'] as const).map((dns): Sickness => {
      const begin = () => {
        tell({ dns })
        return () => tell({ dns: 'well' })
      }
      return { supplier: 'dns', name: dns, begin, ...truth(dns !== 'slow') }
    }),
    ...CLOCK.map(([name, wallMs]): Sickness => {
      const begin = () => {
        tell({ wallMs })
        return () => tell({ wallMs: 0 })
      }
      return { supplier: 'clock', name, begin }
    }),
    ...(['slow', 'never'] as const).map((how): Sickness => {
      const begin = () => {
        readLog(how)
        return () => readLog('well')
      }
      return { supplier: 'log', name: how === 'slow' ? 'the reader is slow' : 'the reader stands still', begin }
    }),
  ]
}
