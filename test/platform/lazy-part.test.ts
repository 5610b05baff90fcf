import { describe, expect, it } from 'vitest'
import { createLazyPart } from '../../src/platform/lazy-part.ts'

describe('code that is fetched when it is needed', () => {
  it('is fetched once, also for callers that come together', async () => {
    let fetched = 0
    const load = createLazyPart(async () => ++fetched)
    expect([fetched, await Promise.all([load(), load()]), await load()]).toEqual([0, [1, 1], 1])
  })

  it('is a network problem while it cannot be fetched, and is tried again at the next call', async () => {
    const answers = [
      Promise.reject(new TypeError('Failed to fetch dynamically imported module')),
      Promise.resolve('part'),
    ]
    const load = createLazyPart(() => answers.shift() ?? Promise.reject(new Error('asked too often')))
    await expect(load()).rejects.toMatchObject({ code: 'network', retryable: true, cause: expect.any(TypeError) })
    expect([await load(), await load()]).toEqual(['part', 'part'])
  })
})
