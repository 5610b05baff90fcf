/**
 * Whether this tab is the only one that uses a name. A duplicated tab starts with a copy of `sessionStorage` (F15):
 * the Web Lock on the name, or where there are no locks a question to the other tabs, tells the copy from the original.
 */
import type { Clock } from './clock.ts'
import { acquireLock, type HeldLock, type Locks } from './shared-lock.ts'
import type { TabChannel, TabMessage } from './tab-channel.ts'

/** `taken`: another tab holds it. `own` also when nothing could be found out: keeping a visitor's chat is the better guess. */
export type ClaimVerdict = 'own' | 'taken'

export interface TabClaim {
  readonly verdict: Promise<ClaimVerdict>
  release(): void
}

export interface TabClaimOptions {
  locks: Locks | undefined
  clock: Clock
  openChannel: (name: string, listener: (message: TabMessage) => void) => TabChannel
  /** Orders two tabs that ask at the same moment. */
  randomId: () => string
  /** The claims of this document. */
  claims: Map<string, DocumentClaim>
}

/** How long a lock may still be on its way back from the page before this one, and how long other tabs have to object. */
const CLAIM_WAIT_MS = 150

export interface DocumentClaim {
  users: number
  readonly verdict: Promise<ClaimVerdict>
  /** Resolves when the name is free again. */
  free(): Promise<unknown>
}

const REGISTRY = Symbol.for('coze-chat-widget.tab-claims/1')

/** Two widgets, or two copies of this package, on one page are one tab: they share their claims. */
export function documentClaims(): Map<string, DocumentClaim> {
  const holder = globalThis as { [REGISTRY]?: Map<string, DocumentClaim> }
  holder[REGISTRY] ??= new Map()
  return holder[REGISTRY]
}

export function claimTab(name: string, options: TabClaimOptions): TabClaim {
  const { claims } = options
  let claim = claims.get(name)
  if (claim === undefined) {
    claim = take(name, options)
    claims.set(name, claim)
  }
  claim.users++
  const mine = claim
  let released = false
  return {
    verdict: mine.verdict,
    release() {
      if (released) return
      released = true
      if (--mine.users > 0) return
      // Freeing takes the browser a moment; whoever claims the name meanwhile on this page takes the entry over instead.
      queueMicrotask(() => {
        if (mine.users > 0) return
        claims.delete(name)
        mine.free()
      })
    },
  }
}

function take(name: string, options: TabClaimOptions): DocumentClaim {
  const ending = new AbortController()
  let lock: HeldLock | undefined
  let stopAnswering = () => {}
  const decide = async (): Promise<ClaimVerdict> => {
    const outcome = await acquireLock(options.locks, name, CLAIM_WAIT_MS, options.clock, ending.signal)
    if (outcome === 'busy') return 'taken'
    if (outcome === 'unavailable') return ask()
    lock = outcome
    if (ending.signal.aborted) lock.release()
    return 'own'
  }
  const ask = () =>
    new Promise<ClaimVerdict>((resolve) => {
      const me = options.randomId()
      let asking = true
      const channel = options.openChannel('coze-chat-tab', (message) => {
        if (message['name'] !== name) return
        const { from, to } = message
        if (to === me && asking) {
          end()
          resolve('taken')
        } else if (typeof from === 'string' && (!asking || me < from)) {
          channel.post({ name, to: from })
        }
      })
      const end = () => {
        options.clock.clearTimeout(timer)
        channel.close()
      }
      const timer = options.clock.setTimeout(() => {
        asking = false
        resolve('own')
      }, CLAIM_WAIT_MS)
      stopAnswering = () => {
        end()
        resolve('own')
      }
      if (ending.signal.aborted) stopAnswering()
      else channel.post({ name, from: me })
    })
  return {
    users: 0,
    verdict: decide(),
    free() {
      ending.abort()
      stopAnswering()
      return lock?.release() ?? Promise.resolve()
    },
  }
}
