import type { Clock } from '../../platform/clock.ts'
import { failureName, failureSite } from '../resilience/at-fault.ts'
import { isPromiseLike } from '../resilience/notify.ts'
import { TimeLimitError, withTimeout } from '../resilience/with-timeout.ts'
import type { EventSink, HookName } from './events.ts'

/** No hook of the site's may hold a request longer than this. */
export const HOOK_LIMIT_MS = 3_000

/**
 * Runs a hook of the site's, for 3 s at most.
 * @throws whatever the hook throws, or TimeLimitError, after the event `hook_failed`
 */
export async function callHook<T>(
  hook: HookName,
  { clock, events }: { clock: Clock; events: EventSink },
  work: () => T | Promise<T>,
): Promise<T> {
  try {
    return await withTimeout(HOOK_LIMIT_MS, clock, async () => work())
  } catch (error) {
    events.emit({ type: 'hook_failed', hook, cause: failureName(error), ...siteOf(error) })
    throw error
  }
}

/**
 * Runs a hook that must answer at once. Nobody waits for a promise, and a rejection that nobody waits for ends a Node process (T28).
 * @returns `undefined`, after the event `hook_failed`, when the hook throws or its answer is none
 */
export function callHookNow<T>(
  hook: HookName,
  events: EventSink,
  work: () => unknown,
  isAnswer: (value: unknown) => value is T,
): T | undefined {
  let cause = 'returned_nonsense'
  let site = {}
  try {
    const answer = work()
    if (isAnswer(answer)) return answer
    if (isPromiseLike(answer)) {
      cause = 'returned_a_promise'
      answer.then(undefined, () => undefined)
    }
  } catch (error) {
    cause = failureName(error)
    site = siteOf(error)
  }
  events.emit({ type: 'hook_failed', hook, cause, ...site })
  return undefined
}

/** For an event. A limit of ours is kept by our own code, and says nothing of the site's. */
function siteOf(error: unknown): { at?: string } {
  const at = error instanceof TimeLimitError ? undefined : failureSite(error)
  return at === undefined ? {} : { at }
}
