import type { ServiceRequest } from '../../http/service-request.ts'
import { type AccessPasses, isAccessPass } from '../../identity/access-pass.ts'
import type { RequestAuthenticator } from '../../identity/authenticate-request.ts'
import type { AuthenticatedVisitor } from '../../identity/authenticated-visitor.ts'
import { REFUSED, VendorRefusal } from '../response/refusal.ts'
import { bearerOf, isTicket } from './bearer.ts'

/**
 * The visitor that a request proves: by an access pass, by a visitor's ticket, or by the site's own session.
 * @throws VendorRefusal 4100 with status 401 when it proves nobody @throws ServiceError from the site's hooks
 */
export async function authenticateVisitor(
  request: ServiceRequest,
  { passes, authenticator }: { passes: AccessPasses; authenticator: Pick<RequestAuthenticator, 'authenticateRequest'> },
): Promise<AuthenticatedVisitor> {
  const bearer = bearerOf(request)
  if (bearer !== undefined && isAccessPass(bearer)) {
    const visitor = await passes.open(bearer)
    if (visitor !== undefined) return visitor
  } else {
    const authentication = await authenticator.authenticateRequest(request, {
      credential: bearer,
      // With a ticket only the ticket counts; otherwise the site's own session does (`identify`).
      ...(bearer !== undefined && isTicket(bearer) && { expect: 'anonymous' as const }),
    })
    if (authentication !== undefined) return authentication.visitor
  }
  throw new VendorRefusal(REFUSED.authentication, { status: 401 })
}
