import { expect, it } from 'vitest'
import { formatsFor } from '../../src/ui/formats.ts'

const noon = new Date(2026, 10, 22, 12).getTime()
const DAY = 86_400_000

it('names days the way people do', () => {
  const { day } = formatsFor('en')
  expect([0, 1, 2].map((ago) => day(noon - ago * DAY, noon))).toEqual(['Today', 'Yesterday', 'Friday, November 20'])
  expect(day(noon - 400 * DAY, noon)).toBe('October 18, 2025')
  expect(formatsFor('zh-CN').day(noon - DAY, noon)).toBe('昨天')
})

it('a day begins at midnight, not 24 hours ago', () => {
  const justAfterMidnight = new Date(2026, 10, 22, 0, 1).getTime()
  expect(formatsFor('en').day(justAfterMidnight - 2 * 60_000, justAfterMidnight)).toBe('Yesterday')
})

it('durations and sizes have their units', () => {
  expect(formatsFor('en').seconds(12)).toBe('12 sec')
  expect(formatsFor('zh-CN').seconds(12)).toBe('12秒')
  expect(formatsFor('en').megabytes(2_500_000)).toBe('2.5 MB')
})

it('a language tag that is none does not break the chat', () => {
  expect(formatsFor('not a tag!').seconds(1)).toMatch(/1/)
})
