/** Holds the state of a chat and is the only one to write it. */
import { toCozeChatError } from '../errors.ts'
import { callHost } from '../platform/call-host.ts'
import type { Clock } from '../platform/clock.ts'
import { type Change, type ChatProblem, type ChatState, initialChatState } from './chat-state.ts'
import type { ChatStoreEvent } from './chat-store-events.ts'

/**
 * Every piece of work carries the signal of the lifetime that it began in: a session, or within it a conversation. Once that has
 * aborted, whatever the work still brings is neither written nor told.
 */
export interface StateContainer {
  getState(): ChatState
  /** Calls back after each change. Returns an unsubscribe function. */
  subscribe(listener: () => void): () => void
  apply(lifetime: AbortSignal, change: Change): void
  set(lifetime: AbortSignal, values: Partial<ChatState>): void
  /** Tells the page. */
  emit(lifetime: AbortSignal, event: ChatStoreEvent): void
  problemOf(thrown: unknown): ChatProblem
  /**
   * Runs work whose failure concerns the chat as a whole: it becomes `state.problem`. Never rejects.
   *
   * @param onFailure what else changes then
   * @returns undefined after a failure
   */
  attempt<T>(lifetime: AbortSignal, work: () => Promise<T>, onFailure?: Change): Promise<T | undefined>
  /** Forgets the listeners. */
  destroy(): void
}

export function createStateContainer(
  clock: Clock,
  onEvent: ((event: ChatStoreEvent) => void) | undefined,
): StateContainer {
  const listeners = new Set<() => void>()
  let state = initialChatState

  function apply(lifetime: AbortSignal, change: Change): void {
    if (lifetime.aborted) return
    const before = state
    state = change(state)
    if (state !== before) for (const listener of [...listeners]) callHost(listener)
  }

  function set(lifetime: AbortSignal, values: Partial<ChatState>): void {
    apply(lifetime, (before) => ({ ...before, ...values }))
  }

  function emit(lifetime: AbortSignal, event: ChatStoreEvent): void {
    if (!lifetime.aborted) callHost(() => onEvent?.(event))
  }

  function problemOf(thrown: unknown): ChatProblem {
    const { code, retryable, retryAfterMs, upstreamCode, logId } = toCozeChatError(thrown)
    return {
      code,
      retryable,
      ...(retryAfterMs !== undefined && { retryAt: clock.now() + retryAfterMs }),
      upstreamCode,
      logId,
    }
  }

  return {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    apply,
    set,
    emit,
    problemOf,
    async attempt(lifetime, work, onFailure) {
      try {
        return await work()
      } catch (thrown) {
        const problem = problemOf(thrown)
        apply(lifetime, (before) => ({ ...(onFailure?.(before) ?? before), problem }))
        emit(lifetime, { type: 'error', problem })
        return undefined
      }
    },
    destroy: () => listeners.clear(),
  }
}
