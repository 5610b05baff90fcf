import { CozeChatError } from '../../errors.ts'
import { TOKEN_REQUEST_HEADER } from '../../protocol/token-endpoint.ts'
import { cleanText } from './clean-text.ts'
import { isBrowserOrigin, readOrigin } from './proxies/origin.ts'
import { ServiceError } from './service-error.ts'
import type { ServiceRequest } from './service-request.ts'

export interface CorsPolicy {
  /**
   * The CORS headers of a response (a flat list, empty for our own origin), or `undefined` for a request that must be
   * refused. Simple requests are judged as well as preflights: a cross-site form post arrives without a preflight.
   */
  judge(request: ServiceRequest): readonly string[] | undefined
  /** The refusal of such a request, with what the owner may do about it. */
  refusalOf(request: ServiceRequest): ServiceError
  /** The headers that a response to a preflight needs beside those. */
  readonly preflightHeaders: readonly string[]
}

/**
 * Lets through our own origin and the listed ones, which are compared whole: no patterns, no `null`.
 * @param options.publicOrigins all origins of our own, if the owner has named them (`publicUrl`)
 * @throws CozeChatError `misconfigured` for an entry that is not an origin
 */
export function createCorsPolicy(options: {
  origins: readonly string[]
  publicOrigins: readonly string[]
  credentials: boolean
}): CorsPolicy {
  const { publicOrigins } = options
  const listed = new Map<string, readonly string[]>()
  for (const text of options.origins) {
    const reading = readOrigin(text)
    if ('problem' in reading) {
      throw new CozeChatError(
        'misconfigured',
        `origins has "${cleanText(text)}", which is refused: ${reading.problem}.`,
      )
    }
    listed.set(reading.origin, [
      'access-control-allow-origin',
      reading.origin,
      'access-control-expose-headers',
      'retry-after',
      ...(options.credentials ? ['access-control-allow-credentials', 'true'] : []),
    ])
  }

  function isOwnOrigin(origin: string, request: ServiceRequest): boolean {
    if (publicOrigins.length > 0) return publicOrigins.includes(origin)
    if (origin === request.ownOrigin) return true
    // Pages cannot set this header, and browsers send it only over https and to this machine, where no foreign name leads.
    // So it is true whatever a proxy has made of the scheme and the host.
    return request.header('sec-fetch-site') === 'same-origin' && isBrowserOrigin(origin)
  }

  return {
    judge(request) {
      const origin = request.header('origin')
      if (origin === undefined) return request.header('sec-fetch-site') === 'same-origin' ? [] : undefined
      return listed.get(origin) ?? (isOwnOrigin(origin, request) ? [] : undefined)
    },
    refusalOf(request) {
      const origin = request.header('origin')
      const asked =
        origin === undefined
          ? `A request without the header Origin (Host ${cleanText(request.header('host') ?? request.saidOrigin)}) was refused: browsers send it with every request of the widget, so let your proxy pass it on.`
          : `A page of ${cleanText(origin)} was refused, because browsers reach this service as ${cleanText(request.ownOrigin)}${hostNote(request)}. If that page is yours, list its origin in origins (CHAT_ORIGINS). If page and service share one address, name it in publicUrl (CHAT_PUBLIC_URL), or let your proxy send X-Forwarded-Proto and X-Forwarded-Host and name the proxy in trustProxy (CHAT_TRUST_PROXY).`
      return new ServiceError('origin_not_allowed', { advice: asked })
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

/** What the request itself says, where that is not what we go by. */
function hostNote({ saidOrigin, ownOrigin }: ServiceRequest): string {
  return saidOrigin === ownOrigin ? '' : ` (the request said ${cleanText(saidOrigin)})`
}
