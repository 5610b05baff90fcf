import { describe, expect, it } from 'vitest'
import { WINDOW_STEP, windowStart } from '../../../../src/ui/messages/scrolling/message-window.ts'
import { userMessage } from '../../../support/fake-chat-store.ts'

const list = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => userMessage({ key: `m${from + index}` }))

describe('windowStart', () => {
  it('draws the newest at first', () => {
    expect(windowStart(list(0, 5000), undefined)).toBe(5000 - WINDOW_STEP)
    expect(windowStart(list(0, 3), undefined)).toBe(0)
    expect(windowStart([], undefined)).toBe(0)
  })

  it('keeps the first message drawn while answers arrive, so that nothing moves', () => {
    expect(windowStart(list(0, 120), 'm70')).toBe(70)
  })

  it('keeps it when older messages are put in front', () => {
    expect(windowStart(list(-50, 100), 'm70')).toBe(120)
  })

  it('starts over in another conversation', () => {
    expect(windowStart(list(500, 600), 'm70')).toBe(100 - WINDOW_STEP)
  })
})
