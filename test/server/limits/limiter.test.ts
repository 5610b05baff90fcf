import type { RateLimiterRes } from 'rate-limiter-flexible'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CountTable } from '../../../src/server/limits/count-table.ts'
import { createLimiter, type Limiter } from '../../../src/server/limits/limiter.ts'
import { createRedisTokenStore } from '../../../src/server/store/redis-token-store.ts'
import { testAddressBudgets } from '../../contracts/address-budgets.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { startRedis } from '../support/redis-server.ts'
import { createTestService, SECRET } from '../support/test-service.ts'

const limit = { max: 5, windowSeconds: 60 }

const create = (maxKeys?: number) => {
  const clock = createFakeClock()
  return { clock, limiter: createLimiter('session', limit, { clock, ...(maxKeys !== undefined && { maxKeys }) }) }
}

/** How many of `count` requests get through, each with the key given for it. */
async function passing(limiter: Limiter, count: number, keyOf: (index: number) => string): Promise<number> {
  let allowed = 0
  for (let i = 0; i < count; i++) if ((await limiter.consume(keyOf(i))).allowed) allowed++
  return allowed
}

describe('a limiter', () => {
  it('lets max through in a window, whoever else asks, and again in the next', async () => {
    const { limiter, clock } = create()
    expect(await passing(limiter, 7, () => 'a')).toBe(5)
    expect(await passing(limiter, 4, () => 'b')).toBe(4)
    await clock.advance(59_999)
    expect(await passing(limiter, 2, () => 'a')).toBe(0)
    await clock.advance(1)
    expect(await passing(limiter, 7, () => 'a')).toBe(5)
  })

  it('writes the standard headers, and says when to come again', async () => {
    const { limiter } = create()
    expect(await limiter.consume('a')).toEqual({
      allowed: true,
      headers: ['ratelimit-policy', '"session";q=5;w=60', 'ratelimit', '"session";r=4;t=60'],
      retryAfterSeconds: 0,
    })
    await passing(limiter, 5, () => 'a')
    expect(await limiter.consume('a')).toEqual({
      allowed: false,
      headers: ['ratelimit-policy', '"session";q=5;w=60', 'ratelimit', '"session";r=0;t=60'],
      retryAfterSeconds: 60,
    })
  })

  it('T13 F60: a flood of a million keys leaves the table bounded and a blocked key blocked', async () => {
    const { limiter } = create(1_000)
    await passing(limiter, 6, () => 'blocked')
    // Nobody is refused because others are many (T27).
    expect(await passing(limiter, 1_000_000, (i) => `flood-${i}`)).toBe(1_000_000)
    expect((await limiter.consume('blocked')).allowed).toBe(false)
    // Two seconds of work, on a machine that may be busy with other tests.
  }, 60_000)

  it('T13, T27, F60: a full table forgets who has hardly asked, before who is busy, before who has used up their budget', async () => {
    const table = new CountTable({ points: 6, duration: 60 }, 30, createFakeClock())
    const countOf = async (key: string) =>
      (await table.consume(key).catch((refused: RateLimiterRes) => refused)).consumedPoints
    const ask = async (name: string, times: number) => {
      for (let i = 0; i < 10; i++) for (let n = 0; n < times; n++) await countOf(`${name}-${i}`)
    }
    await ask('spent', 6)
    await ask('busy', 3)
    await ask('new', 1)
    for (let i = 0; i < 10_000; i++) await countOf(`flood-${i}`)
    expect([await countOf('spent-0'), await countOf('busy-0'), await countOf('new-0')]).toEqual([7, 4, 1])
    for (let i = 0; i < 100; i++) for (let n = 0; n < 4; n++) await countOf(`other-${i}`)
    expect([await countOf('spent-1'), await countOf('busy-1')]).toEqual([7, 1])
  })

  it('T13: no key goes before its window is over, however many others end', async () => {
    const { limiter, clock } = create(100)
    await passing(limiter, 99, (i) => `early-${i}`)
    await clock.advance(30_000)
    await passing(limiter, 6, () => 'blocked')
    await clock.advance(30_000)
    await passing(limiter, 99, (i) => `late-${i}`)
    expect((await limiter.consume('blocked')).allowed).toBe(false)
  })

  it('F62: is not moved by a wall clock of ours that jumps', async () => {
    const { limiter, clock } = create()
    await passing(limiter, 6, () => 'a')
    clock.jumpWall(3_600_000)
    expect((await limiter.consume('a')).allowed).toBe(false)
  })
})

