/**
 * Whether this tab is the only one that uses a name. A duplicated tab starts with a copy of `sessionStorage` (F15):
 * the Web Lock on the name, or where there are no locks a question to the other tabs, tells the copy from the original.
 */
import { onAbort } from './abort.ts'
import type { Platform } from './browser.ts'
import { acquireLock } from './shared-lock.ts'

/** `taken`: another tab holds it. `own` also when nothing could be found out: keeping a visitor's chat is the better guess. */
export type ClaimVerdict = 'own' | 'taken'

export interface TabClaim {
  readonly name: string
  readonly verdict: Promise<ClaimVerdict>
  release(): void
}

/**
 * How long a lock may still be on its way back from the page before this one: on a busy machine a reload must not be taken
 * for a copy, which would cost its visitor his chat. Only copies wait that long.
 */
const LOCK_WAIT_MS = 1_000

export interface DocumentClaim {
  users: number
  readonly verdict: Promise<ClaimVerdict>
  /** Frees the name. */
  readonly ending: AbortController
}

const REGISTRY = Symbol.for('coze-chat-widget.tab-claims/1')

/** Two widgets, or two copies of this package, on one page are one tab: they share their claims. */
export function documentClaims(): Map<string, DocumentClaim> {
  const holder = globalThis as { [REGISTRY]?: Map<string, DocumentClaim> }
  holder[REGISTRY] ??= new Map()
  return holder[REGISTRY]
}

export function claimTab(name: string, platform: Platform): TabClaim {
  const { claims } = platform
  const claim = claims.get(name) ?? take(name, platform)
  claims.set(name, claim)
  claim.users++
  let released = false
  return {
    name,
    verdict: claim.verdict,
    release() {
      if (released) return
      released = true
      claim.users--
      // Freeing takes the browser a moment; whoever claims the name meanwhile on this page takes the entry over instead.
      queueMicrotask(() => {
        if (claim.users > 0) return
        if (claims.get(name) === claim) claims.delete(name)
        claim.ending.abort()
      })
    },
  }
}

function take(name: string, platform: Platform): DocumentClaim {
  const ending = new AbortController()
  const { signal } = ending
  const decide = async (): Promise<ClaimVerdict> => {
    const lock = await acquireLock(platform.locks, name, LOCK_WAIT_MS, platform.clock, signal)
    if (lock === 'busy') return 'taken'
    if (lock) {
      onAbort(signal, lock)
      return 'own'
    }
    try {
      return await (await import('./tab-probe.ts')).probeTabs(name, platform, signal)
    } catch {
      return 'own'
    }
  }
  return { users: 0, verdict: decide(), ending }
}
