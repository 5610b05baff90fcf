/**
 * Reads the lines of an answer into blocks, each line once: the algorithm of CommonMark's reference, with tables, footnotes and formulas.
 * https://spec.commonmark.org/0.31.2/#appendix-a-parsing-strategy
 */
import type { Block, BlockName } from './block.ts'
import { type BlockBuilder, beginBlock, continueBlock } from './block-rules.ts'
import { createBlockTree } from './block-tree.ts'
import type { Definition } from './definitions.ts'
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
  const tree = createBlockTree(onDefinition)
  const { document } = tree

  /** The last block that this line goes on with, and whether there are open ones beyond it. */
  let matched = document
  let isUnmatched = false

  function closeUnmatched(): void {
    if (!isUnmatched) return
    isUnmatched = false
    while (tree.tip !== matched && tree.tip.parent) tree.close(tree.tip, tree.line - 1)
  }

  const builder: BlockBuilder = {
    cursor,
    get tip() {
      return tree.tip
    },
    add(name, facts) {
      closeUnmatched()
      while (!mayContain(tree.tip, name)) tree.close(tree.tip, tree.line - 1)
      return tree.add(tree.tip, name, facts)
    },
    addText: tree.addText,
    addRow: tree.addRow,
    addVerbatim: tree.addVerbatim,
    replace(paragraph, rest, name, facts) {
      closeUnmatched()
      if (!rest) return tree.replace(paragraph, name, facts)
      tree.setText(paragraph, rest)
      tree.close(paragraph, tree.line - 2)
      return tree.add(tree.tip, name, facts, tree.line - 1)
    },
    close: (block) => tree.close(block, tree.line),
    define(paragraph) {
      tree.define(paragraph)
      return paragraph.text
    },
  }

  /** Goes down the open blocks as far as the line belongs to them. @returns whether there is more to the line */
  function matchOpen(): boolean {
    matched = document
    for (let next = document.children.at(-1); next?.open; next = next.children.at(-1)) {
      const fit = continueBlock(builder, next)
      if (fit === 'ends') return false
      if (fit === 'no') break
      matched = next
    }
    isUnmatched = matched !== tree.tip
    return true
  }

  /** @returns what the rest of the line belongs to */
  function beginBlocks(): Block {
    let container = matched
    while (!isVerbatim(container)) {
      const begun = beginBlock(builder, container)
      if (begun === 'nothing') break
      container = tree.tip
      if (begun === 'leaf') break
    }
    return container
  }

  function read(text: string): void {
    tree.nextLine()
    cursor.reset(text)
    if (!matchOpen()) return
    const container = beginBlocks()
    if (isVerbatim(container)) {
      closeUnmatched()
      return
    }
    cursor.skipBlanks()
    if (isUnmatched && tree.tip.name === 'paragraph' && !cursor.isBlank) {
      tree.addText(tree.tip, cursor.rest)
      return
    }
    closeUnmatched()
    if (cursor.isBlank) return
    if (container.name === 'paragraph') tree.addText(container, cursor.rest)
    else if (container.name === 'table') tree.addRow(container, cursor.rest)
    else tree.addText(builder.add('paragraph'), cursor.rest)
  }

  return {
    document,
    get tip() {
      return tree.tip
    },
    addLine(text) {
      tree.takeBack()
      read(text)
    },
    tryLine(text) {
      tree.takeBack()
      tree.try()
      read(text)
    },
    takeBack: tree.takeBack,
    end() {
      tree.takeBack()
      while (tree.tip !== document) tree.close(tree.tip, tree.line)
      tree.close(document, tree.line)
    },
  }
}

/** Its lines are kept as they are written. */
function isVerbatim({ name }: Block): boolean {
  return name === 'code' || name === 'formula'
}

function mayContain({ name }: Block, child: BlockName): boolean {
  if (name === 'list') return child === 'item'
  return (name === 'document' || name === 'quote' || name === 'item' || name === 'note') && child !== 'item'
}
