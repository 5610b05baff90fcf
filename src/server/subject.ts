import type { IdentityKind } from '../contract.ts'
import { lengthPrefixed } from './length-prefixed.ts'
import { deriveMacKey, macOf } from './secrets.ts'
import { KIND_IN_MAC } from './session-name.ts'

/** An opaque tag of a session: stable, not invertible, useless for minting. The browser compares it to notice a change of user. */
export type SubjectTagger = (kind: IdentityKind, tenant: string, id: string) => Promise<string>

export async function createSubjectTagger(secret: Uint8Array<ArrayBuffer>): Promise<SubjectTagger> {
  const key = await deriveMacKey(secret, 'subject/1')
  return async (kind, tenant, id) =>
    `s_${(await macOf(key, lengthPrefixed('chat-subject', '1', KIND_IN_MAC[kind], tenant, id))).slice(0, 22)}`
}
