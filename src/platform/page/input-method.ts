/** Tells a key of the visitor's from one that an input method took for a word that is not written yet. */

/**
 * The code of every key that an input method takes for itself. Safari reports the Enter that ends a composition after
 * `compositionend`, when `isComposing` is false again (https://bugs.webkit.org/show_bug.cgi?id=165004).
 */
const INPUT_METHOD_KEY = 229

export const isOfInputMethod = ({ isComposing, keyCode }: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean =>
  isComposing || keyCode === INPUT_METHOD_KEY
