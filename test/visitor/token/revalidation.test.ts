import { expect, it } from 'vitest'
import { createRevalidation } from '../../../src/visitor/token/revalidation.ts'
import { createFakeClock } from '../../support/fake-clock.ts'

it('F3: is settled by the response to a request that began after the last doubt, and by no earlier one', () => {
  const revalidation = createRevalidation(createFakeClock())
  const before = revalidation.begin()
  revalidation.demand()
  revalidation.settle(before)
  expect(revalidation.due).toBe(true)
  const after = revalidation.begin()
  revalidation.settle(after)
  expect(revalidation.due).toBe(false)
  // A response that was overtaken changes nothing any more.
  revalidation.settle(before)
  expect(revalidation.due).toBe(false)
})

it('T22: causes three requests at once, and no fourth within fifteen seconds of the first', async () => {
  const clock = createFakeClock()
  const revalidation = createRevalidation(clock)
  for (const _ of [1, 2, 3]) {
    revalidation.demand()
    expect(revalidation.pauseMs()).toBe(0)
    revalidation.settle(revalidation.begin())
    expect(revalidation.pauseMs()).toBe(0)
    await clock.advance(500)
  }
  revalidation.demand()
  expect(revalidation.pauseMs()).toBe(13_500)
  await clock.advance(13_500)
  expect(revalidation.pauseMs()).toBe(0)
})
