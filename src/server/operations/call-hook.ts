import type { Clock } from '../../platform/clock.ts'
import { failureName } from '../resilience/at-fault.ts'
import { isPromiseLike } from '../resilience/notify.ts'
import { withTimeout } from '../resilience/with-timeout.ts'
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
    events.emit({ type: 'hook_failed', hook, cause: failureName(error) })
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
  try {
    const answer = work()
    if (isAnswer(answer)) return answer
    if (isPromiseLike(answer)) {
      cause = 'returned_a_promise'
      answer.then(undefined, () => undefined)
    }
  } catch (error) {
    cause = failureName(error)
  }
  events.emit({ type: 'hook_failed', hook, cause })
  return undefined
}
