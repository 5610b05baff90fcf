import { describe, expect, it } from 'vitest'
import { createPart } from '../../src/platform/part.ts'

describe('code that is loaded when it is needed', () => {
  it('is loaded once, also for callers that come together', async () => {
    let loads = 0
    const part = createPart(async () => ++loads)
    expect([loads, part.loaded]).toEqual([0, undefined])
    expect([await Promise.all([part.load(), part.load()]), await part.load()]).toEqual([[1, 1], 1])
    expect(part.loaded).toBe(1)
  })

  it('is tried again at the next call when it could not be loaded', async () => {
    const answers = [
      Promise.reject(new TypeError('Failed to fetch dynamically imported module')),
      Promise.resolve('part'),
    ]
    const part = createPart(() => answers.shift() ?? Promise.reject(new Error('asked too often')))
    await expect(part.load()).rejects.toMatchObject({ code: 'network', retryable: true })
    expect(part.loaded).toBe(undefined)
    expect([await part.load(), await part.load(), part.loaded]).toEqual(['part', 'part', 'part'])
  })
})
