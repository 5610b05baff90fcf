/** What an answer is made of. A tree that grows at its end. */

export type BlockName =
  | 'document'
  | 'quote'
  | 'list'
  | 'item'
  | 'paragraph'
  | 'heading'
  | 'code'
  | 'formula'
  | 'rule'
  | 'table'
  | 'row'
  | 'note'

export interface Block {
  readonly name: BlockName
  readonly parent: Block | undefined
  readonly children: Block[]
  /** How many blocks it lies in. */
  readonly depth: number
  /** It may still grow. */
  open: boolean
  /** Nothing of it or in it can change any more. */
  final: boolean
  readonly startLine: number
  endLine: number
  /** Of paragraphs, headings and rows. A paragraph without any held definitions only. */
  text: string
  /** Of a paragraph. */
  lastLine: string
  /** Of a paragraph: it may begin with definitions. */
  mayDefine: boolean
  /** Of code and formulas. */
  readonly lines: string[]
  /** How many of them there are up to the last one that is not blank. */
  wordLines: number
  /** Blank lines stand between the items of a list, or between what is in one of them. */
  loose: boolean
  readonly facts: BlockFacts
}

/** What a block knows of its own beginning. */
export interface BlockFacts {
  readonly level?: number
  /** The mark of a list: `-`, `+`, `*`, `.` or `)`; of a fence one of its characters; of a formula what ends it. */
  readonly mark?: string
  /** The first number of an ordered list. */
  readonly start?: number
  /** Columns that the content of an item or the margin of a fence takes. */
  readonly margin?: number
  /** Characters of a fence; absent for indented code. */
  readonly fence?: number
  readonly info?: string
  readonly label?: string
  /** Of a table: a class for each column, and all of them as one text. */
  readonly columns?: readonly string[]
  readonly alignment?: string
}

export function createBlock(name: BlockName, parent: Block | undefined, line: number, facts: BlockFacts = {}): Block {
  return {
    name,
    parent,
    children: [],
    depth: parent ? parent.depth + 1 : 0,
    open: true,
    final: false,
    startLine: line,
    endLine: line,
    text: '',
    lastLine: '',
    mayDefine: false,
    lines: [],
    wordLines: 0,
    loose: false,
    facts,
  }
}
