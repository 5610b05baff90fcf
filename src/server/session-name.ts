import type { IdentityKind } from '../contract.ts'
import { CozeChatError } from '../errors.ts'
import type { VerifiedUser, VerifiedVisitor } from './identity.ts'
import { lengthPrefixed } from './length-prefixed.ts'
import { deriveMacKey, macOf } from './secrets.ts'

declare const sessionName: unique symbol

/** The `session_name` claim: it alone decides whose history is read, so only this file makes one. */
export type SessionName = string & { readonly [sessionName]: true }

/** How names and subjects write a kind; part of the format for ever. */
export const KIND_IN_MAC = { user: 'user', anonymous: 'anon' } as const satisfies Record<IdentityKind, string>

export interface SessionNamer {
  forUser(user: VerifiedUser, tenant: string): Promise<SessionName>
  forVisitor(visitor: VerifiedVisitor, tenant: string): Promise<SessionName>
}

/**
 * `u1_` or `a1_` and the MAC of kind, tenant and id (46 characters). The kind is in the prefix and inside the MAC.
 * Changing anything here empties every history; a golden test pins it.
 * @param customUserName for sites whose histories already hang on raw ids.
 */
export async function createSessionNamer(
  secret: Uint8Array<ArrayBuffer>,
  customUserName?: (identity: { id: string; tenant: string }) => string,
): Promise<SessionNamer> {
  const key = await deriveMacKey(secret, 'session-name/1')
  const derive = (kind: IdentityKind, tenant: string, id: string) =>
    macOf(key, lengthPrefixed('chat-session-name', '1', KIND_IN_MAC[kind], tenant, id))
  return {
    async forUser(user, tenant) {
      if (customUserName !== undefined) return checkCustomName(customUserName({ id: user, tenant }))
      return `u1_${await derive('user', tenant, user)}` as SessionName
    },
    async forVisitor(visitor, tenant) {
      return `a1_${await derive('anonymous', tenant, visitor)}` as SessionName
    },
  }
}

function checkCustomName(name: unknown): SessionName {
  if (typeof name !== 'string' || !/^[\x21-\x7e]{1,64}$/.test(name) || name.startsWith('a1_')) {
    throw new CozeChatError(
      'misconfigured',
      'sessionName() must return 1 to 64 visible ASCII characters that do not start with "a1_" (reserved for visitors).',
    )
  }
  return name as SessionName
}

/**
 * The last look before signing: without a name all visitors would share one history.
 * @throws CozeChatError `internal`; reaching it means a fault of ours.
 */
export function assertSessionName(name: SessionName): void {
  if (typeof name !== 'string' || !/^[\x21-\x7e]{1,64}$/.test(name)) {
    throw new CozeChatError('internal', 'Refused to sign an assertion without a valid session name.')
  }
}
