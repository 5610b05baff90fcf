/** A turn as it runs: its ids, and how long its requests and its writing go on. */
import type { ErrorCode } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { createDeadline } from '../../platform/waiting/deadline.ts'
import { createLinkedAbort, type LinkedAbort } from '../../platform/waiting/linked-abort.ts'
import type { ChatSession } from '../chat-session.ts'
import type { ChatProblem } from '../chat-state.ts'

export interface Turn {
  /** Undefined until the server has named the conversation that this turn begins. */
  conversationId: string | undefined
  /** Aborts with the session. */
  readonly sessionSignal: AbortSignal
  /** Aborts with the conversation on screen. */
  readonly conversationSignal: AbortSignal
  /** Aborts with the conversation on screen, or when the visitor stops this turn; nothing is written after it. */
  readonly writeSignal: AbortSignal
  /** Of its requests. Aborts with the conversation on screen; of a stopped turn as soon as it can be cancelled. */
  readonly requests: LinkedAbort
  /** Undefined until the server has named it. */
  turnId: string | undefined
  /** A request with its question has gone out. */
  isSent: boolean
  readonly stopped: boolean
  /** Nothing is written any more, and its requests end as soon as the server has named it. */
  stop(): void
  /** Called at each sign of life: after a long silence the visitor is told. */
  heard(): void
  /** Leaves neither a timer nor a listener. */
  dispose(): void
}

export const INTERRUPTED: ChatProblem = { code: 'interrupted', retryable: true }

/** After these, nobody knows whether the server has taken the request. */
export const UNCERTAIN: readonly ErrorCode[] = [
  'network',
  'timeout',
  'interrupted',
  'bad_response',
  'stream_too_large',
  'internal',
]

/** After this time without a sign of life, the visitor is told. */
const SLOW_AFTER_MS = 30_000
/** After a stop, how long we go on listening for the name of the turn: nothing can be cancelled without it. */
const STOP_LIMIT_MS = 5_000

/**
 * A turn in the conversation on screen.
 * @param onSilence called after 30 s without a sign of life, while the turn may write
 */
export function createTurn(
  session: ChatSession,
  conversationId: string | undefined,
  clock: Clock,
  onSilence: (writeSignal: AbortSignal) => void,
): Turn {
  const conversationSignal = session.thread.signal
  const requests = createLinkedAbort(conversationSignal)
  const writing = createLinkedAbort(conversationSignal)
  const silence = createDeadline(clock, () => onSilence(writing.signal))
  const patience = createDeadline(clock, requests.abort)
  let stopped = false
  const turn: Turn = {
    conversationId,
    sessionSignal: session.signal,
    conversationSignal,
    writeSignal: writing.signal,
    requests,
    turnId: undefined,
    isSent: false,
    get stopped() {
      return stopped
    },
    stop() {
      stopped = true
      writing.abort()
      if (turn.turnId === undefined) patience.set(STOP_LIMIT_MS)
      else requests.abort()
    },
    heard: () => silence.set(SLOW_AFTER_MS),
    dispose() {
      silence.clear()
      patience.clear()
      requests.unlink()
      writing.unlink()
    },
  }
  turn.heard()
  return turn
}
