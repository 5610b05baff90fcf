import { describe, expect, it } from 'vitest'
import { createMemoryTokenStore } from '../../src/server/store/memory-token-store.ts'
import type { TokenStore } from '../../src/server/store/token-store.ts'
import { createFakeClock } from '../support/fake-clock.ts'
import { createGatewayFixture } from './gateway/support.ts'
import { createTestService } from './support/test-service.ts'

const HOUR = 3_600_000

describe('T40: the clock of the server is set', () => {
  it('T40: visitors of an hour that the clock was ahead keep their chat when it is put right', async () => {
    const { ask, clock } = createTestService()
    clock.jumpWall(HOUR)
    const { session_id, subject } = (await ask()).token
    clock.jumpWall(-HOUR)
    for (let i = 0; i < 3; i++) {
      expect((await ask({ body: { session_id } })).token).toMatchObject({ subject })
      await clock.advance(HOUR)
    }
  })

  it.each([
    ['forward and back', [HOUR, -HOUR]],
    ['back', [-HOUR]],
    ['a day back', [-24 * HOUR + 1_000]],
    ['forward', [HOUR]],
    ['back and forward', [-HOUR, HOUR]],
  ])('T40: %s: expires_in is never above what is left of the token', async (_, jumps) => {
    const { ask, clock, coze } = createTestService()
    const { session_id } = (await ask()).token
    const made = new Map([['czs_1', clock.monotonic()]])
    const check = async () => {
      const { access_token, expires_in } = (await ask({ body: { session_id } })).token
      if (!made.has(access_token)) made.set(access_token, clock.monotonic())
      const ageSeconds = (clock.monotonic() - (made.get(access_token) ?? 0)) / 1000
      expect(expires_in).toBeLessThanOrEqual(900 - ageSeconds)
      expect(expires_in).toBeGreaterThan(0)
    }
    for (const jump of jumps) {
      clock.jumpWall(jump)
      for (let i = 0; i < 20; i++) {
        await check()
        await clock.advance(100_000)
      }
    }
    expect(coze.seen.length).toBeLessThan(15 * jumps.length)
  })

  it('T40: a renewal after the clock was set back gives another token, and the next one only after 30 s', async () => {
    const { ask, clock } = createTestService()
    clock.jumpWall(HOUR)
    const { session_id, access_token } = (await ask()).token
    const renew = async () => (await ask({ body: { session_id, renew: true } })).token.access_token
    const renewed = await renew()
    expect(renewed).not.toBe(access_token)
    clock.jumpWall(-HOUR)
    expect(await renew()).toBe(renewed)
    await clock.advance(30_000)
    expect(await renew()).not.toBe(renewed)
  })

  it('T40: a process that first sees a token in the store takes its age from there and not from dates', async () => {
    const clock = createFakeClock()
    const store = createMemoryTokenStore({ clock })
    const one = createTestService({ store, clock })
    clock.jumpWall(HOUR)
    const { session_id } = (await one.ask()).token
    clock.jumpWall(-HOUR)
    await clock.advance(300_000)
    const two = createTestService({ store, clock })
    const answer = (await two.ask({ body: { session_id } })).token
    expect(answer).toMatchObject({ access_token: 'czs_1', expires_in: 600 })
  })

  it('T40: with a store that knows no ages a token still never seems to live longer than it does as a whole', async () => {
    const clock = createFakeClock()
    const { leftMs: _, ...store }: TokenStore = createMemoryTokenStore({ clock })
    clock.jumpWall(HOUR)
    const { session_id } = (await createTestService({ store, clock }).ask()).token
    clock.jumpWall(-HOUR)
    expect((await createTestService({ store, clock }).ask({ body: { session_id } })).token.expires_in).toBe(900)
  })

  it('T40: a pass from an hour ahead opens, ends with its logout whoever dates that, and lives no longer than others', async () => {
    const clock = createFakeClock()
    const { visit, end } = await createGatewayFixture({ service: { clock } })
    const statusOf = async (browser: Awaited<ReturnType<typeof visit>>) =>
      (await browser.json('GET', '/v1/conversations?bot_id=7300000000000000001')).status
    clock.jumpWall(HOUR)
    const [stays, leaves] = [await visit(), await visit()]
    expect(stays.answer.expires_in).toBe(900)
    clock.jumpWall(-HOUR)
    expect(await statusOf(stays)).toBe(200)
    await end(leaves)
    expect(await statusOf(leaves)).toBe(401)
    await clock.advance(899_000)
    expect(await statusOf(stays)).toBe(200)
    await clock.advance(2_000)
    expect(await statusOf(stays)).toBe(401)
  })
})
