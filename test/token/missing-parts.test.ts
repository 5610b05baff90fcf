/** What happens when a file that comes later does not come. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CozeChatError } from '../../src/errors.ts'
import { createVisitor, type VisitorOptions } from '../../src/visitor.ts'
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts'
import { createFakeOrigin, type FakeOrigin } from '../support/fake-platform.ts'
import { createFakeTokenService, type FakeTokenService, json } from '../support/fake-token-service.ts'

const PARTS = ['token/other-tabs.ts', 'token/foreign-answer.ts', 'token/unreachable.ts', 'platform/tab-probe.ts']

describe('a part that does not load', () => {
  let clock: FakeClock
  let origin: FakeOrigin
  let service: FakeTokenService
  beforeEach(() => {
    clock = createFakeClock(undefined, () => vi.dynamicImportSettled())
    origin = createFakeOrigin(clock)
    service = createFakeTokenService()
    for (const part of PARTS) {
      vi.doMock(`../../src/${part}`, () => {
        throw new TypeError('Failed to fetch dynamically imported module')
      })
    }
  })
  afterEach(() => {
    for (const part of PARTS) vi.doUnmock(`../../src/${part}`)
  })
  const visit = (options: VisitorOptions = {}) =>
    createVisitor({ botId: '73', tokenUrl: '/token', ...options }, origin.openTab({ fetch: service.fetch }).platform)
  const outcome = async (visitor: ReturnType<typeof visit>) => {
    const result = visitor.getToken().then(
      ({ text }) => text,
      ({ code, retryable }: CozeChatError) => ({ code, retryable }),
    )
    await clock.advance(30_000)
    return result
  }

  it('leaves a user alone with his token, and he logs out as ever', async () => {
    service.user = 'A'
    const visitor = visit()
    expect(await outcome(visitor)).toBe('czs_1')
    visitor.logout()
    await clock.advance(0)
    expect(service.requests.at(-1)).toMatchObject({ end: true })
    visitor.destroy()
    expect(clock.pending).toBe(0)
  })

  it('lets a page without Web Locks keep its visitor', async () => {
    origin = createFakeOrigin(clock, { locks: false })
    expect(await outcome(visit())).toBe('czs_1')
  })

  it.each([
    ['an answer of another back end', () => json({ token: 'czs_guide' })],
    ['a refusal', () => json({ error: 'signed_out' }, 401)],
    ['no answer', () => Promise.reject(new TypeError('offline'))],
  ])('makes of %s a failure that may pass', async (_, script) => {
    service.script = script
    expect(await outcome(visit())).toEqual({ code: 'network', retryable: true })
  })

  it('is asked for again', async () => {
    service.script = () => json({ token: 'czs_guide', kind: 'user', subject: 's_A' })
    const tab = origin.openTab({ fetch: service.fetch })
    const visitor = createVisitor({ botId: '73', tokenUrl: '/token' }, tab.platform)
    expect(await outcome(visitor)).toEqual({ code: 'network', retryable: true })
    for (const part of PARTS.slice(1)) vi.doUnmock(`../../src/${part}`)
    expect([await outcome(visitor), tab.channels]).toEqual(['czs_guide', 0])
    for (const part of PARTS) vi.doUnmock(`../../src/${part}`)
    await clock.advance(900_000)
    expect([visitor.state.kind, tab.channels]).toEqual(['user', 1])
  })
})
