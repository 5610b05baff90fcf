/**
 * Web Locks to save work, never as a guarantee: a frozen tab may hold a lock for ever, so nobody waits long and nobody steals,
 * and without locks (plain http, sandboxed frames) every tab works alone.
 */

import type { Clock } from '../clock.ts'
import { onAbort, wait } from './abort.ts'

export type Locks = Pick<LockManager, 'request'>

/** Looked up at each use. Undefined where the browser has none. */
export function browserLocks(): Locks | undefined {
  return (globalThis.navigator as { locks?: LockManager } | undefined)?.locks
}

/** Gives the lock back. */
export type Release = () => void

/**
 * Never rejects.
 * @returns a function that gives the lock back; `busy`: another holder still had it after `waitMs`, or the signal aborted;
 * undefined: this page has no locks
 */
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
    // Not left to the rejection of `request`, which was seen never to come while the holder is frozen.
    onAbort(patience.signal, () => decide('busy'))
    const onGranted = () => {
      // Granted at the very moment of giving up: returning at once gives it back.
      if (patience.signal.aborted) return undefined
      return new Promise<void>(decide)
    }
    try {
      locks.request(name, patience, onGranted).catch(() => decide(undefined))
    } catch {
      // A page may have put something else in their place.
      decide(undefined)
    }
  })
}

/** Longest wait for another tab before going alone. */
const LOCK_WAIT_MS = 2_000
/** The lock is kept this long after the work, so that what the worker tells the other tabs arrives before the next one has its turn. */
const LOCK_KEEP_MS = 250
/** How often a waiting tab checks whether its own work is still needed. */
const CHECK_INTERVAL_MS = 50

export interface ExclusiveWork<T> {
  readonly locks: Locks | undefined
  readonly name: string
  readonly clock: Clock
  /** Ends the waiting, not the work. */
  readonly signal: AbortSignal
  /** True once the tab before has done what `work` would do. */
  readonly isSuperfluous: () => boolean
  readonly work: () => Promise<T>
}

/**
 * Runs `work` while no other tab of this origin runs work of the same name; after 2 s of waiting in any case.
 * @returns what `work` returns, or undefined if it was superfluous and has not been run
 * @throws whatever `work` throws
 */
export async function runExclusively<T>({
  locks,
  name,
  clock,
  signal,
  isSuperfluous,
  work,
}: ExclusiveWork<T>): Promise<T | undefined> {
  const patience = new AbortController()
  const off = onAbort(signal, () => patience.abort())
  const check = () => {
    if (isSuperfluous()) patience.abort()
    else timer = clock.setTimeout(check, CHECK_INTERVAL_MS)
  }
  let timer = clock.setTimeout(check, CHECK_INTERVAL_MS)
  const lock = await acquireLock(locks, name, LOCK_WAIT_MS, clock, patience.signal)
  clock.clearTimeout(timer)
  off()
  const release = typeof lock === 'function' ? lock : undefined
  if (isSuperfluous()) {
    release?.()
    return undefined
  }
  try {
    return await work()
  } finally {
    if (release) wait(clock, LOCK_KEEP_MS, signal).then(release, release)
  }
}
