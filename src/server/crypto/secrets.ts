import { base64url } from 'jose'
import { CozeChatError } from '../../errors.ts'

const MIN_SECRET_BYTES = 32

/** What a derived key is for; the number is the version of the format that it protects. */
export type SecretPurpose =
  | 'session-name/1'
  | 'subject/1'
  | 'seal/1'
  | 'ticket/1'
  | 'cache/1'
  | 'cache-key/1'
  | 'gateway/1'

/**
 * Reads a secret that is written as hex, base64 or base64url.
 * @param name of the option or variable, for the message.
 * @throws CozeChatError `misconfigured` when it holds fewer than 32 bytes or is written in another way.
 */
export function parseSecret(secret: string | Uint8Array, name = 'secret'): Uint8Array<ArrayBuffer> {
  const bytes = typeof secret === 'string' ? decodeSecret(secret.trim()) : new Uint8Array(secret)
  if (bytes === undefined || bytes.length < MIN_SECRET_BYTES) {
    throw new CozeChatError(
      'misconfigured',
      `${name} must hold at least 32 random bytes in base64 or hex; make one with: openssl rand -base64 32`,
    )
  }
  return bytes
}

function decodeSecret(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (/^(?:[0-9a-f]{2})+$/i.test(text)) {
    return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  }
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return undefined
  try {
    // `openssl rand -base64` writes base64, and jose decodes base64url only.
    return new Uint8Array(base64url.decode(text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')))
  } catch {
    return undefined
  }
}

/** HKDF with SHA-256, an empty salt and the purpose as info (RFC 5869): one independent 32-byte key per purpose. */
async function deriveBytes(secret: Uint8Array<ArrayBuffer>, purpose: SecretPurpose): Promise<ArrayBuffer> {
  const key = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits'])
  const info = new TextEncoder().encode(purpose)
  return crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info }, key, 256)
}

/** A key that signs and verifies (HMAC with SHA-256). */
export async function deriveMacKey(secret: Uint8Array<ArrayBuffer>, purpose: SecretPurpose): Promise<CryptoKey> {
  const bytes = await deriveBytes(secret, purpose)
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])
}

/** A key that encrypts and decrypts (AES-GCM, 256 bits). */
export async function deriveSealKey(secret: Uint8Array<ArrayBuffer>, purpose: SecretPurpose): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', await deriveBytes(secret, purpose), 'AES-GCM', false, ['encrypt', 'decrypt'])
}

/** The MAC of a message, as base64url (43 characters). */
export async function macOf(key: CryptoKey, message: Uint8Array<ArrayBuffer>): Promise<string> {
  return base64url.encode(new Uint8Array(await crypto.subtle.sign('HMAC', key, message)))
}
