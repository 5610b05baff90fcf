import { describe, expect, it } from 'vitest'
import { withCure } from '../src/error-cures.ts'
import { ERROR_CODES } from '../src/errors.ts'

describe('withCure', () => {
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
    const without = ERROR_CODES.filter((code) => withCure(code, '') === `${code}.`)
    expect(without.sort()).toEqual([...speaksForItself, ...mendedByVisitors].sort())
  })

  it("blames the vendor's own limit on the vendor", () => {
    expect(withCure('rate_limited', 'few words.')).toMatch(/^rate_limited: few words\. The token service/)
    expect(withCure('rate_limited', 'Coze answered with code 4013', '4013')).toContain('Coze limits')
  })
})
