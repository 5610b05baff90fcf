import { CozeChatError } from '../errors.ts'

const RSA_SHA256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const
const MIN_MODULUS_BITS = 2048

/** DER of `SEQUENCE { OBJECT IDENTIFIER rsaEncryption, NULL }`, RFC 8017 appendix A.1. */
const RSA_ALGORITHM = [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00]

/**
 * Reads the key Coze's console downloads, in whatever shape it arrives after a trip through environment variables and secret
 * managers: PKCS#8 or PKCS#1, PEM or bare base64, one line, escaped or Windows line ends, quotes, base64 of the whole file.
 * Proves it with a test signature.
 * @param name how the owner calls it, for the message; the message never holds any of the key.
 * @throws CozeChatError `misconfigured`
 */
export async function importPrivateKey(text: string, name = 'privateKey'): Promise<CryptoKey> {
  const pkcs8 = toPkcs8(text, name)
  const pair = await importPair(pkcs8).catch(() => {
    throw refuse(name, 'is not a readable RSA private key; copy the downloaded private_key.pem again, unchanged')
  })
  if (pair.modulusBits < MIN_MODULUS_BITS) {
    throw refuse(name, `is an RSA key of ${pair.modulusBits} bits; create one of at least 2048 bits`)
  }
  const probe = new TextEncoder().encode('coze-chat-widget')
  const signature = await crypto.subtle.sign(RSA_SHA256.name, pair.privateKey, probe)
  if (!(await crypto.subtle.verify(RSA_SHA256.name, pair.publicKey, signature, probe))) {
    throw refuse(name, 'does not produce valid signatures; download a new key from the Coze console')
  }
  return pair.privateKey
}

async function importPair(pkcs8: Uint8Array<ArrayBuffer>) {
  const readable = await crypto.subtle.importKey('pkcs8', pkcs8, RSA_SHA256, true, ['sign'])
  const { kty, n, e } = await crypto.subtle.exportKey('jwk', readable)
  if (kty === undefined || n === undefined || e === undefined) throw new TypeError('not an RSA key')
  return {
    modulusBits: (readable.algorithm as RsaHashedKeyAlgorithm).modulusLength,
    privateKey: await crypto.subtle.importKey('pkcs8', pkcs8, RSA_SHA256, false, ['sign']),
    publicKey: await crypto.subtle.importKey('jwk', { kty, n, e }, RSA_SHA256, false, ['verify']),
  }
}

function toPkcs8(input: string, name: string): Uint8Array<ArrayBuffer> {
  let text = unwrapText(input)
  if (text === '') throw refuse(name, 'is empty; paste the content of the downloaded private_key.pem')
  if (!text.includes('-----BEGIN')) {
    const bytes = decodeBase64(text)
    if (bytes === undefined) {
      throw refuse(name, 'has no "-----BEGIN PRIVATE KEY-----" line and is not base64; paste the whole private_key.pem')
    }
    const inner = new TextDecoder().decode(bytes)
    if (!inner.includes('-----BEGIN')) return isPkcs1(bytes) ? wrapPkcs1(bytes) : bytes
    text = unwrapText(inner)
  }
  const [, label = '', body = ''] = /-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----/.exec(text) ?? []
  switch (label) {
    case 'PRIVATE KEY':
    case 'RSA PRIVATE KEY': {
      const bytes = decodeBase64(body)
      if (bytes === undefined) {
        throw refuse(
          name,
          'is damaged or protected by a password; use the unprotected private_key.pem from the console',
        )
      }
      return label === 'PRIVATE KEY' ? bytes : wrapPkcs1(bytes)
    }
    case '':
      throw refuse(name, 'is cut off: its "-----END …-----" line is missing; paste the whole private_key.pem')
    case 'PUBLIC KEY':
    case 'RSA PUBLIC KEY':
    case 'CERTIFICATE':
      throw refuse(name, 'is a public key or certificate; Coze keeps that one, we need private_key.pem')
    case 'EC PRIVATE KEY':
      throw refuse(name, 'is an EC key; Coze accepts RSA keys (RS256) only')
    default:
      throw refuse(name, `is of the kind "${label}"; use the unprotected RSA private_key.pem from the Coze console`)
  }
}

/** Takes away what shells, dotenv files and secret managers add around a PEM. */
function unwrapText(text: string): string {
  return text
    .replace(/^\uFEFF/, '')
    .trim()
    .replace(/^(["'`])([\s\S]*)\1$/, '$2')
    .replace(/\\r|\r/g, '')
    .replace(/\\n/g, '\n')
    .trim()
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  const compact = text.replace(/\s+/g, '').replace(/-/g, '+').replace(/_/g, '/')
  if (compact === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return undefined
  try {
    return Uint8Array.from(atob(compact), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

/** Both forms start `SEQUENCE, INTEGER 0`; then PKCS#8 has the algorithm (a SEQUENCE) and PKCS#1 the modulus (an INTEGER). */
function isPkcs1(der: Uint8Array): boolean {
  const lengthOctets = (der[1] ?? 0) > 0x80 ? (der[1] ?? 0) - 0x80 : 0
  return der[0] === 0x30 && der[2 + lengthOctets + 3] === 0x02
}

/** RFC 5208: `SEQUENCE { INTEGER 0, AlgorithmIdentifier, OCTET STRING }`; Web Crypto imports nothing else. */
function wrapPkcs1(pkcs1: Uint8Array): Uint8Array<ArrayBuffer> {
  return derValue(0x30, [0x02, 0x01, 0x00, ...RSA_ALGORITHM, ...derValue(0x04, pkcs1)])
}

function derValue(tag: number, content: Iterable<number>): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(content)
  const { length } = bytes
  const header = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Uint8Array.from([tag, ...header, ...bytes])
}

function refuse(name: string, what: string): CozeChatError {
  return new CozeChatError('misconfigured', `${name} ${what}.`)
}
