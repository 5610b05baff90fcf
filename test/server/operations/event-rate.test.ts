import { describe, expect, it } from 'vitest'
import { createEventRate } from '../../../src/server/operations/event-rate.ts'
import type { ServiceEvent } from '../../../src/server/operations/events.ts'
import { createFakeClock } from '../../support/fake-clock.ts'

const refused = (code: 'not_found' | 'origin_not_allowed'): ServiceEvent => ({ type: 'refused', route: 'other', code })

describe('T30: refused requests in the log', () => {
  it('T30: ten of a kind in 10 s pass, the others are counted and told with the next', async () => {
    const clock = createFakeClock()
    const seen: [ServiceEvent, number][] = []
    const rate = createEventRate((event, unlogged) => seen.push([event, unlogged]), clock)
    for (let i = 0; i < 10_000; i++) rate.observe(refused('not_found'))
    rate.observe(refused('origin_not_allowed'))
    expect(seen).toHaveLength(11)
    await clock.advance(10_000)
    rate.observe(refused('not_found'))
    expect(seen.at(-1)).toEqual([refused('not_found'), 9_990])
  })

  it('T30: a count that no other event follows is told by flush, once', () => {
    const seen: number[] = []
    const rate = createEventRate((_, unlogged) => seen.push(unlogged), createFakeClock())
    for (let i = 0; i < 25; i++) rate.observe(refused('not_found'))
    rate.flush()
    rate.flush()
    expect(seen.reduce((sum, each) => sum + each, 0)).toBe(15)
    expect(seen).toHaveLength(11)
  })
})
