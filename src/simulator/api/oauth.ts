/** `/api/permission/oauth2`: the OAuth JWT flow of a service app, which exchanges an RS256 assertion once for an access token (docs/coze.md 1). */
import type { Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose'
import * as v from 'valibot'
import type { WireOAuthError, WireTokenAnswer } from '../../coze/wire/oauth.ts'
import { ENTERPRISE_ID } from '../world/catalogue.ts'
import { createSecret } from '../world/ids.ts'
import type { OAuthApp, Simulation } from '../world/simulation.ts'
import type { Token } from '../world/store.ts'
import type { SimulatorContext, SimulatorEnv } from './call/context.ts'
import { readJson, withoutNull } from './call/request-body.ts'

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const DEFAULT_TOKEN_SECONDS = 900
const MAX_TOKEN_SECONDS = 86_399
/** Longest time from `iat` to `exp`. */
const MAX_ASSERTION_SECONDS = 86_400
/** How far in the future `iat` may be. */
const CLOCK_SKEW_SECONDS = 60
const MAX_SESSION_NAME_LENGTH = 256
const AUDIENCES = ['api.coze.cn', 'api.coze.com']

type OAuthErrorCode = 'invalid_request' | 'invalid_client' | 'unsupported_grant_type' | 'access_deny' | 'internal_error'

const OAUTH_STATUS: Record<OAuthErrorCode, ContentfulStatusCode> = {
  invalid_request: 400,
  unsupported_grant_type: 400,
  invalid_client: 401,
  access_deny: 403,
  internal_error: 500,
}

/** Ends an exchange; it has an error body of its own, unlike the calls of the Open API. */
class OAuthFailure extends Error {
  override readonly name = 'OAuthFailure'
  readonly code: OAuthErrorCode

  constructor(code: OAuthErrorCode, message = '') {
    super(message)
    this.code = code
  }
}

export function addOAuth(app: Hono<SimulatorEnv>, simulation: Simulation): void {
  const exchange = async (c: SimulatorContext, accountOf: (app: OAuthApp) => string): Promise<Response> => {
    try {
      const { oauthError } = simulation.knobs
      if (oauthError !== null) throw new OAuthFailure(oauthError, 'Simulated failure')
      return c.json(await exchangeAssertion(c, simulation, accountOf))
    } catch (error) {
      if (!(error instanceof OAuthFailure)) throw error
      const body: WireOAuthError = { error_code: error.code, error_message: error.message }
      return c.json(body, OAUTH_STATUS[error.code])
    }
  }
  app.post('/api/permission/oauth2/token', (c) => exchange(c, (oauthApp) => oauthApp.accountId))
  app.post('/api/permission/oauth2/account/:account/token', (c) => {
    const account = c.req.param('account')
    return exchange(c, () => {
      if (!simulation.accounts.has(account)) throw new OAuthFailure('access_deny', 'account is not accessible')
      return account
    })
  })
  app.post('/api/permission/oauth2/enterprise_id/:enterprise/token', (c) =>
    exchange(c, (oauthApp) => {
      if (c.req.param('enterprise') !== ENTERPRISE_ID) throw new OAuthFailure('access_deny', 'invalid app type')
      return oauthApp.accountId
    }),
  )
}

const scopeSchema = v.looseObject({
  account_permission: v.optional(v.object({ permission_list: v.array(v.string()) })),
  attribute_constraint: v.nullish(
    v.object({ connector_bot_chat_attribute: v.object({ bot_id_list: v.array(v.string()) }) }),
  ),
})

const requestSchema = v.looseObject({
  grant_type: v.string(),
  duration_seconds: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_TOKEN_SECONDS)),
    DEFAULT_TOKEN_SECONDS,
  ),
  scope: v.nullish(scopeSchema),
})

