import { generateKeyPair, SignJWT } from 'jose'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type CozeSimulator, createCozeSimulator, SIMULATOR_IDS } from '../../../src/simulator/index.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { exchange, signAssertion, visit } from '../support.ts'

/** Making a key pair takes a while, so the tests share a simulator and reset it. */
let shared: CozeSimulator
let simulator: CozeSimulator
const now = () => Math.floor(Date.now() / 1000)

beforeAll(async () => {
  shared = await createCozeSimulator()
})
beforeEach(() => {
  shared.reset()
  simulator = shared
})

/** Status and error code of an exchange; `token` for a success. */
async function outcome(assertion: string, body: Record<string, unknown> = {}, path?: string): Promise<unknown[]> {
  const answer = await exchange(simulator, assertion, body, path)
  return [answer.status, answer.body['error_code'] ?? 'token']
}

describe('the token endpoint', () => {
  it('answers a token and the moment it expires', async () => {
    const { body } = await exchange(simulator, await signAssertion(simulator, { session_name: 'A' }), {
      duration_seconds: 60,
    })
    expect(body).toEqual({
      access_token: expect.stringMatching(/^czs_[0-9a-f]{64}$/),
      expires_in: expect.any(Number),
      token_type: 'Bearer',
    })
    expect(Math.abs(Number(body['expires_in']) - now() - 60)).toBeLessThan(5)
  })

  it.each<[string, Record<string, unknown>]>([
    ['an unknown app', { iss: '999' }],
    ['another audience', { aud: 'api.example.com' }],
    ['an expired assertion', { iat: now() - 100, exp: now() - 1 }],
    ['an assertion of tomorrow', { iat: now() + 120, exp: now() + 600 }],
    ['an assertion that ends before it begins', { iat: now() + 30, exp: now() + 20 }],
    ['an assertion of more than a day', { exp: now() + 90_000 }],
    ['an assertion without jti', { jti: undefined }],
    ['an assertion with an empty jti', { jti: '' }],
    ['an assertion without exp', { exp: undefined }],
    ['an assertion without iat', { iat: undefined }],
  ])('refuses %s as invalid_client', async (_what, claims) => {
    expect(await outcome(await signAssertion(simulator, claims))).toEqual([401, 'invalid_client'])
  })

  it('refuses a signature by another key, an unknown fingerprint, another algorithm and plain rubbish', async () => {
    const { privateKey } = await generateKeyPair('RS256')
    expect(await outcome(await signAssertion(simulator, {}, { key: privateKey }))).toEqual([401, 'invalid_client'])
    expect(await outcome(await signAssertion(simulator, {}, { kid: 'unknown' }))).toEqual([401, 'invalid_client'])
    const symmetric = await new SignJWT({ jti: 'x' })
      .setProtectedHeader({ alg: 'HS256', kid: simulator.credentials.keyId })
      .setIssuer(simulator.credentials.appId)
      .setAudience('api.coze.cn')
      .setIssuedAt()
      .setExpirationTime('10m')
      .sign(new TextEncoder().encode(simulator.credentials.keyId))
    expect(await outcome(symmetric)).toEqual([401, 'invalid_client'])
    expect(await outcome('rubbish')).toEqual([401, 'invalid_client'])
  })

  it('accepts each of its audiences, its own host among them', async () => {
    for (const aud of ['api.coze.cn', 'api.coze.com', 'simulated.example']) {
      expect(await outcome(await signAssertion(simulator, { aud }))).toEqual([200, 'token'])
    }
  })

  it('takes an assertion once, and does not spend one that it refused for another reason', async () => {
    const assertion = await signAssertion(simulator)
    expect(await outcome(assertion, { duration_seconds: 86_400 })).toEqual([400, 'invalid_request'])
    expect(await outcome(assertion)).toEqual([200, 'token'])
    expect(await outcome(assertion)).toEqual([401, 'invalid_client'])
  })

  it.each([
    ['a wrong grant', { grant_type: 'password' }, [400, 'unsupported_grant_type']],
    ['a life of 0 s', { duration_seconds: 0 }, [400, 'invalid_request']],
    ['a life given as text', { duration_seconds: '900' }, [400, 'invalid_request']],
  ])('refuses %s', async (_what, body, expected) => {
    expect(await outcome(await signAssertion(simulator), body)).toEqual(expected)
  })

  it.each([
    ['an empty name', ''],
    ['a number', 7],
    ['257 characters', 'x'.repeat(257)],
  ])('refuses %s as session_name', async (_what, name) => {
    expect(await outcome(await signAssertion(simulator, { session_name: name }))).toEqual([400, 'invalid_request'])
  })

  it('serves the paths for another account and for an enterprise, and refuses ids it does not know', async () => {
    const base = '/api/permission/oauth2'
    const at = async (path: string) => outcome(await signAssertion(simulator), {}, base + path)
    expect(await at('/account/2400000000000002/token')).toEqual([200, 'token'])
    expect(await at('/account/1/token')).toEqual([403, 'access_deny'])
    expect(await at('/enterprise_id/2500000000000001/token')).toEqual([200, 'token'])
    expect(await at('/enterprise_id/1/token')).toEqual([403, 'access_deny'])
  })

  it('tolerates what other SDKs add to the body', async () => {
    const body = { scope: null, client_id: '1', account_id: 1, enterprise_id: '' }
    expect(await outcome(await signAssertion(simulator), body)).toEqual([200, 'token'])
  })

  it('accepts a second public key, as during a rotation', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256')
    simulator = await createCozeSimulator({ publicKeys: { second: publicKey } })
    expect(await outcome(await signAssertion(simulator, {}, { kid: 'second', key: privateKey }))).toEqual([
      200,
      'token',
    ])
    expect(await outcome(await signAssertion(simulator))).toEqual([200, 'token'])
  })

  it('limits a scoped token to its permissions and agents, unless the knob `ignoreScope` is on', async () => {
    const scope = {
      account_permission: { permission_list: ['Connector.botChat'] },
      attribute_constraint: { connector_bot_chat_attribute: { bot_id_list: [SIMULATOR_IDS.botId] } },
    }
    const { body } = await exchange(simulator, await signAssertion(simulator), { scope })
    const visitor = visit(simulator, null, String(body['access_token']))
    const chatWith = async (botId: string) => (await visitor.ask('hi', undefined, { bot_id: botId })).length > 0
    const list = async () => (await visitor.json('GET', `/v1/conversations?bot_id=${SIMULATOR_IDS.botId}`)).body['code']
    expect([await chatWith(SIMULATOR_IDS.botId), await chatWith(SIMULATOR_IDS.secondBotId), await list()]).toEqual([
      true,
      false,
      4101,
    ])
    simulator.setKnobs({ ignoreScope: true })
    expect([await chatWith(SIMULATOR_IDS.secondBotId), await list()]).toEqual([true, 0])
  })
})

