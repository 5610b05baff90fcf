/** What is on screen of each block, and how far it is drawn: the next update goes on from there. */

export interface Drawn {
  /** Blocks of another key can't take over the element. */
  readonly key: string
  readonly element: HTMLElement
  /** Where the block's children, or its text, go. */
  readonly slot: HTMLElement
  /** What is drawn of its children, or the cells of a row. */
  readonly kids: Drawn[]
  /** Of a block that holds others. */
  nested?: DrawnChildren | undefined
  /** Of a paragraph, a heading and a cell. */
  words?: DrawnWords | undefined
  row?: DrawnRow | undefined
  /** Of code and formulas. */
  verbatim?: DrawnVerbatim | undefined
}

/** How many children of the block, and how many of the kids, are drawn and final. */
interface DrawnChildren {
  finalChildren: number
  finalKids: number
}

interface DrawnWords {
  /** All that is drawn. */
  text: string
  /** The part of it that stays, and the last node of that part. */
  settled: string
  settledEnd: ChildNode | undefined
  /** Drawn with a guess of how it goes on. */
  guessed: boolean
  readonly inTable: boolean
}

interface DrawnRow {
  text: string
  guessed: boolean
  /** How many cells stay as they are when the row grows, and where in the text the next one begins. */
  settled: number
  from: number
}

interface DrawnVerbatim {
  /** How many lines are drawn for good. */
  lines: number
  /** The node of the lines that may still change. */
  rest: Text | undefined
  /** Colours, or the formula instead of its source, were asked for. */
  finished: boolean
}

export function createDrawn(key: string, element: HTMLElement, slot = element): Drawn {
  return { key, element, slot, kids: [] }
}

export function createDrawnWords(inTable: boolean): DrawnWords {
  return { text: '', settled: '', settledEnd: undefined, guessed: false, inTable }
}

/** The next update draws the block from its beginning. */
export function forgetDrawn(drawn: Drawn): void {
  drawn.kids.length = 0
  drawn.nested = undefined
  drawn.words = undefined
  drawn.row = undefined
  drawn.verbatim = undefined
}
