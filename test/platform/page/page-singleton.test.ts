import { expect, it, vi } from 'vitest'
import { pageSingleton } from '../../../src/platform/page/page-singleton.ts'

it('two copies of the package on one page get the same value under one name', async () => {
  const first = pageSingleton('test/1', () => new Map([['made by', 'first']]))
  vi.resetModules()
  const copy = await import('../../../src/platform/page/page-singleton.ts')
  expect(copy.pageSingleton).not.toBe(pageSingleton)
  expect(copy.pageSingleton('test/1', () => new Map())).toBe(first)
  expect(copy.pageSingleton('test/2', () => new Map())).not.toBe(first)
})
