import { describe, expect, it } from 'vitest'
import { ERROR_CODES, type ErrorCode } from '../../../src/errors.ts'
import { problemAction, problemDetails, problemSentence } from '../../../src/ui/problems/problem-text.ts'
import { wholeStrings } from '../../support/whole-strings.ts'

const problem = (code: ErrorCode) => ({ code, retryable: false })

for (const [name, lang] of [
  ['English', 'en'],
  ['Chinese', 'zh-CN'],
] as const) {
  it(`every code has a sentence in ${name}, without the code and without blame`, async () => {
    const strings = await wholeStrings(lang)
    for (const code of ERROR_CODES) {
      const sentence = problemSentence(problem(code), strings)
      expect(sentence.length, code).toBeGreaterThan(4)
      expect(sentence).not.toMatch(/error|错误|invalid|fail(?!ed\.)|_/i)
    }
  })
}

describe('the one button', () => {
  it('is "edit" where other words would help', () => {
    expect(problemAction(problem('input_too_long'), false)).toBe('edit')
    expect(problemAction(problem('content_refused'), false)).toBe('edit')
  })
  it('is a new conversation where the old one is gone', () => {
    expect(problemAction(problem('conversation_not_found'), false)).toBe('new')
  })
  it('is missing where only the owner can help', () => {
    for (const code of ['misconfigured', 'not_published', 'quota_exceeded', 'account_problem'] as const) {
      expect(problemAction(problem(code), false), code).toBe('none')
    }
  })
  it('is "try again" otherwise', () => {
    for (const code of ['network', 'timeout', 'rate_limited', 'signed_out', 'interrupted', 'internal'] as const) {
      expect(problemAction(problem(code), false), code).toBe('retry')
    }
  })
  it('leads on from a chat that is shut, whatever has shut it', () => {
    for (const code of ERROR_CODES) expect(problemAction(problem(code), true), code).toMatch(/^(retry|new)$/)
  })
})

it('details are what a help desk asks for', () => {
  expect(problemDetails({ code: 'conversation_busy', retryable: true, upstreamCode: '4016', logId: 'L1' })).toBe(
    'conversation_busy · 4016 · L1',
  )
})
