import { describe, expect, it } from 'vitest'
import { isCozeChatError } from '../../../src/errors.ts'
import { readGrant } from '../../../src/visitor/token/token-grant.ts'
import { readOtherResponse, readRefusal, readTokenValue } from '../../../src/visitor/token/unusual-token-response.ts'
import fc from '../../support/fast-check.ts'

const NOW = 1_790_000_000_000
/** What our own service says, and what every reader makes of it. */
const OURS = {
  access_token: 'czs_a',
  token_type: 'Bearer',
  expires_in: 838,
  kind: 'user',
  subject: 's_1',
  session_id: 'v1.x',
}
const OUR_GRANT = {
  text: 'czs_a',
  ttlMs: 838_000,
  kind: 'user',
  subject: 's_1',
  sessionId: 'v1.x',
  seal: undefined,
  fresh: false,
  agent: undefined,
}
const thrown = (work: () => unknown) => {
  try {
    work()
  } catch (error) {
    if (isCozeChatError(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('readOtherResponse', () => {
  it.each([301, 302, 307, 308])(
    'F106: a redirect (%i), as one that adds a slash, names both causes and both cures',
    (status) => {
      const { code, message } = thrown(() => readOtherResponse(new Response(null, { status }), '', NOW))
      expect(code).toBe('bad_response')
      expect(message).toMatch(/with or without the slash as the server has it.*login page.*401/)
    },
  )

  it('F106: a redirect whose status the browser hides is told as one', () => {
    expect(thrown(() => readOtherResponse(Response.error(), '', NOW)).message).toContain('redirects')
  })

  it.each([
    ['<!doctype html><title>Sign in</title>', /is HTML, as of a login/],
    ['\n<html lang="en">', /is HTML, as of a login/],
    ['', /is empty/],
    ["{'access_token': 'czs_a'}", /is not JSON/],
    ['{"code":0,"data":{"access_token":"czs_secret"}}', /an object with code, data/],
    ['{"accessToken":"czs_secret","expiresIn":900}', /an object with accessToken, expiresIn/],
    ['{}', /an empty object/],
    ['{"令牌":"czs_secret"}', /an object with other fields/],
    ['42', /type number/],
    ['{"access_token":""}', /access_token.*is empty or no token/],
    ['{"token":"czs_a b"}', /access_token.*is empty or no token/],
  ])('F31: %j is told by what it is, without what is in it', (text, words) => {
    const { code, message } = thrown(() => readOtherResponse(new Response(null), text, NOW))
    expect(code).toBe('bad_response')
    expect(message).toMatch(words)
    expect(message).not.toContain('czs_')
  })
})

describe('readTokenValue', () => {
  it('reads the answer of our own service', () => {
    expect(readTokenValue(OURS, NOW)).toEqual(OUR_GRANT)
  })

  it('reads the address of the API where the answer tells it', () => {
    const apiBase = 'https://api.coze.com/'
    expect(readTokenValue({ ...OURS, api_base: apiBase }, NOW)).toEqual({ ...OUR_GRANT, apiBase })
  })

  it.each<[string, unknown, number]>([
    ['a token under its short name', { token: 'czs_a' }, 900_000],
    ['a bare string', 'czs_a', 900_000],
    ['a duration as text', { token: 'czs_a', expires_in: '60' }, 60_000],
    ['F8: an epoch in expires_in', { access_token: 'czs_a', expires_in: NOW / 1000 + 900 }, 900_000],
    ['F8: an epoch in milliseconds', { access_token: 'czs_a', expires_in: NOW + 900_000 }, 900_000],
    ['F8: an epoch as text', { access_token: 'czs_a', expires_in: String(NOW / 1000 + 900) }, 900_000],
    ['expires_at in seconds', { access_token: 'czs_a', expires_at: NOW / 1000 + 30 }, 30_000],
    ['expires_at as a date', { access_token: 'czs_a', expires_at: new Date(NOW + 5_000).toISOString() }, 5_000],
    ['nothing but a token', { access_token: 'czs_a', expires_in: null }, 900_000],
    ['a life that is over', { access_token: 'czs_a', expires_in: 0 }, 0],
    ['a negative life', { access_token: 'czs_a', expires_in: -5 }, -5_000],
    ['an epoch in the past', { access_token: 'czs_a', expires_in: NOW / 1000 - 60 }, -60_000],
  ])('reads %s', (_, answer, ttlMs) => {
    expect(readTokenValue(answer, NOW)).toMatchObject({ text: 'czs_a', ttlMs })
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an empty object', {}],
    ['a list', ['czs_a']],
    ['a number', { access_token: 42 }],
    ['an empty token', { access_token: '' }],
    ['HTML', '<!doctype html><title>Sign in</title>'],
    ['a cut answer', '{"access_token":"czs_a'],
    ['a token with a line break', { access_token: 'czs_a\r\nx: y' }],
    ['F4: a life of 30 days', { access_token: 'czs_a', expires_in: 2_592_000 }],
    ['a life that is no number', { access_token: 'czs_a', expires_in: 'soon' }],
    ['a life that is a list', { access_token: 'czs_a', expires_in: [900] }],
  ])('F31: %s is a bad_response that may pass', (_, answer) => {
    expect(thrown(() => readTokenValue(answer, NOW))).toMatchObject({ code: 'bad_response', retryable: true })
  })

  it.each(['pat_secretsecret', 'sat_secretsecret'])('refuses %s without repeating it', (token) => {
    const error = thrown(() => readTokenValue({ access_token: token }, NOW))
    expect(error).toMatchObject({ code: 'insecure_token', retryable: false })
    expect(`${error.message}${error.stack}`).not.toContain('secretsecret')
  })

  it('tells the names of fields only where they are names', () => {
    const { message } = thrown(() => readTokenValue({ czs_0123456789abcdef0123456789abcdef: 1, 'a b': 2, ok: 3 }, NOW))
    expect(message).toContain('an object with ok.')
    expect(thrown(() => readTokenValue(undefined, NOW)).message).toContain('nothing')
  })

  it('F54: fields of a polluted prototype are not read', () => {
    const polluted = Object.create({ access_token: 'czs_evil' }) as object
    expect(thrown(() => readTokenValue(polluted, NOW)).code).toBe('bad_response')
  })

  it('takes the error codes of the service also from a function of the page', () => {
    expect(thrown(() => readTokenValue({ error: 'signed_out' }, NOW)).code).toBe('signed_out')
    expect(thrown(() => readTokenValue({ error: 'rate_limited', retryAfter: 3 }, NOW))).toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 3_000,
    })
  })

  it('F31: whatever comes, the outcome is a token or one of our errors', () => {
    const anything = fc.oneof(
      fc.anything(),
      fc.record(
        {
          access_token: fc.oneof(fc.string(), fc.anything()),
          expires_in: fc.anything(),
          expires_at: fc.anything(),
          kind: fc.anything(),
          subject: fc.anything(),
          session_id: fc.anything(),
          error: fc.anything(),
        },
        { requiredKeys: [] },
      ),
    )
    fc.assert(
      fc.property(anything, (answer) => {
        try {
          const grant = readTokenValue(answer, NOW)
          return grant.text.length > 0 && grant.ttlMs <= 86_460_000
        } catch (error) {
          return isCozeChatError(error)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('readRefusal', () => {
  it.each<[number, unknown, string, boolean]>([
    [401, { error: 'signed_out' }, 'signed_out', false],
    [401, { error: 'anonymous_disabled' }, 'anonymous_disabled', false],
    [401, '<html>', 'signed_out', false],
    [403, { error: 'origin_not_allowed' }, 'origin_not_allowed', false],
    [400, { error: 'identity_in_body' }, 'identity_in_body', false],
    [413, { error: 'too_large' }, 'bad_request', false],
    [404, undefined, 'misconfigured', false],
    [405, '<html>', 'misconfigured', false],
    // A server of files alone, such as `python3 -m http.server`, says of a POST that it cannot.
    [501, '<html>', 'misconfigured', false],
    [429, undefined, 'rate_limited', true],
    [500, { error: 'misconfigured' }, 'misconfigured', false],
    [500, undefined, 'upstream_unavailable', true],
    [503, { error: 'identity_unavailable' }, 'identity_unavailable', true],
    [503, { error: 'constructor' }, 'upstream_unavailable', true],
  ])('status %i with %j is %s', (status, body, code, retryable) => {
    expect(readRefusal(status, body, null, NOW)).toMatchObject({ code, retryable })
  })

  it('F29: reads Retry-After as seconds and as a date', () => {
    expect(readRefusal(429, undefined, '7', NOW).retryAfterMs).toBe(7_000)
    expect(readRefusal(503, undefined, new Date(NOW + 9_000).toUTCString(), NOW).retryAfterMs).toBe(9_000)
    for (const odd of ['', 'soon', '-3', '0'])
      expect(readRefusal(429, undefined, odd, NOW).retryAfterMs).toBeUndefined()
  })

  it('F52: a missing sign-in names the way for pages on another origin', () => {
    expect(readRefusal(401, undefined, null, NOW).message).toContain('userToken')
  })
})

describe('readGrant', () => {
  it('reads the answer of our own service', () => {
    expect(readGrant(OURS)).toEqual(OUR_GRANT)
    expect(readGrant({ ...OURS, kind: 'admin', subject: 7 })).toMatchObject({ kind: undefined, subject: undefined })
  })

  it('takes nothing but `true` for a new visitor, and leaves the agent’s profile to whoever reads it', () => {
    const agent = { id: '73', profile: { bot_id: '73' } }
    expect(readGrant({ ...OURS, fresh: true, agent })).toMatchObject({ fresh: true, agent })
    for (const fresh of ['true', 1, {}, null]) expect(readGrant({ ...OURS, fresh })).toMatchObject({ fresh: false })
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a bare token', 'czs_a'],
    ['another name for it', { ...OURS, access_token: undefined, token: 'czs_a' }],
    ['a personal token', { ...OURS, access_token: 'pat_secret' }],
    ['a token with a line break', { ...OURS, access_token: 'czs_a\r\nx: y' }],
    ['no life', { access_token: 'czs_a' }],
    ['a life as text', { ...OURS, expires_in: '838' }],
    ['F8: an epoch', { ...OURS, expires_in: 1_790_000_000 }],
    ['an error beside the token', { ...OURS, error: 'signed_out' }],
    ['F54: fields of a polluted prototype', Object.create(OURS)],
  ])('does not take %s', (_, answer) => {
    expect(readGrant(answer)).toBeUndefined()
  })
})
