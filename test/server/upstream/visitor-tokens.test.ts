import { describe, expect, it } from 'vitest'
import { createTestService } from '../support/test-service.ts'

describe('many at once', () => {
  it('F55 F36: a thousand requests of one cold session are one exchange and one answer', async () => {
    const { ask, coze } = createTestService({ identify: () => 'alice' })
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => ask()))
    expect(new Set(answers.map(({ json }) => JSON.stringify(json))).size).toBe(1)
    expect(coze.seen).toHaveLength(1)
  })

  it('T11: 300 sessions at once keep at most 32 calls open, and a queue that is full answers 503', async () => {
    const { ask, coze } = createTestService({
      identify: (request) => request.headers.get('x-test-user'),
      limits: { address: false, upstreamQueue: 200 },
    })
    const refused: unknown[] = []
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    // Coze answers nobody before all places are taken and the rest has been told so.
    const releaseWhenFull = () => {
      if (coze.mostOpen === 32 && refused.length === 300 - 32 - 200) release()
    }
    coze.reply = async (_seen, number) => {
      releaseWhenFull()
      await released
      return Response.json({ access_token: `czs_${number}`, expires_in: 900 })
    }
    const statuses = await Promise.all(
      Array.from({ length: 300 }, async (_, i) => {
        const { status, json } = await ask({ headers: { 'x-test-user': `user-${i}` } })
        if (status === 503) refused.push(json)
        releaseWhenFull()
        return status
      }),
    )
    expect(coze.mostOpen).toBe(32)
    expect(statuses.filter((status) => status === 200)).toHaveLength(232)
    for (const json of refused) expect(json).toEqual({ error: 'upstream_unavailable', retryAfter: 2 })
  })

  it('F56: a caller who has gone ends their own wait and nobody else\u2019s', async () => {
    for (const leaves of ['first', 'second']) {
      const { ask, coze } = createTestService({ identify: () => 'alice' })
      let release = () => {}
      coze.reply = () =>
        new Promise((resolve) => {
          release = () => resolve(Response.json({ access_token: 'czs_1', expires_in: 900 }))
        })
      const gone = new AbortController()
      const first = ask(leaves === 'first' ? { signal: gone.signal } : {})
      while (coze.seen.length < 1) await new Promise((resolve) => setImmediate(resolve))
      const second = ask(leaves === 'second' ? { signal: gone.signal } : {})
      await new Promise((resolve) => setImmediate(resolve))
      gone.abort()
      await new Promise((resolve) => setImmediate(resolve))
      release()
      const [stays, left] = leaves === 'first' ? [await second, await first] : [await first, await second]
      expect(stays.token.access_token).toBe('czs_1')
      expect(left.status).toBe(503)
      expect(coze.seen).toHaveLength(1)
    }
  })
})
