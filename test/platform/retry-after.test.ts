import { describe, expect, it } from 'vitest'
import { readRetryAfterMs } from '../../src/platform/retry-after.ts'

const NOW = Date.parse('2026-09-21T14:13:20Z')

describe('readRetryAfterMs', () => {
  it.each<[string, string | null, number | undefined]>([
    ['seconds', '7', 7_000],
    ['no wait at all', '0', 0],
    ['a fraction of seconds', '1.5', 1_500],
    ['spaces around', ' 7 ', 7_000],
    ['a day', '86400', 86_400_000],
    ['an HTTP date', new Date(NOW + 9_000).toUTCString(), 9_000],
    ['a date of RFC 850', 'Monday, 21-Sep-26 14:13:29 GMT', 9_000],
    ['a date that has passed', new Date(NOW - 9_000).toUTCString(), 0],
    ['no header', null, undefined],
    ['an empty header', '', undefined],
    ['a word', 'soon', undefined],
    ['a capital word', 'Soon', undefined],
    ['a negative number', '-3', undefined],
    ['two numbers', '3, 5', undefined],
  ])('F29: reads %s', (_, header, waitMs) => {
    expect(readRetryAfterMs(header, NOW)).toBe(waitMs)
  })
})
