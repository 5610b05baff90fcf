/** The blocks of an answer, as they are added and closed. What a line has changed that is only tried can be taken back. */
import { type Block, type BlockFacts, type BlockName, createBlock } from './block.ts'
import { type Definition, takeDefinitions, takeSettledDefinitions } from './definitions.ts'

export interface BlockTree {
  readonly document: Block
  /** The block that would take up what follows. */
  readonly tip: Block
  /** Number of the line that is read. */
  readonly line: number
  nextLine(): void
  /** From now on what changes can be taken back. */
  try(): void
  /** Undoes what has changed since `try`. */
  takeBack(): void
  /** In `parent`, which may contain it. */
  add(parent: Block, name: BlockName, facts?: BlockFacts, startLine?: number): Block
  /** A line of words. */
  addText(block: Block, text: string): void
  addVerbatim(block: Block, text: string): void
  addRow(table: Block, text: string): void
  /** Makes another block of a paragraph that nothing is left of. */
  replace(paragraph: Block, name: BlockName, facts: BlockFacts): Block
  setText(block: Block, text: string): void
  /** Takes the definitions out of a paragraph: they begin it, and what is left of it is shown. */
  define(paragraph: Block): void
  close(block: Block, endLine: number): void
}

export function createBlockTree(onDefinition: (definition: Definition) => void): BlockTree {
  const document = createBlock('document', undefined, 0)
  let tip = document
  let line = 0
  /** How to take back what the line that is only tried has changed; undefined while a line is for good. */
  let undo: (() => void)[] | undefined

  function change(apply: () => void, takeBack: () => void): void {
    apply()
    undo?.push(takeBack)
  }

  function setText(block: Block, text: string): void {
    const { text: before } = block
    change(
      () => {
        block.text = text
      },
      () => {
        block.text = before
      },
    )
  }

  function define(paragraph: Block): void {
    if (!paragraph.mayDefine) return
    const { definitions, rest } = takeDefinitions(paragraph.text)
    setText(paragraph, rest)
    if (undo === undefined) definitions.forEach(onDefinition)
  }

  /** Those of a growing paragraph that stay as they are: they are read once, however many follow. */
  function defineSettled(paragraph: Block): void {
    const { definitions, rest, hopeless } = takeSettledDefinitions(paragraph.text)
    paragraph.text = rest
    paragraph.mayDefine = !hopeless
    definitions.forEach(onDefinition)
  }

  function addText(block: Block, text: string): void {
    const { text: before, lastLine, mayDefine } = block
    const isFirst = before === ''
    change(
      () => {
        block.text = isFirst ? text : `${before}\n${text}`
        block.lastLine = text
        if (isFirst) block.mayDefine = block.name === 'paragraph' && text.startsWith('[')
      },
      () => {
        block.text = before
        block.lastLine = lastLine
        block.mayDefine = mayDefine
      },
    )
    if (undo === undefined && block.mayDefine && text.startsWith('[')) defineSettled(block)
  }

  function close(block: Block, endLine: number): void {
    const before = block.endLine
    const last = block.children.at(-1)
    const isList = block.name === 'list' || block.name === 'item'
    const isIndented = block.name === 'code' && block.facts.fence === undefined
    const isFinal = undo === undefined
    change(
      () => {
        block.open = false
        block.final = isFinal
        block.endLine = isList ? (last?.endLine ?? block.startLine) : endLine
        // Indented code ends with its last line of words.
        if (isIndented) block.endLine = block.startLine + block.wordLines - 1
      },
      () => {
        block.open = true
        block.endLine = before
      },
    )
    if (isIndented && isFinal) block.lines.length = block.wordLines
    if (block.name === 'paragraph') define(block)
    tip = block.parent ?? document
  }

  function add(parent: Block, name: BlockName, facts?: BlockFacts, startLine = line): Block {
    const block = createBlock(name, parent, startLine, facts)
    const before = parent.children.at(-1)
    const list = parent.name === 'item' ? parent.parent : parent
    const loosens = list?.name === 'list' && !list.loose && before !== undefined && before.endLine !== startLine - 1
    change(
      () => {
        parent.children.push(block)
        if (loosens) list.loose = true
      },
      () => {
        parent.children.pop()
        if (loosens) list.loose = false
      },
    )
    tip = block
    return block
  }

  return {
    document,
    get tip() {
      return tip
    },
    get line() {
      return line
    },
    nextLine() {
      line++
    },
    try() {
      const [tipBefore, lineBefore] = [tip, line]
      undo = [
        () => {
          tip = tipBefore
          line = lineBefore
        },
      ]
    },
    takeBack() {
      for (const each of undo?.reverse() ?? []) each()
      undo = undefined
    },
    add,
    addText,
    addVerbatim(block, text) {
      const { wordLines } = block
      change(
        () => {
          block.lines.push(text)
          if (text.trim() !== '') block.wordLines = block.lines.length
        },
        () => {
          block.lines.pop()
          block.wordLines = wordLines
        },
      )
    },
    addRow(table, text) {
      const row = add(table, 'row')
      row.text = text
      row.open = false
      row.final = undo === undefined
      tip = table
    },
    replace(paragraph, name, facts) {
      const siblings = paragraph.parent?.children ?? []
      const block = createBlock(name, paragraph.parent, paragraph.startLine, facts)
      change(
        () => siblings.splice(-1, 1, block),
        () => siblings.splice(-1, 1, paragraph),
      )
      tip = block
      return block
    },
    setText,
    define,
    close,
  }
}
