import type { Clock } from '../../platform/clock.ts'
import type { TokenStore } from '../store/token-store.ts'

const POLL_MS = 50
const WAIT_MS = 3_000
/** Longer than the queue and an exchange together. A lock that is lost costs a second exchange and nothing else. */
const LOCK_MS = 15_000

/**
 * The lock on a key among the processes that share a store, or what the process that holds it has made meanwhile. After 3 s neither:
 * then the lock is ignored. Without processes that share the store there is no lock.
 * @param made `undefined` as long as nothing is made
 */
export async function lockOr<Made>(
  made: () => Promise<Made | undefined>,
  key: string,
  { store, clock }: { store: TokenStore; clock: Clock },
): Promise<{ held?: Made; release?: () => Promise<void> }> {
  if (store.acquire === undefined) return {}
  const giveUpAtMs = clock.monotonic() + WAIT_MS
  for (;;) {
    const release = await store.acquire(key, LOCK_MS)
    if (release !== undefined) return { release }
    if (clock.monotonic() >= giveUpAtMs) return {}
    await new Promise<void>((resolve) => void clock.setTimeout(resolve, POLL_MS))
    const held = await made()
    if (held !== undefined) return { held }
  }
}
