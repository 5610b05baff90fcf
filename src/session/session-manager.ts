/**
 * Who is this visitor: the id he presents, the subject the server confirmed, and the epoch, which ends the moment either may
 * belong to somebody else. Work of an older epoch may finish but must not write: it holds the aborted `signal` of its epoch.
 */
import type { IdentityKind } from '../contract.ts'
import { CozeChatError } from '../errors.ts'
import { abortable } from '../platform/abort.ts'
import type { Platform } from '../platform/browser.ts'
import { type ClaimVerdict, claimTab, type TabClaim } from '../platform/tab-claim.ts'
import { fingerprint, isSessionId, SESSION_ID_KEY } from './session-id.ts'
import { MEMORY_PREFIX, readMemory, type VisitorMemory, writeMemory } from './visitor-memory.ts'

/** What an answer of the token service says about the visitor. */
export interface Confirmation {
  /** The id the question carried. */
  readonly sentId: string
  /** Absent from back ends that know none: then the id stands for it. */
  readonly subject?: string | undefined
  readonly kind: IdentityKind
  /** Replaces the id. */
  readonly sessionId?: string | undefined
}

export interface SessionManager {
  readonly epoch: number
  /** Aborted the moment this epoch ends. */
  readonly signal: AbortSignal
  /** Undefined until it is needed for the first time. */
  readonly id: string | undefined
  readonly subject: string | undefined
  readonly kind: IdentityKind | undefined
  /** False when the id will not survive a reload. */
  readonly persistent: boolean
  /** The id to send, made on first use, and only after it is clear that no other tab is using it. */
  resolveId(signal: AbortSignal): Promise<string>
  /**
   * Takes what the server said. `changed`: somebody else is there; the old epoch has ended, and `onChange` has run,
   * before the new subject is set.
   */
  confirm(answer: Confirmation): 'first' | 'same' | 'changed'
  /** Ends the epoch and forgets the visitor, all synchronously. `purge`: what was remembered goes even if it is not known to be his. */
  forget(purge: boolean): void
  /** Of the confirmed subject; empty before there is one. */
  recall(): VisitorMemory
  /** In place of what was remembered before, but for the seal. */
  remember(memory: VisitorMemory): void
  destroy(): void
}

export interface SessionManagerOptions {
  /** Where an anonymous id lives. */
  scope: 'tab' | 'device'
  /** Separates what is remembered for several agents on one origin. */
  agent: string
  /** The epoch has ended of itself; the subject and what was remembered are gone already. */
  onChange: (reason: 'other-user' | 'copied-tab') => void
  platform: Platform
}

export function createSessionManager(options: SessionManagerOptions): SessionManager {
  const { scope, platform } = options
  const ownStorage = platform.openStorage(scope === 'tab' ? 'session' : 'local')
  const localStorage = platform.openStorage('local')
  const memoryKey = MEMORY_PREFIX + options.agent

  let epoch = 0
  let ending = new AbortController()
  let id: string | undefined
  let subject: string | undefined
  let kind: IdentityKind | undefined
  let claim: TabClaim | undefined

  // Read again each time: another widget on this page, or with `device` another tab, may have replaced or removed it.
  const storedId = () => {
    const stored = ownStorage.get(SESSION_ID_KEY)
    return isSessionId(stored) ? stored : undefined
  }
  const keepId = (next: string) => {
    id = next
    if (storedId() !== next) ownStorage.set(SESSION_ID_KEY, next)
  }
  const dropId = () => {
    id = undefined
    ownStorage.remove(SESSION_ID_KEY)
    releaseClaim()
  }

  const releaseClaim = () => {
    claim?.release()
    claim = undefined
  }
  const claimId = (wanted: string): Promise<ClaimVerdict> => {
    const name = `coze-chat-tab:${fingerprint(wanted)}`
    if (claim?.name !== name) {
      releaseClaim()
      claim = claimTab(name, platform)
    }
    return claim.verdict
  }

  const advance = (purge: boolean) => {
    if (purge || subject !== undefined) {
      for (const storage of [ownStorage, localStorage]) storage.removeAll(MEMORY_PREFIX)
    }
    const ended = ending
    epoch++
    ending = new AbortController()
    subject = undefined
    kind = undefined
    ended.abort(new CozeChatError('aborted', 'visitor changed'))
  }

  const memoryStorage = () => (kind === 'user' ? localStorage : ownStorage)

  const offPage = platform.page.on((signal) => {
    if (scope === 'device') return
    // A held lock would keep the host's page out of the back/forward cache.
    if (signal === 'left') releaseClaim()
    else if (signal === 'restored' && id !== undefined) {
      const began = epoch
      claimId(id).then((verdict) => {
        if (verdict === 'own' || epoch !== began) return
        manager.forget(false)
        options.onChange('copied-tab')
      })
    }
  })

  const manager: SessionManager = {
    get epoch() {
      return epoch
    },
    get signal() {
      return ending.signal
    },
    get id() {
      return id
    },
    get subject() {
      return subject
    },
    get kind() {
      return kind
    },
    get persistent() {
      return ownStorage.persistent
    },

    async resolveId(signal) {
      for (;;) {
        signal.throwIfAborted()
        // In a tab only we write, so a host that empties its storage does not take the visitor's chat away under his hands.
        const candidate = storedId() ?? (scope === 'tab' ? id : undefined) ?? platform.randomId()
        keepId(candidate)
        // A user's history hangs on the site's session, not on this id.
        if (scope === 'device' || kind === 'user') return candidate
        const verdict = await abortable(claimId(candidate), signal)
        if (verdict === 'own' && (storedId() ?? id) === candidate) return candidate
        // Another widget on this page may have noticed first and put a new id there.
        if (verdict === 'taken' && (storedId() ?? candidate) === candidate) dropId()
      }
    },

    confirm(answer) {
      const confirmed = answer.subject ?? `l_${fingerprint(answer.sentId)}`
      const first = subject === undefined
      const changed = !first && (subject !== confirmed || kind !== answer.kind)
      if (changed) {
        advance(true)
        options.onChange('other-user')
      }
      subject = confirmed
      kind = answer.kind
      if (isSessionId(answer.sessionId)) {
        keepId(answer.sessionId)
        if (scope === 'tab') claimId(answer.sessionId)
      } else if (kind === 'user' && answer.subject !== undefined && (changed || first)) {
        // Whoever signs out later must not find what somebody wrote anonymously before signing in.
        dropId()
      }
      return changed ? 'changed' : first ? 'first' : 'same'
    },

    forget(purge) {
      dropId()
      advance(purge)
    },

    recall: () => (subject === undefined ? {} : readMemory(memoryStorage(), memoryKey, subject)),
    remember(memory) {
      if (subject === undefined) return
      writeMemory(memoryStorage(), memoryKey, subject, { seal: manager.recall().seal, ...memory })
    },

    destroy() {
      offPage()
      releaseClaim()
      ending.abort(new CozeChatError('aborted', 'chat removed'))
    },
  }

  // The original of a duplicated tab has to hold its id before the copy asks for it.
  const known = storedId()
  if (known !== undefined && scope === 'tab') {
    id = known
    claimId(known)
  }
  return manager
}
