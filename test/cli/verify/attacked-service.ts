/** A service of ours in front of the simulator, all in this process, for `verify` to attack. */
import { SignJWT } from 'jose'
import type { Report } from '../../../src/cli/report/findings.ts'
import { type VerifyOptions, verify } from '../../../src/cli/verify/verify.ts'
import { identityToken } from '../../../src/server/identity/identity-token/identity-token.ts'
import { createTokenService, type TokenServiceOptions } from '../../../src/server/token-service.ts'
import { createCozeSimulator, SIMULATOR_IDS } from '../../../src/simulator/index.ts'
import { SECRET } from '../../server/support/test-service.ts'

export const { botId, appId, workflowId } = SIMULATOR_IDS
export const SITE = 'https://shop.example'
const COZE = 'https://api.coze.cn'
const JWT_SECRET = 'the secret that signs identity tokens'

export const coze = await createCozeSimulator()

export type Fetch = (request: Request) => Promise<Response>

export interface Setup extends Partial<VerifyOptions> {
  service?: Partial<TokenServiceOptions>
  /** Stands in front of the service and makes a hole. */
  inFront?: (service: Fetch) => Fetch
  /** What to talk to; empty for none. */
  target?: Pick<VerifyOptions, 'botId' | 'appId' | 'workflowId'>
  /** Options of the service at `other.example`. */
  other?: Partial<TokenServiceOptions>
}

/** Runs `verify` against a service of ours in front of the simulator, all in this process. */
export function verifyOurs({
  service = {},
  inFront = (plain) => plain,
  other,
  target = { botId },
  ...options
}: Setup = {}): Promise<Report> {
  const start = (further: Partial<TokenServiceOptions>): Fetch => {
    const { appId: oauthAppId, keyId, privateKeyPem } = coze.credentials
    const running = createTokenService({
      appId: oauthAppId,
      keyId,
      privateKey: privateKeyPem,
      secret: SECRET,
      fetch: (input, init) => coze.fetch(new Request(input, init)),
      ...further,
    })
    return (request) => running.fetch(request, { remoteAddress: '203.0.113.7' })
  }
  const hosts: Record<string, Fetch> = {
    [SITE]: inFront(start(service)),
    'https://other.example': start(other ?? {}),
    [COZE]: (request) => coze.fetch(request),
  }
  return verify({
    tokenUrl: `${SITE}/api/coze/token`,
    ...target,
    fetch: async (input, init) => {
      const request = new Request(input, init)
      return (await hosts[new URL(request.url).origin]?.(request)) ?? new Response('', { status: 404 })
    },
    ...options,
  })
}

export function identityOf(sub: string, lifeSeconds = 300): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(SITE)
    .setAudience('coze-chat')
    .setSubject(sub)
    .setIssuedAt()
    .setExpirationTime(`${lifeSeconds}s`)
    .sign(new TextEncoder().encode(JWT_SECRET))
}

export const signedIn = identityToken({ issuer: SITE, audience: 'coze-chat', secret: JWT_SECRET })

/** A sound service, and a second site on the same account, with two signed-in users. */
export async function twoSites(): Promise<Setup> {
  return {
    service: { identify: signedIn, tenant: 'shop' },
    other: { identify: signedIn, tenant: 'other' },
    otherTokenUrl: 'https://other.example/api/coze/token',
    origin: SITE,
    bearer: [await identityOf('alice'), await identityOf('bob')],
  }
}
