import { describe, expect, it } from 'vitest'
import { createTestService, tokenRequest } from '../support/test-service.ts'

describe('limits', () => {
  it('T11: requests without a ticket stop at the issue limit, and a known visitor is still served', async () => {
    const { ask, coze } = createTestService({ limits: { address: false, issue: { max: 20, windowSeconds: 60 } } })
    const { session_id } = (await ask()).token
    const statuses: number[] = []
    for (let i = 0; i < 200; i++) statuses.push((await ask()).status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(19)
    expect(coze.seen).toHaveLength(20)
    expect((await ask({ body: { session_id } })).status).toBe(200)
  })

  it('F29: answers 429 with Retry-After, RateLimit headers and the same number in the body', async () => {
    const { ask } = createTestService({ limits: { session: { max: 2, windowSeconds: 60 } } })
    const { session_id } = (await ask()).token
    const second = await ask({ body: { session_id } })
    expect(second.headers.get('ratelimit-policy')).toBe('"session";q=2;w=60')
    expect(second.headers.get('ratelimit')).toBe('"session";r=0;t=60')
    const third = await ask({ body: { session_id } })
    expect(third).toMatchObject({ status: 429, json: { error: 'rate_limited', retryAfter: 60 } })
    expect(third.headers.get('retry-after')).toBe('60')
    expect(third.headers.get('ratelimit')).toBe('"session";r=0;t=60')
  })

  it('T12: a thousand forged X-Forwarded-For headers are one client, an unknown address is not unlimited', async () => {
    const limits = { address: { max: 50, windowSeconds: 60 }, issue: false, session: false } as const
    const forged = createTestService({ limits })
    let allowed = 0
    for (let i = 0; i < 1_000; i++) {
      const { status } = await forged.ask({ headers: { 'x-forwarded-for': `198.51.100.${i % 250}` } })
      if (status === 200) allowed++
    }
    expect(allowed).toBe(50)
    const { service } = createTestService({ limits: { ...limits, address: { max: 2, windowSeconds: 60 } } })
    const statuses = []
    for (let i = 0; i < 3; i++) statuses.push((await service.fetch(tokenRequest())).status)
    expect(statuses).toEqual([200, 200, 429])
  })

  it('T11: the site may refuse a mint, and a hook that fails is 503', async () => {
    const refusing = createTestService({ beforeMint: () => false })
    expect(await refusing.ask()).toMatchObject({ status: 429, json: { error: 'rate_limited' } })
    const failing = createTestService({ beforeMint: () => Promise.reject(new Error('captcha service is down')) })
    expect(await failing.ask()).toMatchObject({ status: 503, json: { error: 'upstream_unavailable' } })
    const allowing = createTestService({ beforeMint: ({ kind, tenant }) => kind === 'anonymous' && tenant === 'bot1' })
    expect((await allowing.ask()).status).toBe(200)
    expect([refusing, failing].flatMap(({ coze }) => coze.seen)).toEqual([])
  })
})
