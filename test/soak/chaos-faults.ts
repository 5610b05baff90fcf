/** Every way in which a supplier of the token service falls sick, and how it is cured. */
import {
  delay,
  drip,
  emptyBody,
  type Fault,
  type FaultProxy,
  hang,
  html,
  hugeBody,
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
export type Supplier = 'nobody' | 'coze' | 'jwks' | 'redis' | 'dns' | 'clock' | 'log'

export interface Sickness {
  readonly supplier: Supplier
  readonly name: string
  /** What health must say before the cure; absent where the service cannot or need not notice. */
  readonly health?: 'degraded'
  /** @returns the cure */
  begin(): () => void
}

export interface Patients {
  readonly coze: FaultProxy
  readonly jwks: FaultProxy
  readonly redis: RedisFaultProxy
  tell(message: ChaosMessage): void
  /** Stops and goes on reading the log. */
  readLog(isRead: boolean): void
}

const TOKEN = 'POST /api/permission/*'
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
  ].map((text) => ({ how: 'error' as const, text })),
  { how: 'error', text: 'ERR unknown command `EVAL`', only: 'EVAL' },
  { how: 'error', text: "READONLY You can't write against a read only replica.", only: 'SET' },
  ...(['hang', 'half', 'garbage', 'wrong', 'twice', 'close', 'refuse'] as const).map((how) => ({ how })),
]

const CLOCK: readonly [name: string, wallMs: number][] = [
  ['an hour ahead', 3_600_000],
  ['an hour behind', -3_600_000],
  ['ten minutes ahead', 600_000],
  ['a day behind', -86_000_000],
]

export function listSicknesses({ coze, jwks, redis, tell, readLog }: Patients): Sickness[] {
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
  const truth = (isOutage: boolean) => (isOutage ? { health: 'degraded' as const } : {})
  return [
    ...HTTP.map(([name, fault, isOutage]): Sickness => {
      const begin = () => {
        const cures = [viaProxy(coze, TOKEN, fault)(), viaProxy(coze, '/v1/*', fault)()]
        return () => {
          for (const cure of cures) cure()
        }
      }
      return { supplier: 'coze', name, begin, ...truth(isOutage) }
    }),
    ...COZE.map(
      ([name, fault]): Sickness => ({ supplier: 'coze', name, begin: viaProxy(coze, '*', fault), health: 'degraded' }),
    ),
    ...HTTP.map(
      ([name, fault, isOutage]): Sickness => ({ supplier: 'jwks', name, begin: jwksFault(fault), ...truth(isOutage) }),
    ),
    ...JWKS.map(([name, fault]): Sickness => ({ supplier: 'jwks', name, begin: jwksFault(fault), health: 'degraded' })),
    ...REDIS.map((sickness): Sickness => {
      const name = sickness.how === 'error' ? `${sickness.only ?? 'all'}: ${sickness.text.slice(0, 20)}` : sickness.how
      const begin = () => {
        redis.sicken(sickness)
        return () => redis.sicken({ how: 'well' })
      }
      return { supplier: 'redis', name, begin, health: 'degraded' }
    }),
    ...(['ENOTFOUND', 'EAI_AGAIN', 'hang'] as const).map((dns): Sickness => {
      const begin = () => {
        tell({ dns })
        return () => tell({ dns: 'well' })
      }
      return { supplier: 'dns', name: dns, begin, health: 'degraded' }
    }),
    ...CLOCK.map(([name, wallMs]): Sickness => {
      const begin = () => {
        tell({ wallMs })
        return () => tell({ wallMs: 0 })
      }
      return { supplier: 'clock', name, begin }
    }),
    {
      supplier: 'log',
      name: 'the reader stands still',
      begin() {
        readLog(false)
        return () => readLog(true)
      },
    },
  ]
}
