import { describe, expect, it } from 'vitest'
import { ServiceError } from '../../../src/server/http/service-error.ts'
import type { SessionName } from '../../../src/server/identity/session-name.ts'
import { createMemoryTokenStore } from '../../../src/server/store/memory-token-store.ts'
import type { TokenStore } from '../../../src/server/store/token-store.ts'
import { createTokenCache } from '../../../src/server/upstream/token-cache.ts'
import { renewalLeadMs } from '../../../src/server/upstream/upstream-token.ts'
import { createFakeClock } from '../../support/fake-clock.ts'

const NAME = 'a1_x' as SessionName
const settled = () => new Promise((resolve) => setImmediate(resolve))

function create({ lifeMs = 900_000, chance = (): number => 0, store = undefined as TokenStore | undefined } = {}) {
  const clock = createFakeClock()
  const cache = createTokenCache({ store: store ?? createMemoryTokenStore({ clock }), clock, chance })
  let mints = 0
  const state = {
    outcome: undefined as (() => Promise<{ accessToken: string; lifeMs: number }>) | undefined,
    get mints() {
      return mints
    },
  }
  const mint = async () => {
    mints++
    if (state.outcome !== undefined) return state.outcome()
    return { accessToken: `czs_${mints}`, lifeMs }
  }
  const get = (options: { renew?: boolean; signal?: () => AbortSignal } = {}, name = NAME) =>
    cache.get(name, { mint, ...options })
  return { clock, cache, get, state }
}

const down = () => Promise.reject(new ServiceError('upstream_unavailable', { retryAfterSeconds: 2 }))

describe('freshness', () => {
  it('F61: a token is handed out with max(60 s, 20 %) of its life left and not with less', async () => {
    for (const [lifeMs, lastMs] of [
      [900_000, 720_000],
      [200_000, 140_000],
      [86_399_000, 69_119_200],
      [60_000, 30_000],
      [2_000, 1_000],
    ] as const) {
      const { clock, get, state } = create({ lifeMs })
      await get()
      await clock.advance(lastMs - 1)
      expect((await get()).source).toBe('cache')
      await clock.advance(1)
      expect((await get()).source).toBe('exchange')
      expect(state.mints).toBe(2)
    }
  })

  it('F61 F63: while upstream is down the old token serves until 5 s before its end', async () => {
    const { clock, get, state } = create()
    await get()
    state.outcome = down
    await clock.advance(800_000)
    expect(await get()).toMatchObject({ source: 'old', token: { accessToken: 'czs_1' } })
    await clock.advance(95_000)
    expect((await get()).source).toBe('old')
    await clock.advance(1)
    await expect(get()).rejects.toMatchObject({ code: 'upstream_unavailable' })
  })

  it('F61, T26: so it does while Coze does not accept our key, but not for a visitor whom the site refuses a new one', async () => {
    for (const [code, source] of [
      ['misconfigured', 'old'],
      ['rate_limited', undefined],
    ] as const) {
      const { clock, get, state } = create()
      await get()
      state.outcome = () => Promise.reject(new ServiceError(code))
      await clock.advance(800_000)
      const given = await get().catch((error: ServiceError) => error)
      expect(given instanceof ServiceError ? undefined : given.source).toBe(source)
      await clock.advance(95_001)
      await expect(get()).rejects.toMatchObject({ code })
    }
  })

  it('F79: 10,000 tokens of one moment do not fall due together', () => {
    const bins = new Map<number, number>()
    for (let i = 0; i < 10_000; i++) {
      const second = Math.floor((900_000 - renewalLeadMs(900_000, Math.random())) / 1_000)
      bins.set(second, (bins.get(second) ?? 0) + 1)
    }
    const mean = 10_000 / bins.size
    expect(bins.size).toBeGreaterThanOrEqual(89)
    expect(Math.max(...bins.values())).toBeLessThan(3 * mean)
    expect(Math.max(...bins.keys())).toBeLessThanOrEqual(720)
  })

  it('F66: what is no token of this version is a miss', async () => {
    const good = { accessToken: 'czs_1', lifeMs: 900_000, leadMs: 1, isRenewal: false, receivedAtMs: Date.now() + 1e12 }
    const sourceOf = async (value: unknown) => {
      const store: TokenStore = { get: () => value, set: () => {}, delete: () => {} }
      return (await create({ store }).get()).source
    }
    expect(await sourceOf(good)).toBe('cache')
    const odd: unknown[] = [
      undefined,
      null,
      7,
      'czs',
      [],
      {},
      { ...good, accessToken: 7 },
      { ...good, lifeMs: '1' },
      { ...good, accessToken: '' },
      { accessToken: 'czs_1' },
    ]
    for (const value of odd) expect(await sourceOf(value)).toBe('exchange')
  })
})

