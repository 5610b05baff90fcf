/** `AbortSignal.any` for browsers that lack it (Safari before 17.4, Chrome before 116). */
import { onAbort } from './abort.ts'

export interface LinkedAbort {
  readonly signal: AbortSignal
  abort(): void
  /** Stops listening to the parents, so that a long-lived parent does not collect listeners. */
  unlink(): void
}

/** Returns a signal that aborts with any of `parents`, or by its own `abort()`. */
export function createLinkedAbort(...parents: readonly (AbortSignal | undefined)[]): LinkedAbort {
  const controller = new AbortController()
  const abort = () => controller.abort()
  const links = parents.map((parent) => parent && onAbort(parent, abort))
  return {
    signal: controller.signal,
    abort,
    unlink() {
      for (const unlink of links) unlink?.()
    },
  }
}
