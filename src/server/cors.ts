import { TOKEN_REQUEST_HEADER } from '../contract.ts'
import { CozeChatError } from '../errors.ts'
import type { Call } from './call.ts'

export interface CorsPolicy {
  /**
   * Flat CORS headers for a request that may go on (none for our own origin), or `undefined` for one that may not.
   * The real request is judged too: a cross-site form post arrives without a preflight.
   */
  judge(call: Call): readonly string[] | undefined
  /** Further headers of a preflight's answer. */
  readonly preflightHeaders: readonly string[]
}

/**
 * Same origin, or one of the listed ones, compared whole. No `*`, no patterns, no `null`.
 * @throws CozeChatError `misconfigured` for an entry that is not an origin.
 */
export function createCorsPolicy(options: {
  origins: readonly string[]
  credentials: boolean
  /** Whether `X-Forwarded-Proto` and `-Host` were written by a proxy of the owner's. */
  behindProxy: boolean
}): CorsPolicy {
  const listed = new Map<string, readonly string[]>()
  for (const origin of options.origins) {
    if (!isOrigin(origin)) {
      throw new CozeChatError(
        'misconfigured',
        'origins must list whole origins such as "https://shop.example" (scheme, host and port; no path, no "*").',
      )
    }
    listed.set(origin, [
      'access-control-allow-origin',
      origin,
      'access-control-expose-headers',
      'retry-after',
      ...(options.credentials ? ['access-control-allow-credentials', 'true'] : []),
    ])
  }

  function isOwnOrigin(origin: string, call: Call): boolean {
    if (origin === call.ownOrigin) return true
    // A browser writes this header itself. It tells us apart from http:// on the same host when TLS ends in front of us.
    if (call.header('sec-fetch-site') === 'same-origin') return origin.endsWith(`://${call.header('host') ?? ''}`)
    if (!options.behindProxy) return false
    const proto = call.header('x-forwarded-proto')
    const host = call.header('x-forwarded-host') ?? call.header('host')
    return proto !== undefined && origin === `${proto}://${host}`
  }

  return {
    judge(call) {
      const origin = call.header('origin')
      if (origin === undefined) return call.header('sec-fetch-site') === 'same-origin' ? [] : undefined
      return listed.get(origin) ?? (isOwnOrigin(origin, call) ? [] : undefined)
    },
    preflightHeaders: [
      'access-control-allow-methods',
      'POST, OPTIONS',
      'access-control-allow-headers',
      `content-type, ${TOKEN_REQUEST_HEADER}, authorization`,
      'access-control-max-age',
      '600',
    ],
  }
}

export function isOrigin(text: string): boolean {
  try {
    const url = new URL(text)
    return url.origin === text && !text.includes('*') && (url.protocol === 'https:' || url.protocol === 'http:')
  } catch {
    return false
  }
}
