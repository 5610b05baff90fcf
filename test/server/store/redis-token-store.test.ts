import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/platform/clock.ts'
import { createRedisTokenStore, type RedisTokenStoreOptions } from '../../../src/server/store/redis-token-store.ts'
import { testTokenStore } from '../../contracts/token-store.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { startRedis } from '../support/redis-server.ts'
import { SECRET } from '../support/test-service.ts'

type Redis = Awaited<ReturnType<typeof startRedis>>
type Client = Awaited<ReturnType<Redis['connect']>>

let redis: Redis
let client: Client

beforeAll(async () => {
  redis = await startRedis()
  client = await redis.connect()
})
afterAll(async () => {
  client?.destroy()
  await redis?.stop()
})

const create = (options: Partial<RedisTokenStoreOptions> = {}) =>
  createRedisTokenStore({ client, secret: SECRET, ...options })

/** Redis ages entries by its own clock, so here time really passes (tenths of a second). */
const pass = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

testTokenStore('Redis', () => {
  // Roomy, so that a busy machine is not taken for a dead Redis.
  return { store: create({ commandTimeoutMs: 5_000 }), clock: systemClock, pass }
})

testTokenStore('memory while Redis is away', () => {
  const clock = createFakeClock()
  const gone = { sendCommand: () => Promise.reject(new Error('connect ECONNREFUSED')) }
  const { acquire: _, health: __, ...store } = create({ client: gone, clock })
  return { store, clock, pass: (ms) => clock.advance(ms) }
})

describe('after Redis was away', () => {
  it.each([3_600_000, -3_600_000])(
    'T40: it is told for as long as things are to be kept, although our clock was set by %i ms meanwhile',
    async (setByMs) => {
      const clock = createFakeClock(Date.now())
      let away = false
      const cut = {
        sendCommand: (args: string[]) =>
          away ? Promise.reject(new Error('connect ECONNREFUSED')) : client.sendCommand(args),
      }
      const prefix = `set-${setByMs}:`
      const store = create({ client: cut, clock, prefix, commandTimeoutMs: 5_000 })
      const other = create({ prefix, commandTimeoutMs: 5_000 })
      await store.set('gone', { v: 1 }, { ttlMs: 60_000 })
      away = true
      await store.delete('gone')
      await store.set('new', { v: 2 }, { ttlMs: 60_000 })
      clock.jumpWall(setByMs)
      away = false
      await clock.advance(5_001)
      expect(await store.get('new')).toEqual({ v: 2 })
      await expect.poll(() => other.get('gone')).toBeUndefined()
      expect(await other.get('new')).toEqual({ v: 2 })
      const leftMs = Number(await other.leftMs?.('new'))
      expect([leftMs > 50_000, leftMs <= 60_000]).toEqual([true, true])
    },
  )

  it('it is told what was written and deleted meanwhile, so that no logout is undone', async () => {
    const clock = createFakeClock(Date.now())
    let away = false
    const cut = {
      sendCommand: (args: string[]) =>
        away ? Promise.reject(new Error('connect ECONNREFUSED')) : client.sendCommand(args),
    }
    const store = create({ client: cut, clock, prefix: 'away:', commandTimeoutMs: 5_000 })
    const other = create({ prefix: 'away:', commandTimeoutMs: 5_000 })
    await store.set('gone', { token: 'of one who leaves' }, { ttlMs: 60_000 })
    away = true
    await store.delete('gone')
    await store.set('new', { token: 'of one who comes' }, { ttlMs: 60_000 })
    expect(await store.get('gone')).toBeUndefined()
    away = false
    await clock.advance(5_001)
    expect(await store.get('gone')).toBeUndefined()
    expect(await store.get('new')).toEqual({ token: 'of one who comes' })
    expect(await other.get('gone')).toBeUndefined()
    expect(await other.get('new')).toEqual({ token: 'of one who comes' })
  })
})

