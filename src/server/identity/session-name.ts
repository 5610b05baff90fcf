import { CozeChatError } from '../../errors.ts'
import type { IdentityKind } from '../../protocol/token-endpoint.ts'
import { lengthPrefixed } from '../crypto/length-prefixed.ts'
import { deriveMacKey, macOf } from '../crypto/secrets.ts'
import type { VerifiedAnonymousId } from './anonymous-id.ts'
import type { VerifiedUserId } from './identify.ts'

declare const sessionName: unique symbol

/** The `session_name` of assertions. It alone decides whose history is read, so only this file makes one. */
export type SessionName = string & { readonly [sessionName]: true }

/** How session names and subjects write the kind of a visitor. Part of the format: changing it empties every history. */
export const KIND_IN_MAC = { user: 'user', anonymous: 'anon' } as const satisfies Record<IdentityKind, string>

export interface SessionNamer {
  /** @throws CozeChatError `misconfigured` when the site's `sessionName` returns a name that cannot be used */
  forUser(id: VerifiedUserId, tenant: string): Promise<SessionName>
  forAnonymous(id: VerifiedAnonymousId, tenant: string): Promise<SessionName>
}

/**
 * Names are `u1_` or `a1_` and the MAC of kind, tenant and id: 46 characters. The kind is in the prefix and in the MAC.
 * Changing anything here empties every history; a golden test pins it.
 * @param customUserName for sites whose users already have histories under names of their own.
 */
export async function createSessionNamer(
  secret: Uint8Array<ArrayBuffer>,
  customUserName?: (identity: { id: string; tenant: string }) => string,
): Promise<SessionNamer> {
  const key = await deriveMacKey(secret, 'session-name/1')
  const derive = (kind: IdentityKind, tenant: string, id: string) =>
    macOf(key, lengthPrefixed('chat-session-name', '1', KIND_IN_MAC[kind], tenant, id))
  return {
    async forUser(id, tenant) {
      if (customUserName !== undefined) return checkCustomName(customUserName({ id, tenant }))
      return `u1_${await derive('user', tenant, id)}` as SessionName
    },
    async forAnonymous(id, tenant) {
      return `a1_${await derive('anonymous', tenant, id)}` as SessionName
    },
  }
}

/** A session in which nobody chats: `check()` of the service gets its token. Its kind is none of a visitor's. */
export async function nameForCheck(secret: Uint8Array<ArrayBuffer>, tenant: string): Promise<SessionName> {
  const key = await deriveMacKey(secret, 'session-name/1')
  return `a1_${await macOf(key, lengthPrefixed('chat-session-name', '1', 'check', tenant, ''))}` as SessionName
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
 * The last check before signing: without a name all visitors would share one history.
 * @throws CozeChatError `internal`, which means a fault in this package
 */
export function assertSessionName(name: SessionName): void {
  if (typeof name !== 'string' || !/^[\x21-\x7e]{1,64}$/.test(name)) {
    throw new CozeChatError('internal', 'Refused to sign an assertion without a valid session name.')
  }
}
