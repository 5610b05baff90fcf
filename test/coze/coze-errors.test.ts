import { describe, expect, it } from 'vitest'
import { errorFromVendor, problemFromVendor } from '../../src/coze/coze-errors.ts'

describe('a refusal of the vendor’s', () => {
  it.each([
    [4016, 'conversation_busy', true],
    ['720702204', 'conversation_not_found', false],
    ['whatever', 'upstream_error', true],
  ])('%j is %s as an error and as a problem (retryable: %s)', (vendorCode, code, retryable) => {
    const facts = { code, retryable, upstreamCode: String(vendorCode) }
    expect(errorFromVendor(vendorCode)).toMatchObject(facts)
    expect(problemFromVendor(vendorCode, undefined)).toEqual(facts)
    expect(problemFromVendor(vendorCode, 'log1')).toEqual({ ...facts, logId: 'log1' })
  })

  it('T9: are told without a word of the vendor’s', () => {
    const { logId, message } = errorFromVendor(4100, { logId: 'log1' })
    expect([logId, message]).toEqual(['log1', 'Coze refused the call with code 4100.'])
  })
})
