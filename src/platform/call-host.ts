/** Calls code of the page: its error must not end what we are doing, and surfaces as an uncaught error of the page. */
export function callHost(callback: () => void): void {
  try {
    callback()
  } catch (error) {
    if (typeof reportError === 'function') reportError(error)
    else throwLater(error)
  }
}

/** For hosts without `reportError` (Safari before 15.4, Node). */
function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
