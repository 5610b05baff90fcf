import { expect, it } from 'vitest'
import { originOfHost, readOrigin } from '../../../../src/server/http/proxies/origin.ts'

it('T46: what is longer than any host may be is no origin, and no advice repeats it', () => {
  for (const length of [301, 15_000]) {
    const host = `${'9'.repeat(length)}.test`
    expect(originOfHost('https', host)).toBeUndefined()
    for (const text of [host, `https://${host}`]) {
      const reading = readOrigin(text)
      expect('problem' in reading && reading.problem.length).toBeLessThan(200)
    }
  }
  expect(originOfHost('https', `${'a'.repeat(63)}.test`)).toBe(`https://${'a'.repeat(63)}.test`)
})
