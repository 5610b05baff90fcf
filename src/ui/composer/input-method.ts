/** Tells an Enter that sends from one that confirms a word of an input method. */

export interface CompositionGuard {
  started(): void
  ended(event: Pick<CompositionEvent, 'timeStamp'>): void
  /** True while a key belongs to the input method. */
  owns(event: Pick<KeyboardEvent, 'isComposing' | 'keyCode' | 'timeStamp'>): boolean
}

/** Key code of every key that an input method takes for itself; Safari reports it after `compositionend`. */
const INPUT_METHOD_KEY = 229
/** Shorter than anybody needs from one key to the next, in milliseconds. */
const MOMENT_MS = 20

export function createCompositionGuard(): CompositionGuard {
  /** Keys pressed before this are the input method's, by the clock of events. */
  let untilMs = 0
  return {
    started() {
      untilMs = Number.POSITIVE_INFINITY
    },
    // Also of one that began before this guard was there.
    ended({ timeStamp }) {
      // Some browsers end the composition before they report the Enter that ended it, in the same task. A busy page may get to its timers
      // long after the visitor's next Enter, which is told by the time at which it was pressed.
      untilMs = timeStamp + MOMENT_MS
      setTimeout(() => {
        untilMs = 0
      }, 0)
    },
    owns: ({ isComposing, keyCode, timeStamp }) => isComposing || keyCode === INPUT_METHOD_KEY || timeStamp < untilMs,
  }
}