testAddressBudgets('in the process', async () => undefined)

describe('limits of several processes with one Redis', () => {
  let redis: Awaited<ReturnType<typeof startRedis>>
  const clients: Awaited<ReturnType<typeof redis.connect>>[] = []
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(async () => {
    for (const client of clients) client.destroy()
    await redis?.stop()
  })

  const connect = async () => {
    const client = await redis.connect()
    clients.push(client)
    return client
  }
  /** Roomy, so that a busy machine is not taken for a dead Redis. */
  const storeOf = async (prefix: string, commandTimeoutMs = 5_000) =>
    createRedisTokenStore({ client: await connect(), secret: SECRET, prefix, commandTimeoutMs })

  testAddressBudgets('in Redis', () => storeOf('budgets:'))

  it('T11 T13: two services share each limit: of an address, of a session, of new visitors', async () => {
    const off = { address: false, session: false, issue: false } as const
    for (const [name, body] of [
      ['address', {}],
      ['session', { session_id: 'x'.repeat(32) }],
      ['issue', {}],
    ] as const) {
      const service = async () =>
        createTestService({
          store: await storeOf(`${name}:`),
          anonymous: name === 'session' ? 'client-id' : 'ticket',
          limits: { ...off, [name]: { max: 4, windowSeconds: 60 } },
        })
      const [one, two] = [await service(), await service()]
      const statuses: number[] = []
      for (let i = 0; i < 3; i++) {
        statuses.push((await one.ask({ body })).status, (await two.ask({ body })).status)
      }
      expect([name, ...statuses]).toEqual([name, 200, 200, 200, 200, 429, 429])
    }
  })

  it('T24: Redis learns neither addresses nor session names, and forgets each key with its window', async () => {
    const client = await connect()
    const limiter = createLimiter('address', limit, { store: await storeOf('seen:'), clock: createFakeClock() })
    await limiter.consume('203.0.113.7')
    const keys = await client.keys('seen:*')
    expect(keys).toEqual([expect.stringMatching(/^seen:limit:[\w-]{43}$/)])
    expect(await client.pTTL(keys[0] ?? '')).toBeGreaterThan(50_000)
  })

  it('T24, F66: what somebody else has written under its key is written over, and the store stays in use', async () => {
    const client = await connect()
    const store = await storeOf('odd:')
    const limiter = createLimiter('address', limit, { store, clock: createFakeClock() })
    await limiter.consume('203.0.113.7')
    const [name = ''] = await client.keys('odd:*')
    const write: (() => Promise<unknown>)[] = [
      () => client.set(name, 'not a number'),
      () => client.set(name, ''),
      () => client.set(name, '9223372036854775807'),
      () => client.set(name, '-5'),
      () => client.set(name, '3', { EX: 86_400 }),
      () => client.lPush(name, 'a list'),
      () => client.hSet(name, 'a', 'hash'),
    ]
    for (const writeOdd of write) {
      await client.del(name)
      await writeOdd()
      expect(await passing(limiter, 3, () => '203.0.113.7')).toBe(3)
      expect(store.health?.()).toBe('ok')
      expect(await client.get(name)).toMatch(/^[1-5]$/)
      expect(await client.pTTL(name)).toBeLessThanOrEqual(60_000)
    }
  })

  it('F64: while Redis hangs, one request waits for its time limit, and this process counts by itself', async () => {
    const limiter = createLimiter('session', limit, { store: await storeOf('hung:', 150), clock: createFakeClock() })
    expect((await limiter.consume('a')).allowed).toBe(true)
    redis.pause()
    try {
      expect(await passing(limiter, 7, () => 'a')).toBe(5)
    } finally {
      redis.resume()
    }
  })
})
