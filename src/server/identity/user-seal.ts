import { lengthPrefixed } from '../crypto/length-prefixed.ts'
import { deriveMacKey, macOf } from '../crypto/secrets.ts'

/**
 * Returns the secret (43 characters of base64url) with which a user's browsers encrypt what they keep of the user's messages. It goes to
 * nobody but the user, with each token, so that it need not lie in the browser beside what it opens (T36).
 */
export type UserSealer = (tenant: string, userId: string) => Promise<string>

export async function createUserSealer(secret: Uint8Array<ArrayBuffer>): Promise<UserSealer> {
  const key = await deriveMacKey(secret, 'seal/1')
  return (tenant, userId) => macOf(key, lengthPrefixed('chat-seal', '1', tenant, userId))
}
