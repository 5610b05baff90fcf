/**
 * The id by which an anonymous visitor is known, and the claim that no other tab uses it. Who is there, and when the id has to be dropped, is
 * decided in `visitor-state.ts`.
 */
import type { Platform } from '../platform/browser.ts'
import { abortable } from '../platform/waiting/abort.ts'
import type { IdentityKind } from '../protocol/token-endpoint.ts'
import { fingerprint, isSessionId, sessionIdPlace } from './session-id.ts'
import { claimTab, type TabClaim } from './tabs/tab-claim.ts'
import type { ClaimVerdict } from './tabs/tab-probe.ts'

export interface SessionStore {
  /** Undefined until it is needed for the first time. */
  readonly id: string | undefined
  /** False when the id will not survive a reload. */
  readonly persistent: boolean
  /**
   * The id to send; made on first use, and returned only after it is clear that no other tab uses it.
   * @param kind of the confirmed visitor: a user is known by the site's session, so their id may be in several tabs
   * @throws the reason of `signal`
   */
  resolveId(kind: IdentityKind | undefined, signal: AbortSignal): Promise<string>
  keepId(id: string): void
  dropId(): void
  /** The page was left: a held lock would keep the host's page out of the back/forward cache. */
  releaseClaim(): void
  /** The page came back. `taken`: another tab has taken the id over meanwhile. */
  claimAgain(): Promise<ClaimVerdict>
}

export interface SessionStoreOptions {
  /** Where an anonymous id lives. */
  scope: 'tab' | 'device'
  tokenUrl?: string | undefined
  platform: Platform
}

export function createSessionStore({ scope, tokenUrl, platform }: SessionStoreOptions): SessionStore {
  const ownStorage = platform.openStorage(scope === 'tab' ? 'session' : 'local')
  const place = sessionIdPlace(ownStorage, tokenUrl)

  let id: string | undefined
  /** The id that this page has made by itself. */
  let madeHere: string | undefined
  let claim: TabClaim | undefined

  // Read again each time: another widget on this page, or with `device` another tab, may have replaced or removed it.
  function storedId(): string | undefined {
    const stored = place.get()
    return isSessionId(stored) ? stored : undefined
  }

  function setId(next: string): void {
    id = next
    if (storedId() !== next) place.set(next)
  }

  function claimId(wanted: string): Promise<ClaimVerdict> {
    const name = `coze-chat-tab:${fingerprint(wanted)}`
    if (claim?.name !== name) {
      store.releaseClaim()
      claim = claimTab(name, platform)
    }
    return claim.verdict
  }

  const store: SessionStore = {
    get id() {
      return id
    },
    get persistent() {
      return ownStorage.persistent
    },

    async resolveId(kind, signal) {
      for (;;) {
        signal.throwIfAborted()
        // In a tab only we write, so a host that empties its storage does not take the chat away while the visitor uses it.
        const known = storedId() ?? (scope === 'tab' ? id : undefined)
        const candidate = known ?? platform.randomId()
        if (known === undefined) madeHere = candidate
        setId(candidate)
        if (scope === 'device' || kind === 'user') return candidate
        const claimed = claimId(candidate)
        // Made by this page, so no other tab has it: a first visit need not wait for the verdict.
        if (candidate === madeHere) return candidate
        const verdict = await abortable(claimed, signal)
        if (verdict === 'own' && (storedId() ?? id) === candidate) return candidate
        // Unless another widget on this page has noticed first and put a new id there.
        if (verdict === 'taken' && (storedId() ?? candidate) === candidate) store.dropId()
      }
    },

    keepId(next) {
      setId(next)
      if (scope === 'tab') claimId(next)
    },
    dropId() {
      id = undefined
      place.remove()
      store.releaseClaim()
    },
    releaseClaim() {
      claim?.release()
      claim = undefined
    },
    claimAgain: async () => (scope === 'tab' && id !== undefined ? claimId(id) : 'own'),
  }

  // The original of a duplicated tab has to hold its id before the copy asks for it.
  const known = storedId()
  if (known !== undefined && scope === 'tab') {
    id = known
    claimId(known)
  }
  return store
}
