import type { Clock } from '../../platform/clock.ts'
import { ServiceError } from '../http/service-error.ts'
import type { ServiceRequest } from '../http/service-request.ts'
import type { AuthenticatedVisitor } from '../identity/authenticated-visitor.ts'
import type { Limiter } from '../limits/limiter.ts'
import type { ServiceLimits } from '../limits/service-limits.ts'
import type { ResolvedGatewayOptions } from './gateway-options.ts'
import type { OwnerCheck } from './ownership/owner-check.ts'
import { listStudioConversations, type StudioConversationList } from './ownership/studio-conversation-list.ts'
import type { UpstreamLookup } from './ownership/upstream-lookup.ts'
import { type CheckedRequest, withForcedFields } from './request/forced-fields.ts'
import { openUpload } from './request/upload-body.ts'
import { type RouteInput, readWireRequest, type WireRequest } from './request/wire-request.ts'
import type { UpstreamResponse } from './response/upstream-response.ts'
import type { GatewayRoute } from './routes.ts'
import type { CallUpstream } from './upstream/call-upstream.ts'

/**
 * Asks Coze for what a route says, for an authenticated visitor.
 * @param request the browser's request, for its headers, its upload and its signal; it may be for another path (`POST /chat`)
 * @throws VendorRefusal | ServiceError for what must not be sent or shown, and for failures
 */
export type RunRoute = (
  route: GatewayRoute,
  input: RouteInput,
  visitor: AuthenticatedVisitor,
  request: ServiceRequest,
) => Promise<UpstreamResponse>

export interface RouteRunnerParts {
  readonly callUpstream: CallUpstream
  readonly lookUp: UpstreamLookup
  readonly ownerCheck: OwnerCheck
  /** There only with Coze Studio. */
  readonly studioList: StudioConversationList | undefined
  readonly limits: ServiceLimits
  /** Counts the conversations that a session begins. */
  readonly newConversations: Limiter
  readonly clock: Clock
}

export function createRouteRunner(parts: RouteRunnerParts, options: ResolvedGatewayOptions): RunRoute {
  const { callUpstream, lookUp, ownerCheck, studioList, limits, newConversations, clock } = parts
  const { connectorId, maxUploadBytes } = options

  async function spendConversation({ sessionName }: AuthenticatedVisitor): Promise<void> {
    const { allowed, retryAfterSeconds } = await newConversations.consume(sessionName)
    if (!allowed) throw new ServiceError('rate_limited', { retryAfterSeconds })
  }

  /** Asks Coze. Where an upload was cut off, that is the error, although the request to Coze fails as well. */
  async function send(
    checked: CheckedRequest,
    visitor: AuthenticatedVisitor,
    request: ServiceRequest,
  ): Promise<UpstreamResponse> {
    const { costs, body } = checked.route
    if (costs !== undefined) await limits.spendCall(costs, visitor.sessionName, request)
    if (body !== 'upload') return callUpstream(checked, { visitor, request })
    const upload = openUpload(request, { maxBytes: maxUploadBytes, clock })
    try {
      return await callUpstream(checked, { visitor, request, upload })
    } catch (error) {
      throw upload.failure === undefined ? error : new ServiceError(upload.failure)
    }
  }

  /** As `send`, with a place among the open streams for as long as a connection stays open. */
  async function sendInPlace(
    checked: CheckedRequest,
    visitor: AuthenticatedVisitor,
    request: ServiceRequest,
  ): Promise<UpstreamResponse> {
    const giveBack = limits.openStream(visitor.sessionName, request)
    try {
      const response = await send(checked, visitor, request)
      if (response.kind === 'json') giveBack()
      else response.stream.onClose(giveBack)
      return response
    } catch (error) {
      giveBack()
      throw error
    }
  }

  /** Closes a stream that must not reach this visitor or whose owner is unknown. */
  async function claim(
    checked: CheckedRequest,
    response: UpstreamResponse,
    visitor: AuthenticatedVisitor,
  ): Promise<UpstreamResponse> {
    try {
      return await ownerCheck.claimResponse(checked, response, visitor)
    } catch (error) {
      if (response.kind !== 'json') response.stream.close()
      throw error
    }
  }

  return async (route, input, visitor, request) => {
    const wireRequest = readWireRequest(route, input, options)
    await ownerCheck.checkRequest(wireRequest, visitor, request)
    if (studioList !== undefined && route.claims === 'conversations') {
      return listStudioConversations(wireRequest, visitor, request, { studioList, lookUp })
    }
    if (beginsConversation(wireRequest)) await spendConversation(visitor)
    const checked = withForcedFields(wireRequest, visitor, connectorId)
    // An upload keeps a connection open as a streamed response does.
    const staysOpen = route.streams !== undefined || route.body === 'upload'
    const response = await (staysOpen ? sendInPlace : send)(checked, visitor, request)
    return claim(checked, response, visitor)
  }
}

/** A chatflow without a conversation goes on in the one that it has with the session. */
function beginsConversation({ route, ids }: WireRequest): boolean {
  return route.claims === 'conversation' || (route.name === 'chat' && ids['conversation_id'] === undefined)
}
