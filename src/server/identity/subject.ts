import type { IdentityKind } from '../../protocol/token-endpoint.ts'
import { lengthPrefixed } from '../crypto/length-prefixed.ts'
import { deriveMacKey, macOf } from '../crypto/secrets.ts'
import { KIND_IN_MAC } from './session-name.ts'

/**
 * Returns the subject of a session: a stable tag (`s_` and 22 characters) that tells nothing about the id and gives no
 * access to anything. The browser compares subjects to notice that another visitor is there.
 */
export type SubjectTagger = (kind: IdentityKind, tenant: string, id: string) => Promise<string>

export async function createSubjectTagger(secret: Uint8Array<ArrayBuffer>): Promise<SubjectTagger> {
  const key = await deriveMacKey(secret, 'subject/1')
  return async (kind, tenant, id) =>
    `s_${(await macOf(key, lengthPrefixed('chat-subject', '1', KIND_IN_MAC[kind], tenant, id))).slice(0, 22)}`
}
