/** The syntax tree of a text that grows at its end: only its last blocks are parsed again. */
import { Tree, TreeFragment } from '@lezer/common'
import { markdownParser } from './markdown-parser.ts'
import { closeOpen, withoutHalfMarks } from './unfinished.ts'

export interface ParsedText {
  readonly tree: Tree
  /** What `tree` is the tree of: the text, or while it is being written, the text as it will most likely go on. */
  readonly source: string
  /** From here on `source` is a guess, of which nothing may outlive the next piece. */
  readonly guess: number
}

export interface GrowingTree {
  /**
   * @param text what was given before, and more
   * @param done nothing follows
   */
  parse(text: string, done: boolean): ParsedText
}

/** @param same how many characters at the beginning are those of the text that `old` is the tree of */
function parseAgain(old: Tree, text: string, same: number): Tree {
  // The parser does not know that a note goes on after blank lines.
  const last = old.topNode.lastChild
  const from = last?.name === 'Note' ? Math.min(last.from, same) : same
  const change = { fromA: from, toA: old.length, fromB: from, toB: text.length }
  return markdownParser.parse(text, TreeFragment.applyChanges(TreeFragment.addTree(old), [change], 1))
}

export function createGrowingTree(): GrowingTree {
  let tree = Tree.empty
  return {
    parse(text, done) {
      const source = done ? text : withoutHalfMarks(text)
      tree = parseAgain(tree, source, Math.min(tree.length, source.length))
      const closed = done ? undefined : closeOpen(source, tree)
      if (!closed) return { source, tree, guess: source.length }
      return { source: closed.source, tree: parseAgain(tree, closed.source, closed.from), guess: closed.from }
    },
  }
}
