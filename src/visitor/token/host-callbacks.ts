/** Functions of the page: `getToken()`, which replaces the token endpoint, and `userToken()`. Either may throw, hang or return anything. */
import { CozeChatError, isCozeChatError } from '../../errors.ts'
import type { Platform } from '../../platform/browser.ts'
import { markInstant } from '../../platform/clock.ts'
import { withTimeout } from '../../platform/waiting/with-timeout.ts'
import { readTokenResponse, type VisitorParts } from './read-token-response.ts'
import { REQUEST_LIMIT_MS, type TokenQuestion, type TokenSource } from './token-source.ts'

/** May return a token, what a token endpoint returned, or its `Response`, or a promise of any of them. */
export type GetTokenCallback = (context: Omit<TokenQuestion, 'bearer'>) => unknown

/** Tokens from the page. Host code may do anything, so it never runs while other tabs wait for it. */
export function createCallbackSource(
  getToken: GetTokenCallback,
  platform: Platform,
  { tokenResponse }: VisitorParts,
): TokenSource {
  const { clock } = platform
  return {
    shared: false,
    async ask({ sessionId, expect, renew, signal: outer }) {
      const since = markInstant(clock)
      try {
        return await withTimeout(REQUEST_LIMIT_MS, outer, platform, async (signal) => {
          // Loaded while the page gets the token.
          tokenResponse.load().catch(() => {})
          const value = await getToken({ sessionId, expect, renew, signal })
          if (value instanceof Response) return { ...(await readTokenResponse(value, clock, tokenResponse)), since }
          const nowMs = clock.now()
          const { readTokenValue } = tokenResponse.loaded ?? (await tokenResponse.load())
          return { ...readTokenValue(value, nowMs), since }
        })
      } catch (error) {
        if (isCozeChatError(error)) throw error
        throw new CozeChatError('network', `The function getToken of the page failed (${nameOf(error)}).`, {
          retryable: true,
          cause: error,
        })
      }
    },
    end() {
      // The page signs its user out itself.
    },
  }
}

/** Not its words, in which the page's own secrets may be. */
const nameOf = (cause: unknown) => (cause instanceof Error ? cause.name : typeof cause)

export type UserToken = string | (() => string | Promise<string>)

const USER_TOKEN_LIMIT_MS = 10_000

/** @throws CozeChatError `invalid_options` for what is no token; `network` (retryable) with the page's error as its cause; `timeout` after 10 s; `aborted` */
export async function readUserToken(userToken: UserToken, signal: AbortSignal, platform: Platform): Promise<string> {
  const token =
    typeof userToken === 'string'
      ? userToken
      : await withTimeout(USER_TOKEN_LIMIT_MS, signal, platform, async () => {
          try {
            return await userToken()
          } catch (cause) {
            throw new CozeChatError('network', `The function userToken of the page failed (${nameOf(cause)}).`, {
              retryable: true,
              cause,
            })
          }
        })
  // A login page, for instance. No header holds it, and the request would fail as if nobody had answered.
  if (token && !/^[\w.~+/=-]+$/.test(token)) {
    throw new CozeChatError('invalid_options', 'userToken gave something that is no token.')
  }
  return token
}
