/**
 * Web Locks as a way to save work, never as a guarantee: a frozen tab may hold a lock for ever,
 * so nobody waits long, nobody steals, and without locks (plain http, sandboxed frames) everything works alone.
 */
import { onAbort, wait } from './abort.ts'
import type { Clock } from './clock.ts'

export type Locks = Pick<LockManager, 'request'>

export function browserLocks(): Locks | undefined {
  return (globalThis.navigator as { locks?: LockManager } | undefined)?.locks
}

/** Gives the lock back. */
export type Release = () => void

/** `busy`: still held by another after `waitMs`, or the signal aborted. Undefined: this page has no locks. */
export function acquireLock(
  locks: Locks | undefined,
  name: string,
  waitMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<Release | 'busy' | undefined> {
  return new Promise((resolve) => {
    if (!locks) return resolve(undefined)
    const patience = new AbortController()
    const giveUp = () => patience.abort()
    const timer = clock.setTimeout(giveUp, waitMs)
    const off = onAbort(signal, giveUp)
    const decide = (outcome: Release | 'busy' | undefined) => {
      clock.clearTimeout(timer)
      off()
      resolve(outcome)
    }
    // Not left to the rejection of `request`: seen never to come when the holder is frozen.
    onAbort(patience.signal, () => decide('busy'))
    locks
      .request(name, patience, () => {
        // Granted in the very moment we gave up: give it back.
        if (!patience.signal.aborted) return new Promise<void>(decide)
        return undefined
      })
      .catch(() => decide(undefined))
  })
}

/** Longest wait for another tab before going alone. */
const LOCK_WAIT_MS = 2_000
/** A lock is kept this long after the work, so that what the worker told the other tabs arrives before the next one has its turn. */
const LOCK_KEEP_MS = 250
/** Who waits looks this often whether there is still anything to wait for. */
const LOOK_MS = 50

/**
 * Runs `work` while no other tab runs work of this name, but after at most 2 s in any case; not at all if the tab before
 * has made it superfluous, which `ready` tells. The signal ends the wait, not the work.
 */
export async function runExclusively<T>(
  locks: Locks | undefined,
  name: string,
  clock: Clock,
  signal: AbortSignal,
  ready: () => T | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const patience = new AbortController()
  const off = onAbort(signal, () => patience.abort())
  const look = () => {
    if (ready()) patience.abort()
    else timer = clock.setTimeout(look, LOOK_MS)
  }
  let timer = clock.setTimeout(look, LOOK_MS)
  const lock = await acquireLock(locks, name, LOCK_WAIT_MS, clock, patience.signal)
  clock.clearTimeout(timer)
  off()
  const release = typeof lock === 'function' ? lock : undefined
  const made = ready()
  if (made) {
    release?.()
    return made
  }
  try {
    return await work()
  } finally {
    if (release) wait(clock, LOCK_KEEP_MS, signal).then(release, release)
  }
}
