import { LRUCache } from 'lru-cache'
import type { IdentityKind } from '../../protocol/token-endpoint.ts'
import type { VerifiedAnonymousId } from './anonymous-id.ts'
import type { VerifiedUserId } from './identify.ts'
import type { SessionName, SessionNamer } from './session-name.ts'
import type { SubjectTagger } from './subject.ts'
import type { UserSealer } from './user-seal.ts'

/** The visitor behind a request, once the service has verified who they are. */
export interface AuthenticatedVisitor {
  readonly kind: IdentityKind
  readonly tenant: string
  readonly sessionName: SessionName
  readonly subject: string
  /** Of a user: opens what their browsers keep of their messages. */
  readonly seal?: string
}

export interface AuthenticatedVisitors {
  forUser(id: VerifiedUserId, tenant: string): Promise<AuthenticatedVisitor>
  forAnonymous(id: VerifiedAnonymousId, tenant: string): Promise<AuthenticatedVisitor>
}

const MAX_REMEMBERED = 10_000

/** Derives session name and subject from a verified id. Users are remembered, because their ids come with every request. */
export function createAuthenticatedVisitors(
  names: SessionNamer,
  subjects: SubjectTagger,
  seals: UserSealer,
): AuthenticatedVisitors {
  const users = new LRUCache<string, AuthenticatedVisitor>({ max: MAX_REMEMBERED })
  return {
    async forUser(id, tenant) {
      const key = JSON.stringify([tenant, id])
      const known = users.get(key)
      if (known !== undefined) return known
      const visitor: AuthenticatedVisitor = {
        kind: 'user',
        tenant,
        sessionName: await names.forUser(id, tenant),
        subject: await subjects('user', tenant, id),
        seal: await seals(tenant, id),
      }
      users.set(key, visitor)
      return visitor
    },
    forAnonymous: async (id, tenant) => ({
      kind: 'anonymous',
      tenant,
      sessionName: await names.forAnonymous(id, tenant),
      subject: await subjects('anonymous', tenant, id),
    }),
  }
}
