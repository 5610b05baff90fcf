/**
 * Whether this tab is the only one that uses a name. A duplicated tab starts with a copy of `sessionStorage` (F15):
 * the Web Lock on the name, or where there are no locks a question to the other tabs, tells the copy from the original.
 */

import type { Platform } from '../../platform/browser.ts'
import { onAbort } from '../../platform/waiting/abort.ts'
import { acquireLock } from '../../platform/waiting/shared-lock.ts'
import { type ClaimVerdict, probeTabs } from './tab-probe.ts'

export interface TabClaim {
  readonly name: string
  /** Never rejects. */
  readonly verdict: Promise<ClaimVerdict>
  release(): void
}

/**
 * How long a lock may still be on its way back from the page before this one: on a busy machine a reload must not be taken
 * for a copy, which would cost its visitor their chat. Only copies wait that long.
 */
const LOCK_WAIT_MS = 3_000

/** A claim as all widgets of a page share it. */
interface PageClaim {
  users: number
  readonly verdict: Promise<ClaimVerdict>
  /** Frees the name. */
  readonly ending: AbortController
}

/** Two widgets, or two copies of this package, on one page are one tab. */
function claimsOfPage(platform: Platform): Map<string, PageClaim> {
  return platform.pageSingleton('coze-chat-widget.tab-claims/1', () => new Map<string, PageClaim>())
}

/** Claims `name` for this tab until it is released as often as it was claimed here, or the page is gone. */
export function claimTab(name: string, platform: Platform): TabClaim {
  const claims = claimsOfPage(platform)
  const claim = claims.get(name) ?? createPageClaim(name, platform)
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
      // Freeing takes the browser a moment; whoever claims the name meanwhile on this page uses the entry that is there.
      queueMicrotask(() => {
        if (claim.users > 0) return
        if (claims.get(name) === claim) claims.delete(name)
        claim.ending.abort()
      })
    },
  }
}

function createPageClaim(name: string, platform: Platform): PageClaim {
  const ending = new AbortController()
  return { users: 0, verdict: decide(name, platform, ending.signal), ending }
}

async function decide(name: string, platform: Platform, signal: AbortSignal): Promise<ClaimVerdict> {
  const lock = await acquireLock(platform.locks, name, LOCK_WAIT_MS, platform.clock, signal)
  if (lock === undefined) return probeTabs(name, platform, signal).catch(() => 'own' as const)
  if (lock === 'busy') return 'taken'
  onAbort(signal, lock)
  return 'own'
}
