import { afterEach, describe, expect, it, vi } from 'vitest'
import { type CozeChatError, ERROR_CODES, isCozeChatError } from '../../../src/errors.ts'
import { browserPlatform } from '../../../src/platform/browser.ts'
import { createErrorLog, withCure } from '../../../src/ui/strings/console-words.ts'
import { readUserToken } from '../../../src/visitor/token/host-callbacks.ts'

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
    expect(withCure('network', '')).toMatch(/connect-src.*CORS/)
    expect(withCure('signed_out', '')).toContain('its log names the claim')
  })

  it('speaks Chinese where the browser does, of every error that has an English cure', () => {
    const cured = ERROR_CODES.filter((code) => withCure(code, '') !== `${code}.`)
    vi.stubGlobal('navigator', { language: 'zh-CN' })
    for (const code of cured) expect(withCure(code, ''), code).toMatch(/^\w+\. .*[\u4e00-\u9fff]/)
    expect(withCure('rate_limited', '', '4013')).toContain('扣子限制')
    expect(withCure('invalid_options', 'few words.')).toMatch(/^invalid_options: few words\. .*引号/)
  })

  it('tells whoever has a token endpoint of their own by which field it says where its Coze is', () => {
    for (const language of ['en', 'zh-CN']) {
      vi.stubGlobal('navigator', { language })
      for (const code of ['token_rejected', 'unauthorized'] as const) expect(withCure(code, '')).toContain('api_base')
    }
  })

  it('does not send the owner to the network panel for a function of the page that throws', async () => {
    const fails = () => Promise.reject(new Error('secret'))
    const error = await readUserToken(fails, new AbortController().signal, browserPlatform).catch(
      (thrown: CozeChatError) => thrown,
    )
    if (!isCozeChatError(error)) throw new Error('nothing was thrown')
    expect(withCure(error.code, error.message)).toBe(
      'network: The function userToken of the page failed (Error). The chat goes on once it gives a token.',
    )
    vi.stubGlobal('navigator', { language: 'zh-CN' })
    expect(withCure(error.code, error.message)).toMatch(/\(Error\)\. [^a-z]*。$/)
  })

  it('tells in Chinese what to do about a policy of the page, of which the words are English', () => {
    vi.stubGlobal('navigator', { language: 'zh-CN' })
    expect(withCure('blocked_by_csp', 'few words.')).toMatch(/Content-Security-Policy/)
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
