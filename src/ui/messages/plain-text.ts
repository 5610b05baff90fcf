/** Whether a text reads the same without the Markdown view, which then need not be loaded. Pure. */

/** Characters and beginnings of lines that mean something in Markdown; rather one too many than one too few. */
const SYNTAX = /[*_`~[<|\\$&@]|https?:|www\.|[=-]\s*$|^ *(?:#|>|(?:[-+]|\d+[.)])(?:\s|$))|\t|^ {4}/im

/** A longer text is better off in a view that draws only what is new. */
const MAX_PLAIN = 4000

export function isPlain(text: string): boolean {
  return text.length <= MAX_PLAIN && !SYNTAX.test(text)
}

export function paragraphsOf(text: string): string[] {
  return text.split(/\n\s*\n/)
}
