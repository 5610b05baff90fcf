import { describe, expect, it } from 'vitest'
import { addressBucket, createAddressPicker } from '../../src/server/client-address.ts'
import { createLimiter, rateLimitHeaders } from '../../src/server/limits.ts'
import { createFakeClock } from '../support/fake-clock.ts'

const limit = { max: 5, windowSeconds: 60 }

describe('a limiter', () => {
  it('lets max through at once, then one for each share of the window', async () => {
    const clock = createFakeClock()
    const limiter = createLimiter(limit, clock)
    const allowed = () => limiter.consume('a').allowed
    expect(Array.from({ length: 7 }, allowed)).toEqual([true, true, true, true, true, false, false])
    expect(limiter.consume('a')).toEqual({
      allowed: false,
      limit,
      remaining: 0,
      resetSeconds: 60,
      retryAfterSeconds: 12,
    })
    expect(limiter.consume('b')).toEqual({ allowed: true, limit, remaining: 4, resetSeconds: 12, retryAfterSeconds: 0 })
    await clock.advance(12_000)
    expect([allowed(), allowed()]).toEqual([true, false])
    await clock.advance(60_000)
    expect(Array.from({ length: 6 }, allowed)).toEqual([true, true, true, true, true, false])
  })

  it('writes the standard headers', () => {
    const verdict = createLimiter(limit, createFakeClock()).consume('a')
    expect(rateLimitHeaders('session', verdict)).toEqual([
      'ratelimit-policy',
      '"session";q=5;w=60',
      'ratelimit',
      '"session";r=4;t=12',
    ])
  })

  it('T13 F60: a flood of a million keys leaves the table bounded and a blocked key blocked', () => {
    const limiter = createLimiter(limit, createFakeClock(), 1_000)
    for (let i = 0; i < 6; i++) limiter.consume('blocked')
    for (let i = 0; i < 1_000_000; i++) limiter.consume(`flood-${i}`)
    expect(limiter.size).toBeLessThanOrEqual(1_001)
    expect(limiter.consume('blocked').allowed).toBe(false)
  })

  it('T13: with nothing but blocked keys in the table, new keys share one bucket and are not unlimited', () => {
    const limiter = createLimiter(limit, createFakeClock(), 100)
    for (let key = 0; key < 100; key++) for (let i = 0; i < 6; i++) limiter.consume(`blocked-${key}`)
    const allowed = Array.from({ length: 1_000 }, (_, i) => limiter.consume(`new-${i}`).allowed)
    expect(allowed.filter(Boolean)).toHaveLength(5)
    for (let key = 0; key < 100; key++) expect(limiter.consume(`blocked-${key}`).allowed).toBe(false)
  })

  it('F62: is not moved by a wall clock that jumps', () => {
    const clock = createFakeClock()
    const limiter = createLimiter(limit, clock)
    for (let i = 0; i < 6; i++) limiter.consume('a')
    clock.jumpWall(3_600_000)
    expect(limiter.consume('a').allowed).toBe(false)
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
