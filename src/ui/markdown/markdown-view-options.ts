import type { HighlightedPiece } from '../parts.ts'

export interface MarkdownStrings {
  readonly copy: string
  readonly copied: string
  /** Name of a code block and of a table, for screen readers: they can be scrolled by keyboard. */
  readonly code: string
  /** Stands above a diagram that is shown as its source. */
  readonly diagram: string
  readonly table: string
  readonly imageFrom: (host: string) => string
  /** Name of a picture that can be enlarged. */
  readonly openImage: (name: string) => string
  readonly footnotes: string
  readonly footnote: (label: string) => string
  readonly backToText: string
  readonly taskDone: string
  readonly taskOpen: string
}

/** Colours finished code; `undefined` leaves it plain. */
export type Highlight = (code: string, language: string) => Promise<readonly HighlightedPiece[] | undefined>

/** Draws a formula, which is given with its delimiters; `undefined` leaves it as it was written. */
export type DrawMath = (source: string) => Promise<Node | undefined>

export interface MarkdownViewOptions {
  readonly document: Document
  /** Whether a picture may be loaded at once. An image in an answer is a request that the answer chose: all others wait for a click. */
  readonly imageAllowed: (url: URL) => boolean
  readonly strings: MarkdownStrings
  /** A picture was pressed; `button` is around it. Default: pictures cannot be pressed. */
  readonly onImage?: (button: HTMLElement) => void
  /** Puts code on the clipboard; by default the browser does. */
  readonly onCopy?: (code: string) => void | Promise<void>
  /** Code is on the clipboard. */
  readonly onCopied?: () => void
  /** Default: code stays plain. */
  readonly highlight?: Highlight
  /** Default: formulas are read as they were written. */
  readonly drawMath?: DrawMath
}