describe('what Redis gets to see', () => {
  it('T24: a dump holds no token, no key and no session name', async () => {
    const store = create({ prefix: 'dump:' })
    await store.set('u1_name-of-somebody', { accessToken: 'czs_canary_token' }, { ttlMs: 60_000 })
    await store.acquire?.('u1_name-of-somebody', 60_000)
    let dump = ''
    for (const key of await client.keys('dump:*')) dump += `${key}=${await client.get(key)}\n`
    expect(dump.split('\n')).toHaveLength(3)
    expect(dump).not.toMatch(/canary|czs_|somebody|accessToken/)
  })

  it('T24: swapped values, values sealed by another secret and edited values are misses', async () => {
    const store = create({ prefix: 'swap:' })
    await store.set('a', { token: 'of a' }, { ttlMs: 60_000 })
    await store.set('b', { token: 'of b' }, { ttlMs: 60_000 })
    const [one = '', two = ''] = await client.keys('swap:value:*')
    const sealed = (await client.get(one)) ?? ''
    await client.set(two, sealed)
    const swapped = [await store.get('a'), await store.get('b')]
    expect(swapped.filter((value) => value !== undefined)).toHaveLength(1)

    await client.set(one, sealed.slice(0, -3) + (sealed.endsWith('AAA') ? 'BBB' : 'AAA'))
    expect([await store.get('a'), await store.get('b')]).toEqual([undefined, undefined])
    const stranger = create({ prefix: 'swap:', secret: new Uint8Array(32).fill(7) })
    expect(await stranger.get('a')).toBeUndefined()
  })

  it('F66: a wrong type, bad JSON or an old version is a miss, and is written over', async () => {
    const store = create({ prefix: 'odd:' })
    await store.set('k', { token: 'one' }, { ttlMs: 60_000 })
    const [name = ''] = await client.keys('odd:value:*')
    for (const odd of [
      '',
      '{',
      '{}',
      'v0.abc',
      'v1.',
      'v1.!!!!',
      'v1.AAAA',
      'x.',
      'x.notanumber',
      'x.9e99',
      'x.99999999999999',
      '\u0000\u0001',
    ]) {
      await client.set(name, odd)
      expect(await store.get('k')).toBeUndefined()
      await store.set('k', { token: odd }, { ttlMs: 60_000 })
      expect(await store.get('k')).toEqual({ token: odd })
      expect(await client.get(name)).toMatch(/^v1\./)
    }
    await client.del(name)
    await client.lPush(name, 'a list')
    expect(await store.get('k')).toBeUndefined()
    expect(store.health?.()).toBe('ok')
    await store.set('k', { token: 'two' }, { ttlMs: 60_000, sinceMs: 1 })
    expect(await store.get('k')).toEqual({ token: 'two' })
  })

  it('F65, F66: a lock that no store of ours can have taken, since it has no end or a late one, holds nobody up', async () => {
    const store = create({ prefix: 'odd-lock:' })
    await store.acquire?.('k', 60_000)
    const [name = ''] = await client.keys('odd-lock:lock:*')
    const write = [
      () => client.set(name, 'somebody'),
      () => client.set(name, 'somebody', { EX: 86_400 }),
      () => client.lPush(name, 'a list'),
    ]
    for (const writeOdd of write) {
      await client.del(name)
      await writeOdd()
      const release = await store.acquire?.('k', 60_000)
      expect(release).toBeTypeOf('function')
      expect(await store.acquire?.('k', 60_000)).toBeUndefined()
      await release?.()
      expect(await client.exists(name)).toBe(0)
      expect(store.health?.()).toBe('ok')
    }
  })
})

