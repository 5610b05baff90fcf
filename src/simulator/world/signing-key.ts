import { exportPKCS8, exportSPKI, generateKeyPair } from 'jose'

/** A key pair as the vendor's console makes it. */
export interface SigningKey {
  /** Fingerprint of the public key, the `kid` of an assertion. */
  keyId: string
  /** What the console offers for download. */
  privateKeyPem: string
  /** What the console keeps. */
  publicKey: CryptoKey
}

let keyOfProcess: SigningKey | undefined

/** The same for all simulators of a process: to make a key pair takes longer than most tests, and this one guards nothing. */
export async function simulatedSigningKey(): Promise<SigningKey> {
  keyOfProcess ??= await createSigningKey()
  return keyOfProcess
}

async function createSigningKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const spki = new TextEncoder().encode(await exportSPKI(publicKey))
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', spki))
  const keyId = btoa(String.fromCharCode(...digest))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '')
  return { keyId, privateKeyPem: await exportPKCS8(privateKey), publicKey }
}
