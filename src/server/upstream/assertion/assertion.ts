import { base64url, CompactSign } from 'jose'
import type { RandomBytes } from '../../crypto/random-bytes.ts'
import { assertSessionName, type SessionName } from '../../identity/session-name.ts'

const JTI_BYTES = 32
/** Assertions are dated back by this, in case our clock is ahead of Coze's. */
const ISSUED_BEFORE_SECONDS = 30
const LIFE_SECONDS = 5 * 60
const encoder = new TextEncoder()

export interface SigningKey {
  /** Fingerprint of the public key, as Coze's console shows it. */
  keyId: string
  key: CryptoKey
}

/** For the accounting of Coze's enterprise plans (docs/coze.md 1.2). It has no effect on which history is read. */
export interface SessionContext {
  device_info: { device_id?: string; custom_consumer?: string }
}

export interface AssertionInput {
  signingKey: SigningKey
  appId: string
  /** API host without scheme. */
  audience: string
  sessionName: SessionName
  sessionContext?: SessionContext | undefined
  /** Coze's time as far as it is known, milliseconds since the epoch. */
  nowMs: number
  random: RandomBytes
}

/**
 * Signs the JWT that asks Coze for a token (RFC 7523 section 2.1). Coze accepts each one once, so every try needs a new one.
 * @throws CozeChatError `internal` for a name that is not a session name
 */
export async function signAssertion(input: AssertionInput): Promise<string> {
  assertSessionName(input.sessionName)
  const now = Math.floor(input.nowMs / 1000)
  const claims = {
    iss: input.appId,
    aud: input.audience,
    iat: now - ISSUED_BEFORE_SECONDS,
    exp: now + LIFE_SECONDS,
    jti: base64url.encode(input.random(JTI_BYTES)),
    session_name: input.sessionName,
    ...(input.sessionContext && { session_context: input.sessionContext }),
  }
  // Not `SignJWT`: it clones the claims, which costs a tenth of all the work beside the signature.
  return new CompactSign(encoder.encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: input.signingKey.keyId })
    .sign(input.signingKey.key)
}
