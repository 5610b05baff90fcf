/**
 * Reads the lines of an answer into blocks, each line once: the algorithm of CommonMark's reference, with tables, footnotes and formulas.
 * https://spec.commonmark.org/0.31.2/#appendix-a-parsing-strategy
 */
import { type Block, type BlockFacts, type BlockName, createBlock } from './block.ts'
import { type BlockBuilder, beginBlock, continueBlock } from './block-rules.ts'
import { type Definition, takeDefinitions } from './definitions.ts'
import { LineCursor } from './line-cursor.ts'

export interface BlockParser {
  readonly document: Block
  /** A whole line, without its end. */
  addLine(line: string): void
  /** The beginning of a line, for the time being: the next call of any method takes it back. */
  tryLine(line: string): void
  takeBack(): void
  /** The block that would take up what follows. */
  readonly tip: Block
  /** Nothing follows. */
  end(): void
}

export function createBlockParser(onDefinition: (definition: Definition) => void = () => {}): BlockParser {
  const cursor = new LineCursor()
  const document = createBlock('document', undefined, 0)
  let tip = document
  let line = 0
  /** How to take back what the line that is only tried has changed; undefined while a line is for good. */
  let undo: (() => void)[] | undefined

  function change(apply: () => void, takeBack: () => void): void {
    apply()
    undo?.push(takeBack)
  }

  function close(block: Block, endLine: number): void {
    const { parent, text } = block
    const before = block.endLine
    const last = block.children.at(-1)
    const isList = block.name === 'list' || block.name === 'item'
    const isFinal = undo === undefined
    change(
      () => {
        block.open = false
        block.final = isFinal
        block.endLine = isList ? (last?.endLine ?? block.startLine) : endLine
      },
      () => {
        block.open = true
        block.endLine = before
      },
    )
    if (block.name === 'paragraph' && text.startsWith('[')) define(block)
    if (block.name === 'code' && block.facts.fence === undefined) dropBlankLines(block)
    tip = parent ?? document
  }

  /** Definitions begin a paragraph; what is left of it is shown. */
  function define(block: Block): void {
    const { text } = block
    const { definitions, rest } = takeDefinitions(text)
    change(
      () => {
        block.text = rest
      },
      () => {
        block.text = text
      },
    )
    if (undo === undefined) for (const definition of definitions) onDefinition(definition)
  }

  /** Indented code ends with its last line of words. */
  function dropBlankLines(block: Block): void {
    const { lines, endLine } = block
    let length = lines.length
    while (length > 0 && lines[length - 1]?.trim() === '') length--
    const dropped = lines.slice(length)
    change(
      () => {
        lines.length = length
        block.endLine = block.startLine + length - 1
      },
      () => {
        lines.push(...dropped)
        block.endLine = endLine
      },
    )
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

  function addText(block: Block, text: string): void {
    const before = block.text
    change(
      () => {
        block.text = before ? `${before}\n${text}` : text
      },
      () => {
        block.text = before
      },
    )
  }

  const builder: BlockBuilder = {
    cursor,
    get tip() {
      return tip
    },
    add(name, facts) {
      closeUnmatched()
      while (!mayContain(tip, name)) close(tip, line - 1)
      return add(tip, name, facts)
    },
    addText,
    addRow(table, text) {
      const row = add(table, 'row')
      row.text = text
      row.open = false
      row.final = undo === undefined
      tip = table
    },
    addVerbatim(block, text) {
      change(
        () => block.lines.push(text),
        () => block.lines.pop(),
      )
    },
    replace(paragraph, rest, name, facts) {
      closeUnmatched()
      const siblings = paragraph.parent?.children ?? []
      if (rest) {
        const { text } = paragraph
        change(
          () => {
            paragraph.text = rest
          },
          () => {
            paragraph.text = text
          },
        )
        close(paragraph, line - 2)
        return add(tip, name, facts, line - 1)
      }
      const block = createBlock(name, paragraph.parent, paragraph.startLine, facts)
      change(
        () => siblings.splice(-1, 1, block),
        () => siblings.splice(-1, 1, paragraph),
      )
      tip = block
      return block
    },
    close: (block) => close(block, line),
    define(paragraph) {
      if (paragraph.text.startsWith('[')) define(paragraph)
      return paragraph.text
    },
  }

  /** The last block that this line goes on with, and whether there are open ones beyond it. */
  let matched = document
  let isUnmatched = false

  function closeUnmatched(): void {
    if (!isUnmatched) return
    isUnmatched = false
    while (tip !== matched && tip.parent) close(tip, line - 1)
  }

  function read(text: string): void {
    line++
    cursor.reset(text)
    matched = document
    for (let next = document.children.at(-1); next?.open; next = next.children.at(-1)) {
      const fit = continueBlock(builder, next)
      if (fit === 'ends') return
      if (fit === 'no') break
      matched = next
    }
    isUnmatched = matched !== tip
    let container = matched
    while (container.name !== 'code' && container.name !== 'formula') {
      const begun = beginBlock(builder, container)
      if (begun === 'nothing') break
      container = tip
      if (begun === 'leaf') break
    }
    if (container.name === 'code' || container.name === 'formula') {
      closeUnmatched()
      return
    }
    cursor.skipBlanks()
    if (isUnmatched && tip.name === 'paragraph' && !cursor.isBlank) {
      addText(tip, cursor.rest)
      return
    }
    closeUnmatched()
    if (cursor.isBlank) return
    if (container.name === 'paragraph') addText(container, cursor.rest)
    else if (container.name === 'table') builder.addRow(container, cursor.rest)
    else addText(builder.add('paragraph'), cursor.rest)
  }

  function takeBack(): void {
    if (undo === undefined) return
    for (const each of undo.reverse()) each()
    undo = undefined
  }

  return {
    document,
    get tip() {
      return tip
    },
    addLine(text) {
      takeBack()
      read(text)
    },
    tryLine(text) {
      takeBack()
      const [tipBefore, lineBefore] = [tip, line]
      undo = [
        () => {
          tip = tipBefore
          line = lineBefore
        },
      ]
      read(text)
    },
    takeBack,
    end() {
      takeBack()
      while (tip !== document) close(tip, line)
      close(document, line)
    },
  }
}

function mayContain({ name }: Block, child: BlockName): boolean {
  if (name === 'list') return child === 'item'
  return (name === 'document' || name === 'quote' || name === 'item' || name === 'note') && child !== 'item'
}
