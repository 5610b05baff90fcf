/**
 * Reads what Coze refuses a call or a turn with. Refusals are rare, so the table of codes is loaded with the first one. Where it does not
 * come, the visitor is told that something failed and can try again, and a token that was refused by its status is still replaced.
 */
import type { ChatProblem } from '../chat/chat-state.ts'
import { CozeChatError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { Part } from '../platform/part.ts'
import type { errorFromResponse, meansTurnHasEnded, problemFromFailure } from './coze-errors.ts'
import type { Uncertain } from './parse-object.ts'
import type { mayFreshTokenHelp, vendorCode } from './vendor-codes.ts'
import type { WireTurnFailure } from './wire/chat.ts'

export interface RefusalsPart {
  readonly errorFromResponse: typeof errorFromResponse
  readonly problemFromFailure: typeof problemFromFailure
  readonly mayFreshTokenHelp: typeof mayFreshTokenHelp
  readonly meansTurnHasEnded: typeof meansTurnHasEnded
  readonly vendorCode: typeof vendorCode
}

export interface RefusalReader {
  /** To be awaited before a refusal is read. Never rejects, and takes no longer than 5 s. */
  prepare(): Promise<void>
  /**
   * @param response one that is no success, by its status or by the code in its body
   * @param text its body
   */
  error(response: Response, text: string, nowMs: number): CozeChatError
  /** Of a turn, from its stream. */
  problem(failure: Uncertain<WireTurnFailure>): ChatProblem
  /** The call may succeed with a fresh token. */
  mayFreshTokenHelp(error: CozeChatError): boolean
  /** The turn cannot be cancelled, because it has ended. */
  meansTurnHasEnded(error: CozeChatError): boolean
}

/** How long an error waits for its words: it must be told, however slow the network is. */
const LIMIT_MS = 5_000

export function createRefusalReader(part: Part<RefusalsPart>, clock: Clock): RefusalReader {
  return {
    async prepare() {
      if (part.loaded !== undefined) return
      await new Promise<void>((resolve) => {
        const timer = clock.setTimeout(resolve, LIMIT_MS)
        const end = () => {
          clock.clearTimeout(timer)
          resolve()
        }
        part.load().then(end, end)
      })
    },
    error(response, text, nowMs) {
      if (part.loaded !== undefined) return part.loaded.errorFromResponse(response, text, nowMs)
      const { status } = response
      return new CozeChatError(status === 401 ? 'unauthorized' : 'upstream_error', 'Coze refused the call.', {
        retryable: status !== 401,
        upstreamCode: String(status),
      })
    },
    problem: (failure) => part.loaded?.problemFromFailure(failure) ?? { code: 'upstream_error', retryable: true },
    mayFreshTokenHelp: ({ code, upstreamCode }) =>
      part.loaded?.mayFreshTokenHelp(upstreamCode) ?? code === 'unauthorized',
    meansTurnHasEnded: ({ upstreamCode }) => part.loaded?.meansTurnHasEnded(upstreamCode) === true,
  }
}
