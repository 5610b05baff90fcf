/** What functions of the page answer: `getToken()` and `userToken()`. */
import { CozeChatError, isCozeChatError } from '../errors.ts'
import type { Platform } from '../platform/browser.ts'
import { markInstant } from '../platform/clock.ts'
import { withTimeLimit } from '../platform/time-limit.ts'
import { readTokenAnswer } from './foreign-answer.ts'
import { REQUEST_LIMIT_MS, readResponse, type TokenQuestion, type TokenReply } from './token-source.ts'

export type GetTokenCallback = (context: Omit<TokenQuestion, 'bearer'>) => unknown

/** Asks `getToken()`; it may answer a token, an answer of its back end, or the `Response`. */
export async function askGetToken(
  getToken: GetTokenCallback,
  { sessionId, expect, renew, signal: outer }: TokenQuestion,
  platform: Platform,
): Promise<TokenReply> {
  const since = markInstant(platform.clock)
  try {
    return await withTimeLimit(REQUEST_LIMIT_MS, outer, platform, async (signal) => {
      const answer = await getToken({ sessionId, expect, renew, signal })
      const grant =
        answer instanceof Response
          ? await readResponse(answer, platform.clock)
          : readTokenAnswer(answer, platform.clock.now())
      return { ...grant, since }
    })
  } catch (error) {
    if (isCozeChatError(error)) throw error
    throw new CozeChatError('network', 'getToken() failed.', { retryable: true, cause: error })
  }
}

/** For `userToken()`. */
const USER_TOKEN_LIMIT_MS = 10_000

export function askUserToken(
  userToken: () => string | Promise<string>,
  signal: AbortSignal,
  platform: Platform,
): Promise<string> {
  return withTimeLimit(USER_TOKEN_LIMIT_MS, signal, platform, async () => {
    try {
      return await userToken()
    } catch (cause) {
      throw new CozeChatError('network', 'userToken() failed.', { retryable: true, cause })
    }
  })
}
