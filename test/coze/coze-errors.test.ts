import { describe, expect, it } from 'vitest'
import { errorFromVendor, isAuthCode, problemFromVendor } from '../../src/coze/coze-errors.ts'
import { ERROR_CODES } from '../../src/errors.ts'

/** coze-contract 7.1, row by row: code, ours, whether the same call may succeed later. */
const TABLE: readonly (readonly [codes: readonly (number | string)[], code: string, retryable: boolean])[] = [
  [[4000, 4003, 4004, 4005, 4007, 4021, 4314, 400], 'invalid_request', false],
  [[4001, 4002, 4200, '720702204', 404], 'conversation_not_found', false],
  [[4006], 'agent_not_found', false],
  [[4008, 4028, 4033], 'quota_exceeded', false],
  [[4010], 'input_too_long', false],
  [[4011, 4012, 4019, 4022, 4027, 788788103], 'account_problem', false],
  [[4013, 4020, 429], 'rate_limited', true],
  [[4015, 702242003], 'not_published', false],
  [[4016], 'conversation_busy', true],
  [[4100, 700012006, 401], 'unauthorized', false],
  [[4101, 403], 'permission_denied', false],
  [[4102, 4105], 'content_refused', false],
  [[4300, 4301, 4302, 4303, 4304], 'upload_refused', false],
  [[4009, 4014, 5000, 6006, 500, 502, 503, 'whatever'], 'upstream_error', true],
]

describe('the vendor’s codes', () => {
  it.each(TABLE)('%j become %s (retryable: %s)', (codes, code, retryable) => {
    for (const vendorCode of codes) {
      const facts = { code, retryable, upstreamCode: String(vendorCode) }
      expect(errorFromVendor(vendorCode)).toMatchObject(facts)
      expect(problemFromVendor(vendorCode, undefined)).toEqual(facts)
      expect(ERROR_CODES).toContain(code)
    }
  })

  it('ask for a fresh token in four cases, whatever their spelling', () => {
    for (const code of [401, 4100, 4101, 700012006])
      expect([isAuthCode(code), isAuthCode(`${code}`)]).toEqual([true, true])
    for (const code of [0, 403, 4000, undefined]) expect(isAuthCode(code)).toBe(false)
  })

  it('T9: are told without a word of the vendor’s', () => {
    const { logId, message } = errorFromVendor(4100, { logId: 'log1' })
    expect([logId, message]).toEqual(['log1', 'Coze refused the call with code 4100.'])
  })
})
