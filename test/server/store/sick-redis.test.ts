import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { connectRedis } from '../../../src/cli/serve/redis-connection.ts'
import { createRedisTokenStore } from '../../../src/server/store/redis-token-store.ts'
import { type RedisFaultProxy, type RedisSickness, startRedisFaultProxy } from '../../support/redis-fault-proxy.ts'
import { createGatewayFixture } from '../gateway/support.ts'
import { startRedis } from '../support/redis-server.ts'
import { createTestService, SECRET } from '../support/test-service.ts'

type Redis = Awaited<ReturnType<typeof startRedis>>

/** Roomy, because many tests run at once. */
const RECOVERY_MS = 6_000
const SICKNESSES: readonly RedisSickness[] = [
  ...[
    'ERR unknown command `EVAL`',
    'WRONGTYPE Operation against a key holding the wrong kind of value',
    "READONLY You can't write against a read only replica.",
    'NOAUTH Authentication required.',
    'NOPERM this user has no permissions',
    "OOM command not allowed when used memory > 'maxmemory'.",
    'LOADING Redis is loading the dataset in memory',
    'MOVED 3999 127.0.0.1:6381',
    'ERR max daily request limit exceeded',
    'CLUSTERDOWN Hash slot not served',
    'MISCONF Redis is configured to save RDB snapshots',
  ].map((text) => ({ how: 'error' as const, text })),
  { how: 'error', text: 'ERR unknown command `EVAL`', only: 'EVAL' },
  { how: 'error', text: "READONLY You can't write against a read only replica.", only: 'SET' },
  ...(['hang', 'half', 'garbage', 'wrong', 'twice', 'close', 'refuse'] as const).map((how) => ({ how })),
]
const nameOf = (sickness: RedisSickness) =>
  sickness.how === 'error' ? `${sickness.only ?? 'all'}: ${sickness.text.slice(0, 24)}` : sickness.how

let redis: Redis
let proxy: RedisFaultProxy
beforeAll(async () => {
  redis = await startRedis()
  proxy = await startRedisFaultProxy(redis.port)
})
const open: (() => unknown)[] = []
afterEach(async () => {
  proxy.sicken({ how: 'well' })
  for (const close of open.splice(0)) await close()
})
afterAll(async () => {
  await proxy?.close()
  await redis?.stop()
})

let number = 0
async function createStore() {
  const [connection, otherConnection] = [proxy.url, redis.url].map((url) =>
    connectRedis(url, pino({ level: 'silent' })),
  ) as [ReturnType<typeof connectRedis>, ReturnType<typeof connectRedis>]
  open.push(connection.destroy, otherConnection.destroy)
  const states: string[] = []
  const shared = { secret: SECRET, prefix: `sick-${number++}:` }
  /** Of another process, whose way to Redis is well all the time. */
  const other = createRedisTokenStore({ ...shared, client: otherConnection.client })
  const store = createRedisTokenStore({
    ...shared,
    client: connection.client,
    onStateChange: (state, cause) => states.push(cause === undefined ? state : `${state} ${cause}`),
  })
  const isWell = () => vi.waitFor(() => expect(store.health?.()).toBe('ok'), { timeout: RECOVERY_MS, interval: 50 })
  await vi.waitFor(async () => {
    await store.set('warm', { v: 1 }, { ttlMs: 60_000 })
    expect(await other.get('warm')).toEqual({ v: 1 })
    expect(store.health?.()).toBe('ok')
  }, RECOVERY_MS)
  states.length = 0
  return { store, other, states, isWell }
}

/** A service that lets two newcomers of an address in, over a client whose replies are made here; by default those of an empty Redis. */
function limitedByRedis(replyTo: (counted: boolean, name: string) => unknown) {
  const client = {
    async sendCommand([name = '', script = '']: string[]) {
      const isCounting = name === 'EVAL' && script.includes('INCRBY')
      const reply = replyTo(isCounting, name)
      if (reply !== undefined) return reply
      return { SET: 'OK', EVAL: 1, PTTL: -2 }[name] ?? null
    },
  }
  const store = createRedisTokenStore({ client, secret: SECRET })
  const twoInAMinute = { max: 2, windowSeconds: 60 }
  const { ask } = createTestService({ store, limits: { address: false, session: false, issue: twoInAMinute } })
  return { ask, store }
}

