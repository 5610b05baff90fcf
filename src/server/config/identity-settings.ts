import { importSPKI } from 'jose'
import { pemBlocks, unwrapPem } from '../crypto/pem.ts'
import type { Identify } from '../identity/identify.ts'
import { identityToken } from '../identity/identity-token/identity-token.ts'
import { check, type VariableReader } from './variables.ts'

/** How signed-in users prove who they are, if the environment says so. */
export async function readIdentity(reader: VariableReader): Promise<Identify | undefined> {
  const { read, fault, faults } = reader
  const before = faults.length
  const names = ['CHAT_IDENTITY_SECRET', 'CHAT_IDENTITY_JWKS_URL', 'CHAT_IDENTITY_PUBLIC_KEY'] as const
  const issuer = read('CHAT_IDENTITY_ISSUER')
  const audience = read('CHAT_IDENTITY_AUDIENCE')
  const [secret, jwksUrl, publicKey] = names.map((name) => read(name))
  const algorithms = read('CHAT_IDENTITY_ALGORITHMS')
  const maxAgeSeconds = read('CHAT_IDENTITY_MAX_AGE')
  const sources = [secret, jwksUrl, publicKey].filter((source) => source !== undefined)
  if (issuer === undefined && audience === undefined && sources.length === 0) return undefined
  if (issuer === undefined) reader.need('CHAT_IDENTITY_ISSUER')
  if (audience === undefined) reader.need('CHAT_IDENTITY_AUDIENCE')
  if (sources.length !== 1 && faults.every(({ name }) => !names.some((source) => source === name))) {
    fault(names[0], `Set exactly one of ${names[0]}, ${names[1]} and ${names[2]}.`)
  }
  const key = publicKey === undefined ? undefined : unwrapPem(publicKey)
  if (key !== undefined) await checkPublicKey(key, algorithms ?? ['RS256'], reader)
  if (faults.length > before || issuer === undefined || audience === undefined) return undefined
  let identify: Identify | undefined
  await check('CHAT_IDENTITY_ALGORITHMS', reader, () => {
    identify = identityToken({
      issuer,
      audience,
      ...(secret !== undefined && { secret }),
      ...(jwksUrl !== undefined && { jwksUrl }),
      ...(key !== undefined && { keys: [key] }),
      ...(algorithms !== undefined && { algorithms }),
      ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
    })
  })
  return identify
}

async function checkPublicKey(key: string, algorithms: readonly string[], reader: VariableReader): Promise<void> {
  const readable = await Promise.all(
    algorithms.map((algorithm) =>
      importSPKI(key, algorithm).then(
        () => true,
        () => false,
      ),
    ),
  )
  if (readable.includes(true)) return
  const [label = 'no PEM'] = pemBlocks(key).map((block) => block.label)
  reader.fault(
    'CHAT_IDENTITY_PUBLIC_KEY',
    `CHAT_IDENTITY_PUBLIC_KEY must be a PEM that begins with "-----BEGIN PUBLIC KEY-----" and fits CHAT_IDENTITY_ALGORITHMS (default RS256); it is ${label}. Make it from the private key with: openssl pkey -in key.pem -pubout`,
  )
}
