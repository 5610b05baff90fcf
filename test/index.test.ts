import { describe, expect, it } from 'vitest'

describe('on a server', () => {
  it.each(['index.ts', 'headless.ts', 'official/index.ts', 'widget/widget.ts'])(
    '%s can be imported where there is no page, and does nothing',
    async (entry) => {
      expect('document' in globalThis || 'HTMLElement' in globalThis).toBe(false)
      const before = Object.keys(globalThis)
      await import(`../src/${entry}`)
      expect(Object.keys(globalThis)).toEqual(before)
    },
  )
})
