import type { Clock } from '../../platform/clock.ts'
import { type GivenAgent, TOKEN_REQUEST_HEADER, type TokenAnswer } from '../../protocol/token-endpoint.ts'
import type { CorsPolicy } from '../http/cors.ts'
import type { RouteHandler } from '../http/route-table.ts'
import { ServiceError } from '../http/service-error.ts'
import type { ServiceRequest } from '../http/service-request.ts'
import { emptyResponse, errorResponse, jsonResponse, type ServiceResponse } from '../http/service-response.ts'
import type { Authentication, RequestAuthenticator } from '../identity/authenticate-request.ts'
import type { AuthenticatedVisitor } from '../identity/authenticated-visitor.ts'
import type { ServiceLimits } from '../limits/service-limits.ts'
import { type EventSink, refusedEvent } from '../operations/events.ts'
import type { BrowserCredentials } from './browser-credentials.ts'
import { checkTokenRequest, readTokenRequest } from './token-request.ts'

/**
 * `POST /token`. Cheap checks come first: a request that is refused for its method, origin or address costs neither
 * cryptography nor a call of the site's hooks.
 */
export function createTokenEndpoint(parts: {
  cors: CorsPolicy
  limits: ServiceLimits
  authenticator: RequestAuthenticator
  credentials: BrowserCredentials
  /** Where what it hands out is good, as `api_base` says it. */
  apiBase: string
  /** The profile of the agent with this id, where it is at hand; never waits and never throws. */
  agentProfile: (id: string, visitor: AuthenticatedVisitor, request: ServiceRequest) => GivenAgent | undefined
  clock: Clock
  events: EventSink
}): RouteHandler {
  const { cors, limits, authenticator, credentials, apiBase, agentProfile, clock, events } = parts

  async function respondToPost(request: ServiceRequest, corsHeaders: readonly string[]): Promise<ServiceResponse> {
    checkTokenRequest(request)
    await limits.spendAddress(request)
    const { session_id, expect, renew, end } = await readTokenRequest(request, clock)
    const authentication = await authenticator.authenticateRequest(request, {
      credential: session_id,
      expect,
      beforeIssue: end ? undefined : () => limits.spendNewVisitor(request),
    })
    // A logout of somebody unknown: there is nothing to forget.
    if (authentication === undefined) return emptyResponse(204, corsHeaders)
    const { visitor } = authentication
    const limitHeaders = await limits.spendSession(visitor.sessionName)

    if (end) {
      await authenticator.end(visitor)
      await credentials.end(visitor)
      events.emit({ type: 'session_ended', kind: visitor.kind, subject: visitor.subject })
      return emptyResponse(204, [...limitHeaders, ...corsHeaders])
    }
    const { text, leftMs, source } = await credentials.issue(visitor, request, { renew })
    events.emit({ type: 'token_answered', kind: visitor.kind, source, subject: visitor.subject })
    const agent = agentProfile(request.header(TOKEN_REQUEST_HEADER) ?? '', visitor, request)
    const json = tokenJson(text, leftMs, authentication, { apiBase, agent })
    return jsonResponse(200, json, [...authentication.headers, ...limitHeaders, ...corsHeaders])
  }

  return async (request) => {
    const corsHeaders = cors.judge(request)
    try {
      const isPreflight = request.method === 'OPTIONS' && request.header('origin') !== undefined
      if (!isPreflight && request.method !== 'POST') {
        throw new ServiceError('method_not_allowed', { headers: ['allow', 'POST, OPTIONS'] })
      }
      if (corsHeaders === undefined) throw cors.refusalOf(request)
      if (isPreflight) return emptyResponse(204, [...corsHeaders, ...cors.preflightHeaders])
      return await respondToPost(request, corsHeaders)
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      events.emit(refusedEvent('token', error))
      return errorResponse(error, corsHeaders ?? [])
    }
  }
}

function tokenJson(
  accessToken: string,
  leftMs: number,
  { visitor, ticket, isNew }: Authentication,
  { apiBase, agent }: { apiBase: string; agent: GivenAgent | undefined },
): string {
  const body: { [Field in keyof TokenAnswer]: TokenAnswer[Field] | undefined } = {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: Math.max(0, Math.floor(leftMs / 1000)),
    kind: visitor.kind,
    subject: visitor.subject,
    session_id: ticket,
    seal: visitor.seal,
    fresh: isNew,
    api_base: apiBase,
    agent,
  }
  // What is undefined is not written.
  return JSON.stringify(body)
}
