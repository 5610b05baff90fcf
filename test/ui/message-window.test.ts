import { describe, expect, it } from 'vitest'
import { earlierStart, WINDOW_STEP, windowStart } from '../../src/ui/message-window.ts'
import { userMessage } from '../support/fake-chat-store.ts'

const list = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => userMessage({ key: `m${from + index}` }))

describe('windowStart', () => {
  it('draws the newest at first', () => {
    expect(windowStart(list(0, 5000), undefined, true)).toBe(5000 - WINDOW_STEP)
    expect(windowStart(list(0, 3), undefined, true)).toBe(0)
    expect(windowStart([], undefined, true)).toBe(0)
  })

  it('keeps the first message drawn while answers arrive, so that nothing moves', () => {
    expect(windowStart(list(0, 120), 'm70', false)).toBe(70)
  })

  it('keeps it when older messages are put in front', () => {
    expect(windowStart(list(-50, 100), 'm70', false)).toBe(120)
  })

  it('cuts back a window that grew, but only for a reader who is at the bottom', () => {
    expect(windowStart(list(0, 5000), 'm10', false)).toBe(10)
    expect(windowStart(list(0, 5000), 'm10', true)).toBe(5000 - WINDOW_STEP)
  })

  it('starts over in another conversation', () => {
    expect(windowStart(list(500, 600), 'm70', true)).toBe(100 - WINDOW_STEP)
  })
})

it('goes back by steps, to the beginning', () => {
  expect(earlierStart(100)).toBe(100 - WINDOW_STEP)
  expect(earlierStart(5)).toBe(0)
})
