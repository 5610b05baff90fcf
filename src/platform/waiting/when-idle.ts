/** Safari has no idle callbacks: a moment in which the first frames have been drawn. */
const INSTEAD_MS = 200

/** Calls back at the next moment in which the page has nothing else to do, whether it has loaded or not. Returns what takes it back. */
export function whenIdle(callback: () => void): () => void {
  if (typeof requestIdleCallback === 'function') {
    const handle = requestIdleCallback(callback, { timeout: 5_000 })
    return () => cancelIdleCallback(handle)
  }
  const timer = setTimeout(callback, INSTEAD_MS)
  return () => clearTimeout(timer)
}
