import { base64url, CompactSign } from 'jose'
import { assertSessionName, type SessionName } from './session-name.ts'

const JTI_BYTES = 32
/** Room for a clock of ours that runs ahead. */
const ISSUED_BEFORE_SECONDS = 30
const LIFE_SECONDS = 5 * 60
const encoder = new TextEncoder()

export interface SigningKey {
  /** The fingerprint of the public key in Coze's console. */
  keyId: string
  key: CryptoKey
}

/** Enterprise accounting (coze-contract.md 1.2); it has no effect on isolation. */
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
  /** Upstream's time as far as we know it, milliseconds since the epoch. */
  nowMs: number
  random: (length: number) => Uint8Array
}

/** The JWT that asks Coze for a token (RFC 7523, RFC 7515 section 3.1). It works once: sign a new one for every try. */
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
  // Not `SignJWT`, which clones the claims: a tenth of what minting costs beside the signature.
  return new CompactSign(encoder.encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: input.signingKey.keyId })
    .sign(input.signingKey.key)
}
