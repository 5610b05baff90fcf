/** Where tokens come from: one HTTP request to the site's token endpoint. `host-callbacks.ts` has the other source, `getToken()` of the page. */
import { CozeChatError, isCozeChatError } from '../../errors.ts'
import type { Platform } from '../../platform/browser.ts'
import { type Instant, markInstant } from '../../platform/clock.ts'
import type { CspWatch } from '../../platform/page/csp-violations.ts'
import { wait } from '../../platform/waiting/abort.ts'
import { withTimeout } from '../../platform/waiting/with-timeout.ts'
import { cozeLanguage } from '../../protocol/coze-language.ts'
import { type IdentityKind, TOKEN_REQUEST_HEADER } from '../../protocol/token-endpoint.ts'
import { readTokenResponse, type VisitorParts } from './read-token-response.ts'
import type { TokenGrant } from './token-grant.ts'

/** Whom a request to the token endpoint is about. */
export interface RequestIdentity {
  /** The credential of an anonymous visitor. Undefined for a user who has none: the site's session names them. */
  sessionId: string | undefined
  /** What the page believes about who is there. */
  expect: IdentityKind | undefined
  /** Signed identity token of the site. */
  bearer?: string | undefined
}

export interface TokenQuestion extends RequestIdentity {
  sessionId: string
  /** True when the last token is of no use: skip caches. */
  renew: boolean
  signal: AbortSignal
}

export interface TokenReply extends TokenGrant {
  /** When it was asked for. */
  readonly since: Instant
}

export interface TokenSource {
  /** Whether the tabs of a user take turns to ask and share the tokens. */
  readonly shared: boolean
  /** @throws CozeChatError also when nothing came back: `network`, `timeout`, `blocked_by_csp`, `aborted` */
  ask(question: TokenQuestion): Promise<TokenReply>
  /** Logout: asks the service to drop its cached token. Best effort; it outlives the page and reports nothing. */
  end(identity: RequestIdentity): void
}

/** Covers the body too. */
export const REQUEST_LIMIT_MS = 10_000

export interface TokenEndpoint {
  url: string
  /** Name of the session id in the request. */
  field: string
  /** Id of the agent or chatflow. */
  agent: string
  /** BCP 47, of its profile. */
  lang: string | undefined
}

/** Anything else would be refused as the value of a header. */
const IS_ID = /^\d+$/

export function createEndpointSource(
  { url: tokenUrl, field: tokenField, agent, lang }: TokenEndpoint,
  platform: Platform,
  parts: VisitorParts,
): TokenSource {
  const { clock } = platform

  async function post(
    { sessionId, expect, bearer }: RequestIdentity,
    flags: object,
    init: RequestInit,
  ): Promise<Response> {
    return platform.fetch(tokenUrl, {
      method: 'POST',
      credentials: 'same-origin',
      // Not `error`: neither follows, but `manual` tells a login page from a dead network (F30).
      redirect: 'manual',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
      headers: {
        'content-type': 'application/json',
        [TOKEN_REQUEST_HEADER]: IS_ID.test(agent) ? agent : '1',
        // CORS-safelisted: another origin need not allow it.
        'accept-language': cozeLanguage(lang),
        ...(bearer && { authorization: `Bearer ${bearer}` }),
      },
      body: JSON.stringify({ [tokenField]: sessionId, expect, ...flags }),
      ...init,
    })
  }

  return {
    shared: true,
    async ask(question) {
      const since = markInstant(clock)
      const csp = platform.watchCsp()
      try {
        return await withTimeout(REQUEST_LIMIT_MS, question.signal, platform, async (signal) => {
          const response = await post(question, question.renew ? { renew: true } : {}, { signal })
          return { ...(await readTokenResponse(response, clock, parts.tokenResponse)), since }
        })
      } catch (error) {
        if (isCozeChatError(error)) throw error
        await wait(clock, CSP_EVENT_MS, question.signal)
        throw unreachable(error, tokenUrl, csp)
      } finally {
        csp.stop()
      }
    },
    end(identity) {
      // `keepalive`: the host often leaves the page right after its logout.
      post(identity, { end: true }, { keepalive: true }).catch(() => {})
    },
  }
}

/** The violation event of a blocked request may come just after `fetch` has rejected. */
const CSP_EVENT_MS = 50

function unreachable(cause: unknown, tokenUrl: string, csp: CspWatch): CozeChatError {
  const directive = csp.blockedDirective(tokenUrl)
  if (directive === undefined) {
    return new CozeChatError('network', 'The token endpoint could not be reached.', { retryable: true, cause })
  }
  const cure = `Add the origin of tokenUrl to ${directive} of the page's Content-Security-Policy.`
  return new CozeChatError('blocked_by_csp', `The page's policy blocks the token endpoint. ${cure}`, { cause })
}
