/**
 * Calls code of the site's whose answer nobody wants, such as a listener. What it throws harms nobody, and neither does a promise
 * that it returns after all: a rejection that nobody awaits ends a Node process (T28).
 */
export function notify(listener: () => unknown): void {
  try {
    const answer = listener()
    if (isPromiseLike(answer)) answer.then(undefined, () => undefined)
  } catch {}
}

/** Also the promises of libraries and of other realms, which are no `Promise` of ours. */
export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}