async function exchangeAssertion(
  c: SimulatorContext,
  simulation: Simulation,
  accountOf: (app: OAuthApp) => string,
): Promise<WireTokenAnswer> {
  const body = v.safeParse(requestSchema, withoutNull(await readJson(c)))
  if (!body.success) {
    throw new OAuthFailure('invalid_request', `invalid request: ${v.getDotPath(body.issues[0]) ?? 'body'}`)
  }
  const { grant_type: grant, duration_seconds: duration, scope } = body.output
  if (grant !== GRANT) throw new OAuthFailure('unsupported_grant_type', `not supported grant type: ${grant}`)

  const assertion = /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
  if (assertion === undefined) throw new OAuthFailure('invalid_request', 'invalid request: verify jwt empty error')
  const { oauthApp, claims } = await verifyAssertion(simulation, assertion, new URL(c.req.url).host)
  const sessionName = sessionNameOf(claims)
  const uid = accountOf(oauthApp)
  // Last, so that an assertion refused for another reason stays usable.
  useOnce(simulation, claims)

  c.set('sessionName', sessionName)
  const seconds = simulation.knobs.tokenSeconds ?? duration
  const expiresAt = simulation.nowSeconds() + seconds
  const token = issueToken(simulation, {
    uid,
    sessionName,
    scope: scope ? toScope(scope) : null,
    expiresAt,
    revoked: false,
  })
  return {
    access_token: token,
    expires_in: simulation.knobs.expiresInAsDuration ? seconds : expiresAt,
    token_type: 'Bearer',
  }
}

function toScope(scope: v.InferOutput<typeof scopeSchema>): Token['scope'] {
  return {
    ...(scope.account_permission && { account_permission: scope.account_permission }),
    ...(scope.attribute_constraint && { attribute_constraint: scope.attribute_constraint }),
  }
}

/** @returns the text of a new access token */
export function issueToken(simulation: Simulation, token: Token): string {
  const text = createSecret('czs_')
  simulation.store.tokens.set(text, token)
  return text
}

async function verifyAssertion(
  simulation: Simulation,
  assertion: string,
  ownHost: string,
): Promise<{ oauthApp: OAuthApp; claims: JWTPayload }> {
  try {
    const { kid = '' } = decodeProtectedHeader(assertion)
    const oauthApp = simulation.oauthApps.get(decodeJwt(assertion).iss ?? '')
    const key = oauthApp?.keys.get(kid)
    if (oauthApp === undefined || key === undefined) throw new OAuthFailure('invalid_client')
    const now = simulation.nowSeconds()
    const { payload } = await jwtVerify(assertion, key, {
      algorithms: ['RS256'],
      audience: [...AUDIENCES, ownHost],
      currentDate: new Date(now * 1000),
      requiredClaims: ['iat', 'exp', 'jti'],
    })
    const { iat = 0, exp = 0 } = payload
    if (iat > now + CLOCK_SKEW_SECONDS || exp <= iat || exp - iat > MAX_ASSERTION_SECONDS) {
      throw new OAuthFailure('invalid_client')
    }
    return { oauthApp, claims: payload }
  } catch (cause) {
    // The vendor does not say what is wrong with an assertion.
    throw cause instanceof OAuthFailure ? cause : new OAuthFailure('invalid_client')
  }
}

function sessionNameOf(claims: JWTPayload): string | null {
  const name = claims['session_name']
  if (name === undefined) return null
  if (typeof name !== 'string' || name === '' || name.length > MAX_SESSION_NAME_LENGTH) {
    throw new OAuthFailure('invalid_request', 'invalid request: session_name')
  }
  return name
}

function useOnce(simulation: Simulation, { jti, exp = 0 }: JWTPayload): void {
  const { usedJti } = simulation.store
  if (typeof jti !== 'string' || jti === '' || (usedJti.get(jti) ?? 0) > simulation.nowSeconds()) {
    throw new OAuthFailure('invalid_client')
  }
  usedJti.set(jti, exp)
}
