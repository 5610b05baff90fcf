// @vitest-environment happy-dom
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COMMONMARK, OTHERS } from './hostile.ts'
import { ourStructure, referenceStructure } from './reference.ts'
import { createStepCounter } from './steps.ts'
import { createView, drawWhole, nodesOf } from './support.ts'

const ALL = Object.entries({ ...COMMONMARK, ...OTHERS })
/** Longer than the stretch that a growing paragraph is read again within. */
const LENGTH = 16_000
const PIECE = 800
const LIMIT_MS = 60_000

function stream(text: string, piece: number) {
  const view = createView()
  for (let at = piece; at < text.length; at += piece) view.update(text.slice(0, at), 1, false)
  view.update(text, 1, true)
  return view
}

describe('F98: a text that is made to be hard to read', () => {
  let steps: Awaited<ReturnType<typeof createStepCounter>>
  beforeAll(async () => {
    steps = await createStepCounter('/src/ui/markdown/')
  })
  afterAll(() => steps.close())

  it.each(ALL)(
    'costs twice the steps when it is twice as long, and not more: %s',
    async (_, make) => {
      const small = await steps.count(() => drawWhole(make(LENGTH)))
      const large = await steps.count(() => drawWhole(make(2 * LENGTH)))
      expect(small).toBeGreaterThan(20)
      // An address is looked for in 2,000 characters, of which the end of a short text has fewer: 2.19. What grows as the square has 4.
      expect(large / small).toBeLessThan(2.5)
    },
    LIMIT_MS,
  )

  it.each(ALL)(
    'costs so also while it grows by pieces of one length: %s',
    async (_, make) => {
      const small = await steps.count(() => stream(make(LENGTH), PIECE))
      const large = await steps.count(() => stream(make(2 * LENGTH), PIECE))
      expect(large / small).toBeLessThan(2.8)
    },
    LIMIT_MS,
  )

  it.each(ALL)(
    'ends as the same nodes in 200 pieces as in one: %s',
    (_, make) => {
      const text = make(2_000)
      expect(nodesOf(stream(text, 10).element)).toBe(nodesOf(drawWhole(text).element))
    },
    LIMIT_MS,
  )

  it.each(Object.entries(COMMONMARK))('is what CommonMark’s reference reads: %s', (_, make) => {
    const text = make(1_500)
    expect(ourStructure(text)).toBe(referenceStructure(text))
    expect(ourStructure(text, [100, 555, 1_111])).toBe(referenceStructure(text))
  })
})
