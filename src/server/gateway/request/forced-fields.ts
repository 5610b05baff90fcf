import type { AuthenticatedVisitor } from '../../identity/authenticated-visitor.ts'
import type { ForcedField } from '../routes.ts'
import type { WireRequest } from './wire-request.ts'

/** The request with the fields that the server decides; values of the browser's in these fields are overwritten. */
export function withForcedFields(
  request: WireRequest,
  visitor: AuthenticatedVisitor,
  connectorId: string,
): WireRequest {
  const { forced, fixed } = request.route
  const values = {
    connector_id: connectorId,
    user_id: visitor.subject,
    session_name: visitor.subject,
    ext: { user_id: visitor.subject },
  } as const satisfies Record<ForcedField, unknown>
  const chosen = (names: readonly ForcedField[] = []) => Object.fromEntries(names.map((name) => [name, values[name]]))
  return {
    ...request,
    query: { ...request.query, ...fixed?.query, ...(chosen(forced?.query) as Record<string, string>) },
    body: { ...request.body, ...fixed?.body, ...chosen(forced?.body) },
  }
}