describe('a Redis in trouble', () => {
  it('F64: a hung command costs its time limit once; then memory serves until the next try', async () => {
    const clock = createFakeClock()
    let calls = 0
    const states: string[] = []
    const hung = { sendCommand: () => new Promise(() => void calls++) }
    const store = create({ client: hung, clock, onStateChange: (state) => states.push(state) })
    const wait = async <T>(work: Promise<T> | T | undefined) => {
      let done = false
      const settled = Promise.resolve(work).finally(() => {
        done = true
      })
      while (!done && clock.pending === 0) await new Promise((resolve) => setImmediate(resolve))
      if (!done) await clock.advance(150)
      return settled
    }
    await wait(store.set('k', { token: 'one' }, { ttlMs: 60_000 }))
    expect(calls).toBe(1)
    for (let i = 0; i < 100; i++) expect(await store.get('k')).toEqual({ token: 'one' })
    expect({ calls, states, health: store.health?.() }).toEqual({
      calls: 1,
      states: ['unreachable'],
      health: 'degraded',
    })
    expect(await store.acquire?.('k', 1_000)).toBeTypeOf('function')
    await clock.advance(5_000)
    expect(await wait(store.get('k'))).toEqual({ token: 'one' })
    expect(calls).toBe(2)
  })

  it('F64, T29: one that needs most of the time of a command for each counts as well again after it was away', async () => {
    const clock = createFakeClock()
    let isAway = true
    let proof = ''
    const far = {
      sendCommand([name = '', key = '', value = '']: string[]) {
        if (isAway) return Promise.reject(new Error('NOAUTH Authentication required.'))
        if (name === 'SET' && key.includes('probe:')) proof = value
        const reply = { SET: 'OK', GET: proof, EVAL: 1 }[name]
        return new Promise((resolve) => clock.setTimeout(() => resolve(reply), 100))
      },
    }
    const store = create({ client: far, clock })
    await store.set('k', { v: 1 }, { ttlMs: 60_000 })
    isAway = false
    await clock.advance(500)
    expect(store.health?.()).toBe('degraded')
    await clock.advance(300)
    expect(store.health?.()).toBe('ok')
  })

  it('F64: nobody waits longer for the look whether Redis is well than for a command', async () => {
    const clock = createFakeClock()
    let isAway = true
    const slow = {
      sendCommand: () =>
        isAway
          ? Promise.reject(new Error('connect ECONNREFUSED'))
          : new Promise((resolve) => clock.setTimeout(() => resolve('OK'), 149)),
    }
    const store = create({ client: slow, clock })
    await store.set('k', { v: 1 }, { ttlMs: 60_000 })
    isAway = false
    await clock.advance(500)
    let found: unknown
    void Promise.resolve(store.get('k')).then((value) => {
      found = value
    })
    await clock.advance(0)
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve))
    await clock.advance(150)
    expect(found).toEqual({ v: 1 })
  })

  it('F64: a dead, then restarted Redis is used again without anybody noticing', async () => {
    const own = await startRedis()
    const ownClient = await own.connect()
    try {
      const clock = createFakeClock(Date.now())
      const store = create({ client: ownClient, commandTimeoutMs: 2_000, clock })
      await store.set('k', { token: 'one' }, { ttlMs: 60_000 })
      await own.kill()
      const failing = Promise.resolve(store.get('k'))
      while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve))
      await clock.advance(2_000)
      expect(await failing).toEqual({ token: 'one' })
      expect(store.health?.()).toBe('degraded')
      await own.restart()
      while (!ownClient.isReady) await pass(20)
      await clock.advance(5_000)
      await store.set('k', { token: 'two' }, { ttlMs: 60_000 })
      expect(await store.get('k')).toEqual({ token: 'two' })
      expect(store.health?.()).toBe('ok')
    } finally {
      ownClient.destroy()
      await own.stop()
    }
  })

  it('speaks ioredis as well, whose raw command is called `call`', async () => {
    const store = create({ client: { call: (command, ...args) => client.sendCommand([command, ...args]) } })
    await store.set('by-call', { token: 'one' }, { ttlMs: 60_000 })
    expect(await store.get('by-call')).toEqual({ token: 'one' })
  })
})
