import { afterEach, describe, expect, it, vi } from 'vitest'
import { ERROR_CODES } from '../../../src/errors.ts'
import { createErrorLog, withCure } from '../../../src/ui/strings/console-words.ts'

afterEach(() => void vi.unstubAllGlobals())

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

  it('names the cure of a newcomer: origins for a request that never arrives, the log for an identity token that is refused', () => {
    expect(withCure('network', '')).toContain('CHAT_ORIGINS')
    expect(withCure('signed_out', '')).toContain('its log names the claim')
  })

  it('speaks Chinese where the browser does, of every error that has an English cure', () => {
    const cured = ERROR_CODES.filter((code) => withCure(code, '') !== `${code}.`)
    vi.stubGlobal('navigator', { language: 'zh-CN' })
    for (const code of cured) expect(withCure(code, ''), code).toMatch(/^\w+\. .*[\u4e00-\u9fff]/)
    expect(withCure('rate_limited', '', '4013')).toContain('扣子限制')
    expect(withCure('invalid_options', 'few words.')).toMatch(/^invalid_options: few words\. .*引号/)
  })

  it("blames the vendor's own limit on the vendor", () => {
    expect(withCure('rate_limited', 'few words.')).toMatch(/^rate_limited: few words\. The token service/)
    expect(withCure('rate_limited', 'Coze answered with code 4013', '4013')).toContain('Coze limits')
  })
})

describe('createErrorLog', () => {
  it('prints an error once in a row, and not what a problem repeats in fewer words', () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => {})
    const log = createErrorLog()
    log({ code: 'network', message: 'no connection' })
    log({ code: 'network', message: 'no connection' })
    log({ code: 'network' })
    log({ code: 'quota_exceeded', upstreamCode: '4011' })
    expect(print.mock.calls).toEqual([
      [expect.stringMatching(/^\[coze-chat-widget\] network: no connection\. Look for/)],
      [expect.stringMatching(/^\[coze-chat-widget\] quota_exceeded: Coze answered with code 4011\. The account/)],
    ])
  })
})
