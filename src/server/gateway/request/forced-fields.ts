import type { AuthenticatedVisitor } from '../../identity/authenticated-visitor.ts'
import type { ForcedField } from '../routes.ts'
import type { WireRequest } from './wire-request.ts'

declare const checkedRequest: unique symbol

/**
 * A request that may go up: the fields that decide whose data is read hold the server's values. Only this file makes one, and
 * Coze is asked for nothing else.
 */
export type CheckedRequest = WireRequest & { readonly [checkedRequest]: true }

/** The request with the fields that the server decides; values of the browser's in these fields are overwritten. */
export function withForcedFields(
  request: WireRequest,
  visitor: AuthenticatedVisitor,
  connectorId: string,
): CheckedRequest {
  const { forced, fixed } = request.route
  const values = {
    connector_id: connectorId,
    user_id: visitor.subject,
    session_name: visitor.subject,
    ext: { user_id: visitor.subject },
  } as const satisfies Record<ForcedField, unknown>
  const chosen = (names: readonly ForcedField[] = []) => Object.fromEntries(names.map((name) => [name, values[name]]))
  const checked: WireRequest = {
    ...request,
    query: { ...request.query, ...fixed?.query, ...(chosen(forced?.query) as Record<string, string>) },
    body: { ...request.body, ...fixed?.body, ...chosen(forced?.body) },
  }
  return checked as CheckedRequest
}
