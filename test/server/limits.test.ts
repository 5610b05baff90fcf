import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addressBucket, createAddressPicker } from '../../src/server/client-address.ts'
import { createLimiter, type Limiter } from '../../src/server/limits.ts'
import { createRedisTokenStore } from '../../src/server/redis-token-store.ts'
import { createFakeClock } from '../support/fake-clock.ts'
import { startRedis } from './support/redis-server.ts'
import { createTestService, SECRET } from './support/test-service.ts'

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
    const allowed = await passing(limiter, 1_000_000, (i) => `flood-${i}`)
    // As many as the table has room for, and the share of all others.
    expect(allowed).toBe(999 + limit.max)
    expect((await limiter.consume('blocked')).allowed).toBe(false)
    // Two seconds of work, on a machine that may be busy with other tests.
  }, 60_000)

  it('T13: with a full table new keys share one bucket, known ones keep theirs, and later all have one again', async () => {
    const { limiter, clock } = create(100)
    await passing(limiter, 100, (i) => `known-${i}`)
    expect(await passing(limiter, 1_000, (i) => `new-${i}`)).toBe(limit.max)
    expect(await passing(limiter, 100, (i) => `known-${i}`)).toBe(100)
    await clock.advance(60_000)
    expect(await passing(limiter, 100, (i) => `later-${i}`)).toBe(100)
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

describe('the client\u2019s address', () => {
  it('T12: comes from the header only as far as our own proxies wrote it, right to left', () => {
    const rows: [
      Parameters<typeof createAddressPicker>[0],
      string | undefined,
      string | undefined,
      string | undefined,
    ][] = [
      [undefined, '203.0.113.7', '198.51.100.1', '203.0.113.7'],
      [['loopback'], '203.0.113.7', '198.51.100.1', '203.0.113.7'],
      [['loopback'], '127.0.0.1', '198.51.100.1', '198.51.100.1'],
      [['loopback'], '::1', '198.51.100.1', '198.51.100.1'],
      [['loopback'], '::ffff:127.0.0.1', '198.51.100.1', '198.51.100.1'],
      [['loopback'], '127.0.0.1', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
      [['loopback', 'private'], '127.0.0.1', '1.1.1.1, 198.51.100.1, 10.2.3.4', '198.51.100.1'],
      [['10.0.0.0/8'], '10.0.0.1', 'evil, 10.0.0.2', '10.0.0.2'],
      [['10.0.0.0/8'], '10.0.0.1', undefined, '10.0.0.1'],
      [['10.0.0.0/8'], '10.0.0.1', '', '10.0.0.1'],
      [['10.0.0.0/9'], '10.128.0.1', '198.51.100.1', '10.128.0.1'],
      [['2001:db8::/32'], '2001:db8:1::1', '2001:db9::1', '2001:db9::1'],
      [1, '203.0.113.7', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
      [2, '203.0.113.7', '1.1.1.1, 198.51.100.1', '1.1.1.1'],
      [0, '203.0.113.7', '198.51.100.1', '203.0.113.7'],
      [['loopback'], undefined, '198.51.100.1', undefined],
    ]
    for (const [trust, remote, forwarded, expected] of rows) {
      expect(createAddressPicker(trust)(remote, forwarded)).toBe(expected)
    }
  })

  it('T12: a thousand addresses of one /64 are one client, of two /64 two', () => {
    const buckets = new Set(
      Array.from({ length: 1_000 }, (_, i) => addressBucket(`2001:db8:1:2:${i.toString(16)}::${i.toString(16)}`)),
    )
    expect([...buckets]).toEqual(['2001:db8:1:2::/64'])
    expect(addressBucket('2001:db8:1:3::1')).not.toBe('2001:db8:1:2::/64')
  })

  it('is written in one way, and what is no address shares one bucket', () => {
    const rows: [string | undefined, string][] = [
      ['203.0.113.7', '203.0.113.7'],
      ['::ffff:203.0.113.7', '203.0.113.7'],
      ['::FFFF:cb00:7107', '203.0.113.7'],
      ['fe80::1%eth0', 'fe80:0:0:0::/64'],
      ['::1', '0:0:0:0::/64'],
      [undefined, 'unknown'],
      ['', 'unknown'],
      ['unknown', 'unknown'],
      ['256.1.1.1', 'unknown'],
      ['1.2.3', 'unknown'],
      ['1::2::3', 'unknown'],
      ['1:2:3:4:5:6:7', 'unknown'],
      ['1:2:3:4:5:6:7:8:9', 'unknown'],
      ['12345::', 'unknown'],
      ['[::1]:80', 'unknown'],
    ]
    for (const [address, bucket] of rows) expect(addressBucket(address)).toBe(bucket)
  })
})
