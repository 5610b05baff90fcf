/** `AbortSignal.any` for browsers that lack it (Safari before 17.4, Chrome before 116). */

export interface LinkedAbort {
  readonly signal: AbortSignal
  abort(): void
  /** Stops listening to the parents, so that a long-lived parent does not collect listeners. */
  unlink(): void
}

/** A signal that aborts with any of `parents`, or by itself. */
export function createLinkedAbort(...parents: readonly (AbortSignal | undefined)[]): LinkedAbort {
  const controller = new AbortController()
  const abort = () => controller.abort()
  for (const parent of parents) {
    if (parent?.aborted) abort()
    parent?.addEventListener('abort', abort)
  }
  return {
    signal: controller.signal,
    abort,
    unlink() {
      for (const parent of parents) parent?.removeEventListener('abort', abort)
    },
  }
}
