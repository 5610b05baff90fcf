import { describe, expect, it } from 'vitest'
import { mayFreshTokenHelp, meansTokenRefused, VENDOR_CODES, vendorCode } from '../../src/coze/vendor-codes.ts'
import { ERROR_CODES } from '../../src/errors.ts'

/** What the vendor's codes are to us, row by row: code, ours, whether the same call may succeed later. */
const TABLE: readonly (readonly [codes: readonly (number | string)[], code: string, retryable: boolean])[] = [
  [[4000, 4003, 4004, 4005, 4007, 4021, 4104, 4314, 4315, 400, 103000000, 103200005], 'invalid_request', false],
  [[4001, 4002, 4200, '720702204', 404, 103000002, 777777762], 'conversation_not_found', false],
  [[4006, 103100002, 100000003], 'agent_not_found', false],
  [[4008, 4028, 4033], 'quota_exceeded', false],
  [[4010, 413], 'input_too_long', false],
  [[4011, 4012, 4019, 4022, 4027, 788788103], 'account_problem', false],
  [[4013, 4020, 429], 'rate_limited', true],
  [[4015, 702242003], 'not_published', false],
  [[4016], 'conversation_busy', true],
  [[4100, 700012006, 401], 'unauthorized', false],
  [[4101, 403, 103000001], 'permission_denied', false],
  [[4102, 4105], 'content_refused', false],
  [[4300, 4301, 4302, 4303, 4304], 'upload_refused', false],
  [
    [4009, 4014, 5000, 6006, 103200001, 103200003, 103100001, 777777775, 500, 502, 503, 'whatever'],
    'upstream_error',
    true,
  ],
]

describe('the table of the vendor’s codes', () => {
  it.each(TABLE)('%j become %s (retryable: %s)', (codes, code, retryable) => {
    for (const number of codes) {
      const { error, retryable: may = false } = vendorCode(number)
      expect([error, may]).toEqual([code, retryable])
      expect(ERROR_CODES).toContain(error)
    }
  })

  it('names each number once', () => {
    const numbers = Object.values(VENDOR_CODES).map(({ number }) => number)
    expect(new Set(numbers).size).toBe(numbers.length)
  })

  it('ask for a fresh token in four cases, whatever their spelling', () => {
    for (const code of [401, 4100, 4101, 700012006]) {
      expect([mayFreshTokenHelp(code), mayFreshTokenHelp(`${code}`)]).toEqual([true, true])
    }
    for (const code of [0, 403, 4000, undefined]) expect(mayFreshTokenHelp(code)).toBe(false)
  })

  it('4101 is a permission failure: a fresh token may help, but nothing says that the old one was refused', () => {
    expect(vendorCode(4101).error).toBe('permission_denied')
    expect([401, 4100, 4101, 700012006, '4101', '4100'].map(meansTokenRefused)).toEqual([
      true,
      true,
      false,
      true,
      false,
      true,
    ])
  })
})