describe('one flight', () => {
  it('F36 F55: a thousand callers are one mint with one result, and the next call starts anew', async () => {
    const { get, state } = create()
    const results = await Promise.all(Array.from({ length: 1_000 }, () => get()))
    expect(new Set(results.map(({ token }) => token)).size).toBe(1)
    expect(state.mints).toBe(1)
  })

  it('F58: a failure is shared, kept for 1 to 2 s and never stored', async () => {
    for (const [chance, keptMs] of [
      [0, 1_000],
      [1, 2_000],
    ] as const) {
      const { clock, get, state } = create({ chance: () => chance })
      state.outcome = down
      const failures = await Promise.allSettled(Array.from({ length: 100 }, () => get()))
      expect(failures.every(({ status }) => status === 'rejected')).toBe(true)
      await clock.advance(keptMs - 1)
      await expect(get()).rejects.toThrow()
      expect(state.mints).toBe(1)
      state.outcome = undefined
      await clock.advance(1)
      expect((await get()).source).toBe('exchange')
      expect(state.mints).toBe(2)
    }
  })

  it('F56: a caller who gives up does not stop the flight', async () => {
    const { get, state } = create()
    let finish = () => {}
    state.outcome = () =>
      new Promise((resolve) => {
        finish = () => resolve({ accessToken: 'czs_1', lifeMs: 900_000 })
      })
    const gone = new AbortController()
    const first = get({ signal: () => gone.signal })
    await settled()
    const second = get()
    gone.abort(new Error('left'))
    await expect(first).rejects.toThrow('left')
    const third = get()
    finish()
    expect((await second).token.accessToken).toBe('czs_1')
    expect((await third).token.accessToken).toBe('czs_1')
    expect(state.mints).toBe(1)
  })

  it('F59: a flight that shows no sign of life for 3 s is replaced by the waiter\u2019s own', async () => {
    const frozen = createFakeClock()
    // An edge runtime that ended the first request: neither its promise nor its timers go on.
    let alive = false
    const clock = {
      ...frozen,
      setTimeout: ((callback, ms) => frozen.setTimeout(alive ? callback : () => {}, ms)) as typeof frozen.setTimeout,
    }
    const cache = createTokenCache({ store: createMemoryTokenStore({ clock: frozen }), clock, chance: () => 0 })
    void cache.get(NAME, { mint: () => new Promise(() => {}) })
    await settled()
    alive = true
    let mints = 0
    const mint = async () => {
      mints++
      return { accessToken: 'czs_own', lifeMs: 900_000 }
    }
    const waiters = Array.from({ length: 50 }, () => cache.get(NAME, { mint }))
    await settled()
    await frozen.advance(3_000)
    const results = await Promise.all(waiters)
    expect(results.every(({ token }) => token.accessToken === 'czs_own')).toBe(true)
    expect(mints).toBe(1)
  })

  it('F59: a slow flight that lives is waited for', async () => {
    const { get, state, clock } = create()
    let finish = () => {}
    state.outcome = () =>
      new Promise((resolve) => {
        finish = () => resolve({ accessToken: 'czs_slow', lifeMs: 900_000 })
      })
    const waiters = [get(), get(), get()]
    await settled()
    await clock.advance(10_000)
    finish()
    const results = await Promise.all(waiters)
    expect(results.map(({ token }) => token.accessToken)).toEqual(['czs_slow', 'czs_slow', 'czs_slow'])
    expect(state.mints).toBe(1)
  })

  it('F59: the runtime is told to wait for the flight', async () => {
    const { cache } = create()
    const kept: Promise<unknown>[] = []
    await cache.get(NAME, {
      mint: async () => ({ accessToken: 'czs_1', lifeMs: 900_000 }),
      waitUntil: (promise) => kept.push(promise),
    })
    expect(kept).toHaveLength(1)
  })

  it('F60: 20,000 sessions leave no flight, no timer and a bounded store behind', async () => {
    const { cache, clock, get } = create({ store: undefined })
    for (let i = 0; i < 20_000; i++) await get({}, `a1_${i}` as SessionName)
    expect(cache.openFlights).toBe(0)
    expect(clock.pending).toBe(0)
  })
})

