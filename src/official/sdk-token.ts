/**
 * The one token the SDK works with. `fresh` and `renew` never reject and never answer '' (F37): the SDK keeps a rejected refresh
 * for ever and opens an `alert()` over an empty one. Without a newer token they answer the last.
 */
import { CozeChatError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { waitFor } from './wait-for.ts'

/** Who chats, as far as this folder needs to know. */
export interface OfficialVisitor {
  /** Opaque tag of the session; becomes the SDK's `userInfo.id`. */
  readonly subject: string
  /** A token that is fresh now. `rejected`: the vendor turned this one down, so renew it. */
  getToken(request?: { rejected?: string }): Promise<{ readonly text: string }>
  /** Tells of each renewal; answers the way to stop. */
  onTokenRenewed?(listener: (token: { readonly text: string }) => void): () => void
}

export interface SdkToken {
  /** The newest text; '' until {@link SdkToken.start} has resolved. */
  readonly text: string
  /** True for each text the token has had. */
  isOurs(text: string): boolean
  /** True when any of them occurs in `text`. */
  occursIn(text: string): boolean
  /** The first token. The one call that may reject: nothing has been handed to the SDK yet. */
  start(): Promise<void>
  fresh(): Promise<string>
  /** `refused` was turned down; answers something newer where there is any. */
  renew(refused: string): Promise<string>
  stop(): void
}

/** How long the SDK may be kept waiting for a renewal. */
export const TOKEN_WAIT_MS = 15_000

export function createSdkToken(
  visitor: OfficialVisitor,
  { clock, signal, onRenewed }: { clock: Clock; signal: AbortSignal; onRenewed(): void },
): SdkToken {
  let text = ''
  // Grows by one short text in a token's life of some minutes.
  const known = new Set<string>()
  const take = (token: { readonly text: string }) => {
    if (!token.text || token.text === text) return
    text = token.text
    known.add(text)
  }
  const ask = async (request?: { rejected: string }) =>
    take(await waitFor(visitor.getToken(request), { clock, signal, limitMs: TOKEN_WAIT_MS }))
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
        throw new CozeChatError('bad_response', 'getToken() answered an empty token.')
      }
      if (/^[ps]at_/.test(text)) {
        throw new CozeChatError(
          'insecure_token',
          'This token opens every conversation to every visitor: use one of the token service.',
        )
      }
      unsubscribe = visitor.onTokenRenewed?.((token) => {
        take(token)
        onRenewed()
      })
    },
    fresh: () => askOrKeep(),
    // One that is older than ours needs no renewal: ours is the answer.
    renew: (refused) => askOrKeep(refused === text ? { rejected: refused } : undefined),
    stop: () => unsubscribe?.(),
  }
}
