import type { ServiceRequest } from '../../http/service-request.ts'
import type { AuthenticatedVisitor } from '../../identity/authenticated-visitor.ts'
import { fieldsOf } from '../lossless-json.ts'
import { withForcedFields } from '../request/forced-fields.ts'
import { meansMissing } from '../response/refusal.ts'
import { routeNamed } from '../route-matching.ts'
import type { CallUpstream } from '../upstream/call-upstream.ts'

export type LookupRoute = 'conversation_retrieve' | 'chat_retrieve'

/**
 * What Coze has for the session's own token; `undefined` where it has nothing.
 * @throws VendorRefusal | ServiceError when Coze's response does not tell
 */
export type UpstreamLookup = (
  routeName: LookupRoute,
  query: Readonly<Record<string, string>>,
  visitor: AuthenticatedVisitor,
  request: ServiceRequest,
) => Promise<Readonly<Record<string, unknown>> | undefined>

export function createUpstreamLookup(callUpstream: CallUpstream, connectorId: string): UpstreamLookup {
  return async (routeName, query, visitor, request) => {
    const route = routeNamed(routeName)
    const wireRequest = { route, path: route.path, ids: {}, query, body: {}, fileIds: [] }
    try {
      const response = await callUpstream(withForcedFields(wireRequest, visitor, connectorId), { visitor, request })
      return response.kind === 'json' ? (fieldsOf(response.body['data']) ?? {}) : undefined
    } catch (error) {
      if (meansMissing(error)) return undefined
      throw error
    }
  }
}
