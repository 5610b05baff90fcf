import { CozeChatError } from '../../../errors.ts'
import { decodeBase64, pemBlocks, unwrapPem } from '../../crypto/pem.ts'

const RSA_SHA256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const
const MIN_MODULUS_BITS = 2048

/** DER of `SEQUENCE { OBJECT IDENTIFIER rsaEncryption, NULL }`, RFC 8017 appendix A.1. */
const RSA_ALGORITHM = [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00]

/**
 * Imports the RSA key that Coze's console downloads and makes a test signature with it. Environment variables and secret
 * managers change how a key is written, so all of these are read: PKCS#8 or PKCS#1, PEM or bare base64, everything on
 * one line, escaped or Windows line ends, percent-encoding, quotes around it, base64 of the whole file. What cannot be
 * used, such as a key that is locked by a password, is named for what it is.
 * @param name of the option or variable, for the message, which never holds any of the key
 * @throws CozeChatError `misconfigured`; the message names the cure
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
  const text = unwrapPem(input)
  if (text === '') throw refuse(name, 'is empty; paste the content of the downloaded private_key.pem')
  if (!text.includes('-----BEGIN')) return derToPkcs8(text, name)
  const blocks = pemBlocks(text)
  // Some files hold the certificate or the public key as well.
  const block = blocks.find(({ label }) => label.endsWith('PRIVATE KEY')) ?? blocks[0]
  if (block === undefined) {
    throw refuse(name, 'is cut off: its "-----END …-----" line is missing; paste the whole private_key.pem')
  }
  const { label, body } = block
  if (label === 'ENCRYPTED PRIVATE KEY' || /^\s*Proc-Type:[^\n]*ENCRYPTED/m.test(body)) throw locked(name)
  switch (label) {
    case 'PRIVATE KEY':
    case 'RSA PRIVATE KEY': {
      const bytes = decodeBase64(body)
      if (bytes === undefined) {
        throw refuse(
          name,
          'is damaged between its BEGIN and END lines; copy the downloaded private_key.pem again, unchanged',
        )
      }
      return label === 'PRIVATE KEY' ? bytes : wrapPkcs1(bytes)
    }
    case 'PUBLIC KEY':
    case 'RSA PUBLIC KEY':
    case 'CERTIFICATE':
      throw refuse(name, 'is a public key or certificate; Coze keeps that one, this service needs private_key.pem')
    case 'EC PRIVATE KEY':
      throw refuse(name, 'is an EC key; Coze accepts RSA keys (RS256) only')
    case 'OPENSSH PRIVATE KEY':
      throw refuse(
        name,
        'is an OPENSSH PRIVATE KEY; use the private_key.pem of the Coze console, or convert a copy with: ssh-keygen -p -N "" -m PEM -f key',
      )
    default:
      throw refuse(name, `is of the kind "${label}"; use the unprotected RSA private_key.pem from the Coze console`)
  }
}

/** A key without its BEGIN and END lines. */
function derToPkcs8(text: string, name: string): Uint8Array<ArrayBuffer> {
  const bytes = decodeBase64(text)
  if (bytes === undefined) {
    throw refuse(name, 'has no "-----BEGIN PRIVATE KEY-----" line and is not base64; paste the whole private_key.pem')
  }
  const [first, second] = [bytes[0], bytes[2 + lengthOctets(bytes)]]
  // An unlocked key begins with its version, a locked one with the algorithm that locks it.
  if (first === 0x30 && second === 0x30) throw locked(name)
  return isPkcs1(bytes) ? wrapPkcs1(bytes) : bytes
}

function locked(name: string): CozeChatError {
  return refuse(
    name,
    'is locked by a password (ENCRYPTED); unlock a copy with: openssl pkey -in private_key.pem -out unlocked.pem, and use that',
  )
}

/** How many octets tell the length of a DER value beside the first. */
function lengthOctets(der: Uint8Array): number {
  return (der[1] ?? 0) > 0x80 ? (der[1] ?? 0) - 0x80 : 0
}

/** Both forms begin with `SEQUENCE, INTEGER 0`. Then PKCS#8 has the algorithm, a SEQUENCE, and PKCS#1 the modulus, an INTEGER. */
function isPkcs1(der: Uint8Array): boolean {
  return der[0] === 0x30 && der[2 + lengthOctets(der) + 3] === 0x02
}

/** PKCS#8 (RFC 5208): `SEQUENCE { INTEGER 0, AlgorithmIdentifier, OCTET STRING }`. Web Crypto imports no other form. */
function wrapPkcs1(pkcs1: Uint8Array): Uint8Array<ArrayBuffer> {
  return derValue(0x30, [0x02, 0x01, 0x00, ...RSA_ALGORITHM, ...derValue(0x04, pkcs1)])
}

function derValue(tag: number, content: Iterable<number>): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(content)
  const { length } = bytes
  const header = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Uint8Array.from([tag, ...header, ...bytes])
}

function refuse(name: string, problem: string): CozeChatError {
  return new CozeChatError('misconfigured', `${name} ${problem}.`)
}
