import { createLocalJWKSet, importJWK, type JWK } from 'jose'
import type { Clock } from '../../../platform/clock.ts'
import { readText } from '../../http/body.ts'
import { SupplierOutage } from '../../resilience/at-fault.ts'

/** Picks the key of a set that a token names. */
export type PickKey = ReturnType<typeof createLocalJWKSet>

const MAX_BYTES = 256 * 1024

/**
 * Reads a site's public keys from an address (JWKS, RFC 7517).
 * @throws SupplierOutage for an answer that is no key set @throws whatever the fetch throws
 */
export async function downloadKeySet(
  url: URL,
  {
    fetch,
    clock,
    limitMs,
    signal,
  }: { fetch: typeof globalThis.fetch; clock: Clock; limitMs: number; signal: AbortSignal },
): Promise<PickKey> {
  const outageOf = (reason: string) => new SupplierOutage('key_set', { host: url.host, reason })
  // `manual`: a redirect could lead into the owner's network. 'error' would do as well, but workerd does not know it.
  const response = await fetch(url, { headers: { accept: 'application/json' }, redirect: 'manual', signal })
  if (response.status !== 200) {
    void response.body?.cancel().catch(() => undefined)
    throw outageOf(`HTTP_${response.status}`)
  }
  const body = await readText(response.body, { maxBytes: MAX_BYTES, timeoutMs: limitMs, clock })
  if ('failure' in body) throw outageOf(`body_${body.failure}`)
  try {
    const keys = JSON.parse(body.text) as Parameters<typeof createLocalJWKSet>[0]
    const pick = createLocalJWKSet(keys)
    // A list without a key that verifies is what a broken deployment writes; the site cannot mean that all its users are nobody.
    await Promise.any(keys.keys.filter(mayVerify).map((key) => importJWK({ alg: 'RS256', ...key })))
    return pick
  } catch {}
  throw outageOf('not_a_key_set')
}

/** A public key, and not one that is there for something else (RFC 7517 sections 4.2 and 4.3). A shared secret never comes from an address. */
function mayVerify({ kty, use, key_ops: operations }: JWK): boolean {
  return kty !== 'oct' && (use ?? 'sig') === 'sig' && (operations?.includes('verify') ?? true)
}
