import { base64url } from 'jose'
import type { RandomBytes } from './random-bytes.ts'

const IV_BYTES = 12

/**
 * Encrypts a text with AES-GCM: base64url of a random IV (12 bytes) and the ciphertext with its tag.
 * @param boundTo where the text belongs, such as its key in a store: it opens with the same value only.
 */
export async function sealText(
  key: CryptoKey,
  text: string,
  { boundTo, random }: { boundTo: string; random: RandomBytes },
): Promise<string> {
  const iv = new Uint8Array(random(IV_BYTES))
  const ciphertext = await crypto.subtle.encrypt(parameters(iv, boundTo), key, new TextEncoder().encode(text))
  const bytes = new Uint8Array(IV_BYTES + ciphertext.byteLength)
  bytes.set(iv)
  bytes.set(new Uint8Array(ciphertext), IV_BYTES)
  return base64url.encode(bytes)
}

/** The text that {@link sealText} sealed, or `undefined` for one that was changed, sealed with another key or bound elsewhere. */
export async function openSealedText(key: CryptoKey, sealed: string, boundTo: string): Promise<string | undefined> {
  try {
    const bytes = new Uint8Array(base64url.decode(sealed))
    // A decoder accepts several spellings of the same bytes; only the one that we write may pass.
    if (base64url.encode(bytes) !== sealed) return undefined
    const parameter = parameters(bytes.subarray(0, IV_BYTES), boundTo)
    return new TextDecoder().decode(await crypto.subtle.decrypt(parameter, key, bytes.subarray(IV_BYTES)))
  } catch {
    return undefined
  }
}

function parameters(iv: Uint8Array<ArrayBuffer>, boundTo: string): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(boundTo) }
}