describe('a store that several processes share', () => {
  /** Two caches over one memory store with locks stand for two processes over one Redis. */
  function fleet() {
    const clock = createFakeClock()
    const memory = createMemoryTokenStore({ clock })
    const locks = new Set<string>()
    const store: TokenStore = {
      get: async (key) => memory.get(key),
      set: async (key, value, options) => memory.set(key, value, options),
      delete: async (key) => memory.delete(key),
      acquire: async (key) => {
        if (locks.has(key)) return undefined
        locks.add(key)
        return async () => void locks.delete(key)
      },
    }
    const process = () => createTokenCache({ store, clock, chance: () => 0 })
    return { clock, one: process(), two: process() }
  }

  it('F55: a mint of one process serves the other', async () => {
    const { clock, one, two } = fleet()
    let mints = 0
    const mint = async () => {
      mints++
      await settled()
      return { accessToken: `czs_${mints}`, lifeMs: 900_000 }
    }
    const results = [one, two].flatMap((cache) => Array.from({ length: 250 }, () => cache.get(NAME, { mint })))
    for (let i = 0; i < 20; i++) {
      await settled()
      await clock.advance(50)
    }
    expect((await Promise.all(results)).every(({ token }) => token.accessToken === 'czs_1')).toBe(true)
    expect(mints).toBe(1)
  })

  it('F55: whoever gets the lock after another process looks once more for what that one has left', async () => {
    const clock = createFakeClock()
    const memory = createMemoryTokenStore({ clock })
    const held = {
      accessToken: 'czs_other',
      lifeMs: 900_000,
      leadMs: 180_000,
      isRenewal: false,
      receivedAtMs: clock.now(),
    }
    const store: TokenStore = {
      ...memory,
      async acquire() {
        await memory.set(`token:${NAME}`, held, { ttlMs: 900_000 })
        return async () => {}
      },
    }
    const cache = createTokenCache({ store, clock, chance: () => 0 })
    let mints = 0
    const mint = async () => ({ accessToken: `czs_${++mints}`, lifeMs: 900_000 })
    expect((await cache.get(NAME, { mint })).token.accessToken).toBe('czs_other')
    expect(mints).toBe(0)
  })

  it('F65: a lock that nobody gives back costs 3 s and no token', async () => {
    const { clock, one, two } = fleet()
    const start = clock.now()
    void one.get(NAME, { mint: () => new Promise(() => {}) })
    await settled()
    let mintedAt: number | undefined
    const mint = async () => {
      mintedAt = clock.now()
      return { accessToken: 'czs_1', lifeMs: 900_000 }
    }
    const asked = two.get(NAME, { mint })
    for (let i = 0; i < 80; i++) {
      await settled()
      await clock.advance(50)
    }
    expect(mintedAt).toBe(start + 3_000)
    expect((await asked).token.accessToken).toBe('czs_1')
  })
})

it('T24: a user whom the site named like an entry of the gateway can neither write nor end that entry', async () => {
  const clock = createFakeClock()
  const store = createMemoryTokenStore({ clock })
  const theirs = 'gateway-own:conversation:7'
  await store.set(theirs, { owner: 'a1_x' }, { ttlMs: 900_000 })
  const { cache, get } = create({ store })
  await get({}, theirs as SessionName)
  expect(await store.get(theirs)).toEqual({ owner: 'a1_x' })
  await cache.drop(theirs as SessionName)
  expect(await store.get(theirs)).toEqual({ owner: 'a1_x' })
})
