/**
 * The one token the SDK works with. `fresh` and `renew` never reject and never resolve to '' (F37): the SDK keeps a rejected
 * refresh for ever and opens an `alert()` over an empty one. Where no newer token comes they resolve to the last one.
 */
import { CozeChatError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { withTimeout } from '../../platform/waiting/with-timeout.ts'

/** The visitor, as far as the SDK needs to know them. */
export interface OfficialVisitor {
  /** Opaque tag of the session; becomes the SDK's `userInfo.id`. */
  readonly subject: string
  /** Resolves to a token that is fresh now. `rejected`: the vendor refused this one, so it has to be renewed. */
  getToken(request?: { rejected?: string }): Promise<{ readonly text: string }>
  /** Calls the listener at each renewal. Returns an unsubscribe function. */
  onTokenRenewed?(listener: (token: { readonly text: string }) => void): () => void
}

export interface SdkToken {
  /** The newest text; '' until {@link SdkToken.start} has resolved. */
  readonly text: string
  /** True for each text the token has had so far. */
  isOurs(text: string): boolean
  /** True when any of those texts occurs in `text`. */
  occursIn(text: string): boolean
  /** Gets the first token. The only call that may reject, since nothing has been handed to the SDK yet. */
  start(): Promise<void>
  fresh(): Promise<string>
  /** The vendor refused `refused`: resolves to something newer where there is any. */
  renew(refused: string): Promise<string>
  stop(): void
}

/** How long the SDK may wait for a renewal. */
export const TOKEN_WAIT_MS = 15_000

export function createSdkToken(
  visitor: OfficialVisitor,
  { clock, signal, onRenewed }: { clock: Clock; signal: AbortSignal; onRenewed(): void },
): SdkToken {
  let text = ''
  // Grows by one short text per renewal, which is every few minutes.
  const known = new Set<string>()
  const take = (token: { readonly text: string }) => {
    if (!token.text || token.text === text) return
    text = token.text
    known.add(text)
  }
  const ask = async (request?: { rejected: string }) =>
    take(await withTimeout(TOKEN_WAIT_MS, signal, { clock }, () => visitor.getToken(request)))
  const askOrKeep = (request?: { rejected: string }) =>
    ask(request).then(
      () => text,
      () => text,
    )
  let unsubscribe: (() => void) | undefined
  return {
    get text() {
      return text
    },
    isOurs: (other) => known.has(other),
    occursIn: (other) => {
      for (const one of known) if (other.includes(one)) return true
      return false
    },
    async start() {
      await ask()
      if (!text) {
        throw new CozeChatError('bad_response', 'getToken() returned an empty token.')
      }
      if (/^[ps]at_/.test(text)) {
        throw new CozeChatError(
          'insecure_token',
          'This personal access token opens every conversation to every visitor: revoke it, and use a token of the token service.',
        )
      }
      unsubscribe = visitor.onTokenRenewed?.((token) => {
        take(token)
        onRenewed()
      })
    },
    fresh: () => askOrKeep(),
    // A refused token that is not our newest one needs no renewal: the newest one replaces it.
    renew: (refused) => askOrKeep(refused === text ? { rejected: refused } : undefined),
    stop: () => unsubscribe?.(),
  }
}