describe('T29: a Redis that is sick is no Redis', () => {
  it.each(SICKNESSES.map((sickness) => [nameOf(sickness), sickness] as const))(
    'T29: %s: memory takes over, nobody waits for a lock, health tells, and Redis is told later',
    async (_, sickness) => {
      const { store, other, states, isWell } = await createStore()
      await store.set('before', { v: 'before' }, { ttlMs: 60_000 })
      proxy.sicken(sickness)
      await store.set('k', { v: 'new' }, { ttlMs: 60_000 })
      await store.delete('before')
      const started = performance.now()
      const release = await store.acquire?.('k', 1_000)
      expect(release).toBeTypeOf('function')
      // Of a Redis that answers twice the first answer is a good one: what it took before it was found sick, memory does not have.
      const seen = [{ v: 'new' }, ...(sickness.how === 'twice' ? [undefined] : [])]
      expect(seen).toContainEqual(await store.get('k'))
      expect(await store.get('before')).toBeUndefined()
      expect(performance.now() - started).toBeLessThan(2_000)
      // What is sick about one that answers twice is its second answer, which may still be on its way.
      await vi.waitFor(() => expect(store.health?.()).toBe('degraded'))
      expect(states.filter((state) => state.startsWith('unreachable'))).toHaveLength(1)
      proxy.sicken({ how: 'well' })
      await isWell()
      // Nobody has asked this process for them again; that its health is asked for is all that it needs.
      await vi.waitFor(async () => {
        store.health?.()
        expect(await other.get('k')).toEqual({ v: 'new' })
        expect(await other.get('before')).toBeUndefined()
      }, RECOVERY_MS)
      await vi.waitFor(async () => expect(await store.get('k')).toEqual({ v: 'new' }), RECOVERY_MS)
      expect(await store.get('before')).toBeUndefined()
    },
    20_000,
  )

  it('T29: one that says OK to everything is not taken for well, however often it is tried', async () => {
    const { store, states } = await createStore()
    proxy.sicken({ how: 'wrong' })
    await store.set('k', { v: 1 }, { ttlMs: 60_000 })
    expect(store.health?.()).toBe('degraded')
    const triesBefore = proxy.commands.length
    const tries = () => proxy.commands.slice(triesBefore).filter((name) => name === 'EVAL').length
    await vi.waitFor(() => {
      store.health?.()
      expect(tries()).toBeGreaterThanOrEqual(2)
    }, RECOVERY_MS)
    expect(states).toEqual(['unreachable wrong_reply'])
  })

  it.each<[string, unknown]>([
    ['an empty list', []],
    ['one number', [1]],
    ['three numbers', [1, 60_000, 1]],
    ['words', ['QUEUED', 'QUEUED']],
    ['nothing', [null, null]],
    ['lists', [[1], [60_000]]],
    ['errors', [new Error('MOVED 1 127.0.0.1:1'), new Error('READONLY')]],
    ['no request', [0, 60_000]],
    ['fewer than none', [-5, 60_000]],
    ['a window that is over', [1, -2]],
    ['a window of years', [1, 1e15]],
    ['what is no number', [Number.NaN, Number.NaN]],
  ])('T29: a limiter that Redis answers with %s counts in memory, and health tells', async (_, reply) => {
    const { ask, store } = limitedByRedis((counted) => (counted ? reply : undefined))
    const statuses = []
    for (let i = 0; i < 4; i++) statuses.push((await ask()).status)
    expect(statuses).toEqual([200, 200, 429, 429])
    expect(store.health?.()).toBe('degraded')
  })

  it.each<[string, (count: number) => unknown]>([
    ['numbers', Number],
    ['bigints', BigInt],
    ['digits', String],
  ])('a client that gives whole numbers as %s is none of that', async (_, spelled) => {
    let requests = 0
    const { ask, store } = limitedByRedis((counted, name) => {
      if (counted) return [spelled(++requests), spelled(60_000)]
      return name === 'PTTL' ? spelled(-2) : undefined
    })
    const statuses = []
    for (let i = 0; i < 4; i++) statuses.push((await ask()).status)
    expect(statuses).toEqual([200, 200, 429, 429])
    expect(await store.leftMs?.('none')).toBeUndefined()
    expect(store.health?.()).toBe('ok')
  })

  it('T29: a real Redis without memory, as a replica, without scripts or while it loads nothing is told by health', async () => {
    const client = await redis.connect()
    open.push(() => client.destroy())
    const settings: [sick: string[], well: string[]][] = [
      [
        ['CONFIG', 'SET', 'maxmemory', '1'],
        ['CONFIG', 'SET', 'maxmemory', '0'],
      ],
      [
        ['REPLICAOF', '127.0.0.1', '1'],
        ['REPLICAOF', 'NO', 'ONE'],
      ],
      [
        ['ACL', 'SETUSER', 'default', '-eval'],
        ['ACL', 'SETUSER', 'default', '+eval'],
      ],
    ]
    for (const [sick, well] of settings) {
      const { store, isWell } = await createStore()
      await client.sendCommand(sick)
      await store.set('k', { v: sick[1] }, { ttlMs: 60_000 })
      expect(store.health?.()).toBe('degraded')
      expect(await store.get('k')).toEqual({ v: sick[1] })
      await client.sendCommand(well)
      await isWell()
    }
  }, 30_000)
})

describe('T29: a logout', () => {
  it.each(SICKNESSES.map((sickness) => [nameOf(sickness), sickness] as const))(
    'T29: with Redis in the state %s it is not claimed, and the pass is worthless all the same',
    async (_, sickness) => {
      const { store, isWell } = await createStore()
      const fixture = await createGatewayFixture({ service: { store } })
      const browser = await fixture.visit()
      expect((await browser.json('GET', '/v1/conversations?bot_id=7300000000000000001')).status).toBe(200)
      proxy.sicken(sickness)
      const ended = await fixture.service.fetch(endRequest(browser.answer.session_id ?? ''))
      expect(ended.status).toBe(503)
      expect((await browser.json('GET', '/v1/conversations?bot_id=7300000000000000001')).status).toBe(401)
      proxy.sicken({ how: 'well' })
      await isWell()
      expect((await browser.json('GET', '/v1/conversations?bot_id=7300000000000000001')).status).toBe(401)
      expect((await fixture.service.fetch(endRequest(browser.answer.session_id ?? ''))).status).toBe(204)
    },
    20_000,
  )
})

function endRequest(ticket: string): Request {
  return new Request('https://shop.example/api/coze/token', {
    method: 'POST',
    headers: { origin: 'https://shop.example', 'content-type': 'application/json', 'x-chat-token': '1' },
    body: JSON.stringify({ session_id: ticket, end: true }),
  })
}
