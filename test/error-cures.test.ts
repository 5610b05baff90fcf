import { describe, expect, it } from 'vitest'
import { cureOf } from '../src/error-cures.ts'
import { ERROR_CODES } from '../src/errors.ts'

describe('cureOf', () => {
  it("every error that only the site's owner can mend has a cure, unless its own words are one", () => {
    const speaksForItself = ['invalid_options', 'insecure_token', 'blocked_by_csp', 'sdk_load_failed', 'sdk_unusable']
    const mendedByVisitors = [
      'bad_request',
      'aborted',
      'conversation_not_found',
      'conversation_busy',
      'input_too_long',
      'content_refused',
      'invalid_request',
      'upload_refused',
      'upstream_error',
      'interrupted',
      'stream_too_large',
    ]
    const without = ERROR_CODES.filter((code) => cureOf(code) === '')
    expect(without.sort()).toEqual([...speaksForItself, ...mendedByVisitors].sort())
  })
})
