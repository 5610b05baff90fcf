/** Tells an Enter that sends from one that confirms a word of an input method. */

export interface CompositionGuard {
  started(): void
  ended(): void
  /** True while a key belongs to the input method. */
  owns(event: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean
}

/** Key code of every key that an input method takes for itself; Safari reports it after `compositionend`. */
const INPUT_METHOD_KEY = 229

export function createCompositionGuard(): CompositionGuard {
  let composing = false
  return {
    started() {
      composing = true
    },
    ended() {
      // Some browsers end the composition before they report the Enter that ended it, in the same task.
      setTimeout(() => {
        composing = false
      }, 0)
    },
    owns: (event) => composing || event.isComposing || event.keyCode === INPUT_METHOD_KEY,
  }
}