describe('knobs of tokens', () => {
  it('tokenSeconds: tokens live so long, whatever was asked for', async () => {
    const clock = createFakeClock()
    simulator = await createCozeSimulator({ clock, knobs: { tokenSeconds: 2 } })
    const nowSeconds = Math.floor(clock.now() / 1000)
    const { body } = await exchange(simulator, await signAssertion(simulator, {}, { nowSeconds }), {
      duration_seconds: 900,
    })
    expect(body['expires_in']).toBe(nowSeconds + 2)
    const visitor = visit(simulator, null, String(body['access_token']))
    const codeNow = async () => (await visitor.json('GET', '/v1/users/me')).body['code']
    expect(await codeNow()).toBe(0)
    await clock.advance(2_000)
    expect(await codeNow()).toBe(4100)
  })

  it('expiresInAsDuration: the answer counts seconds instead of naming a moment', async () => {
    simulator.setKnobs({ expiresInAsDuration: true })
    expect((await exchange(simulator, await signAssertion(simulator))).body['expires_in']).toBe(900)
  })

  it("clockOffsetSeconds: the vendor's clock is ahead, so that our assertions look old", async () => {
    simulator.setKnobs({ clockOffsetSeconds: 700 })
    expect(await outcome(await signAssertion(simulator))).toEqual([401, 'invalid_client'])
    simulator.setKnobs({ clockOffsetSeconds: -120 })
    expect(await outcome(await signAssertion(simulator))).toEqual([401, 'invalid_client'])
  })

  it.each([
    ['invalid_request', 400],
    ['invalid_client', 401],
    ['access_deny', 403],
    ['internal_error', 500],
  ] as const)('oauthError: every exchange is refused with %s', async (oauthError, status) => {
    simulator.setKnobs({ oauthError })
    expect(await outcome(await signAssertion(simulator))).toEqual([status, oauthError])
  })

  it('deniedPermissions: calls that need one answer 4101', async () => {
    simulator.setKnobs({ deniedPermissions: ['getMetadata'] })
    const visitor = visit(simulator, 'A')
    expect((await visitor.json('GET', `/v1/bots/${SIMULATOR_IDS.botId}`)).body['code']).toBe(4101)
    expect((await visitor.json('GET', '/v1/users/me')).body['code']).toBe(0)
  })

  it.each([
    [401, 4100],
    [200, 4100],
    [401, 700_012_006],
    [200, 700_012_006],
  ] as const)('authStatus %i and expiredCode %i: how a bad token is refused', async (authStatus, expiredCode) => {
    simulator.setKnobs({ authStatus, expiredCode })
    const answer = await visit(simulator, null, 'czs_unknown').json('GET', '/v1/users/me')
    expect([answer.status, answer.body['code']]).toEqual([authStatus, expiredCode])
  })

  it('revoke: makes one token, one session or all of them worthless', async () => {
    const [a, a2, b] = [visit(simulator, 'A'), visit(simulator, 'A'), visit(simulator, 'B')]
    const states = async () =>
      Promise.all([a, a2, b].map(async (visitor) => (await visitor.request('GET', '/v1/users/me')).status))
    expect([simulator.revoke({ token: a.token }), await states()]).toEqual([1, [401, 200, 200]])
    expect([simulator.revoke({ sessionName: 'A' }), await states()]).toEqual([1, [401, 401, 200]])
    expect(simulator.revoke()).toBeGreaterThan(0)
    expect(await states()).toEqual([401, 401, 401])
  })
})
