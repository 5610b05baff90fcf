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
import { withForcedFields } from './request/forced-fields.ts'
import { openUpload, type UploadBody } from './request/upload-body.ts'
import { type RouteInput, readWireRequest, type WireRequest } from './request/wire-request.ts'
import type { UpstreamResponse } from './response/upstream-response.ts'
import type { GatewayRoute } from './routes.ts'
import type { CallUpstream } from './upstream/call-upstream.ts'
import { buildUpstreamRequest } from './upstream/upstream-request.ts'

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

  return async (route, input, visitor, request) => {
    const checked = readWireRequest(route, input, options)
    await ownerCheck.checkRequest(checked, visitor, request)
    if (studioList !== undefined && route.claims === 'conversations') {
      return listStudioConversations(checked, visitor, request, { studioList, lookUp })
    }
    if (beginsConversation(checked)) await spendConversation(visitor)
    const wireRequest = withForcedFields(checked, visitor, connectorId)
    // An upload keeps a connection open as a streamed response does.
    const mayStream = route.streams !== undefined || route.body === 'upload'
    const giveBackPlace = mayStream ? limits.openStream(visitor.sessionName, request) : () => {}
    let upload: UploadBody | undefined
    let response: UpstreamResponse | undefined
    try {
      if (route.costs !== undefined) await limits.spendCall(route.costs, visitor.sessionName, request)
      if (route.body === 'upload') upload = openUpload(request, { maxBytes: maxUploadBytes, clock })
      const upstreamRequest = buildUpstreamRequest(wireRequest, request, upload)
      const context = { route, visitor, request, isReplayable: upload === undefined }
      response = await callUpstream(upstreamRequest, context)
      if (response.kind === 'json') giveBackPlace()
      else response.stream.onClose(giveBackPlace)
      return await ownerCheck.claimResponse(wireRequest, response, visitor)
    } catch (error) {
      // What must not reach the visitor, or cannot be told whose it is, is read by nobody.
      if (response === undefined) giveBackPlace()
      else if (response.kind !== 'json') response.stream.close()
      // When the upload was cut off, the request to Coze fails as well; the reason is the one to tell.
      throw upload?.failure === undefined ? error : new ServiceError(upload.failure)
    }
  }
}

/** A chatflow without a conversation goes on in the one that it has with the session. */
function beginsConversation({ route, ids }: WireRequest): boolean {
  return route.claims === 'conversation' || (route.name === 'chat' && ids['conversation_id'] === undefined)
}
