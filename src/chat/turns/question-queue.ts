/** The questions that wait for their turn, oldest first. */
import type { Question } from '../chat-transport.ts'

export interface QueuedQuestion {
  /** Of its message in the list. */
  readonly key: string
  readonly question: Question
  /** The turn of an earlier try, whose messages are deleted at the server before asking again. */
  readonly replaces: string | undefined
  /** Called when the question's turn has ended, however, or when it is dropped. */
  readonly done: () => void
  /** Its conversation was gone once, and it has moved to a new one. */
  moved?: boolean
}

export interface QuestionQueue {
  readonly isEmpty: boolean
  readonly keys: readonly string[]
  add(queued: QueuedQuestion): void
  /** To the front. */
  putBack(queued: QueuedQuestion): void
  /** The next one; undefined where there is none, or while they are held. */
  next(): QueuedQuestion | undefined
  /** Nothing is asked until `release()`: the network is gone. */
  hold(): void
  release(): void
  /** Drops the question with this key, or all. */
  drop(key?: string): void
}

export function createQuestionQueue(): QuestionQueue {
  let waiting: readonly QueuedQuestion[] = []
  let held = false
  return {
    get isEmpty() {
      return waiting.length === 0
    },
    get keys() {
      return waiting.map(({ key }) => key)
    },
    add(queued) {
      waiting = [...waiting, queued]
    },
    putBack(queued) {
      waiting = [queued, ...waiting]
    },
    next() {
      if (held) return undefined
      const [first, ...rest] = waiting
      waiting = rest
      return first
    },
    hold() {
      held = true
    },
    release() {
      held = false
    },
    drop(key) {
      const dropped = waiting.filter((queued) => key === undefined || queued.key === key)
      waiting = waiting.filter((queued) => !dropped.includes(queued))
      for (const { done } of dropped) done()
    },
  }
}
