import { MAX_TOKEN_REQUEST_BYTES, TOKEN_REQUEST_HEADER, type TokenAnswer } from '../contract.ts'
import { type Answer, emptyAnswer, faultAnswer, jsonAnswer } from './answers.ts'
import type { Call } from './call.ts'
import type { Limiter } from './limits.ts'
import type { Principal } from './principal-desk.ts'
import { ServiceFault } from './service-fault.ts'
import type { CredentialDesk, Route, ServiceParts } from './service-parts.ts'
import { parseTokenRequest, refuseIdentityBesideBody } from './token-request.ts'

const BODY_LIMIT_MS = 5_000
const ALLOW = ['allow', 'POST, OPTIONS'] as const

/**
 * `POST /token`. Cheap work first: what is refused for its method, origin or address costs neither cryptography nor a
 * hook, and nothing is signed before the cache and the single flight have been asked.
 */
export function createTokenEndpoint(parts: ServiceParts, credentials: CredentialDesk): Route {
  const { cors, desk, clock, events } = parts

  return async (call) => {
    const corsHeaders = cors.judge(call)
    try {
      if (call.method === 'OPTIONS' && call.header('origin') !== undefined) {
        if (corsHeaders === undefined) throw new ServiceFault('origin_not_allowed')
        return emptyAnswer(204, [...corsHeaders, ...cors.preflightHeaders])
      }
      if (call.method !== 'POST') throw new ServiceFault('method_not_allowed', { headers: ALLOW })
      if (corsHeaders === undefined) throw new ServiceFault('origin_not_allowed')
      return await answerPost(call, corsHeaders)
    } catch (error) {
      if (!(error instanceof ServiceFault)) throw error
      events.emit({ type: 'refused', route: 'token', code: error.code })
      return faultAnswer(error, corsHeaders ?? [])
    }
  }

  async function answerPost(call: Call, corsHeaders: readonly string[]): Promise<Answer> {
    if (isPrefetch(call)) throw new ServiceFault('prefetch_refused')
    if (!isJson(call.header('content-type'))) throw new ServiceFault('unsupported_media_type')
    if (call.header(TOKEN_REQUEST_HEADER) === undefined) throw new ServiceFault('bad_request')
    refuseIdentityBesideBody(call)
    await parts.spendAddressLimit(call)
    const request = parseTokenRequest(await readBody(call))

    const resolution = await desk.resolve(call, {
      credential: request.session_id,
      expect: request.expect,
      beforeIssue: request.end === true ? undefined : () => spend(parts.issueLimiter, parts.addressOf(call)),
    })
    // `end` from somebody we don't know (any more): there is nothing to forget.
    if (resolution === undefined) return emptyAnswer(204, corsHeaders)
    const { principal, ticket } = resolution
    const limitHeaders = await spend(parts.sessionLimiter, principal.sessionName)

    if (request.end === true) {
      await credentials.end(principal)
      events.emit({ type: 'session_ended', kind: principal.kind, subject: principal.subject })
      return emptyAnswer(204, [...limitHeaders, ...corsHeaders])
    }
    const renew = request.renew === true
    const { text, expiresAtMs, source } = await credentials.credentialFor(principal, call, { renew })
    events.emit({ type: 'token_answered', kind: principal.kind, source, subject: principal.subject })
    return jsonAnswer(200, tokenAnswer(text, expiresAtMs - clock.now(), principal, ticket), [
      ...resolution.headers,
      ...limitHeaders,
      ...corsHeaders,
    ])
  }

  async function readBody(call: Call): Promise<string> {
    if (Number(call.header('content-length') ?? 0) > MAX_TOKEN_REQUEST_BYTES) throw new ServiceFault('too_large')
    const body = await call.readText(MAX_TOKEN_REQUEST_BYTES, BODY_LIMIT_MS, clock)
    if ('text' in body) return body.text
    throw new ServiceFault(body.failure === 'too_large' ? 'too_large' : 'bad_request')
  }
}

/** Takes one from the budget; the headers tell what is left. */
async function spend(limiter: Limiter | undefined, key: string): Promise<readonly string[]> {
  if (limiter === undefined) return []
  const { allowed, headers, retryAfterSeconds } = await limiter.consume(key)
  if (allowed) return headers
  throw new ServiceFault('rate_limited', { retryAfterSeconds, headers })
}

function tokenAnswer(accessToken: string, leftMs: number, principal: Principal, ticket: string | undefined): string {
  const answer: TokenAnswer = {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: Math.max(0, Math.floor(leftMs / 1000)),
    kind: principal.kind,
    subject: principal.subject,
    ...(ticket !== undefined && { session_id: ticket }),
  }
  return JSON.stringify(answer)
}

/** Browsers mark requests of pages that nobody has looked at yet (F10); `Purpose` is the older name. */
function isPrefetch(call: Call): boolean {
  return (call.header('sec-purpose') ?? call.header('purpose'))?.includes('prefetch') === true
}

function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(contentType)
}
