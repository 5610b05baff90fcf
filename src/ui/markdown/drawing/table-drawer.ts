/** The rows of a table, and the table that a paragraph is about to become. */
import type { Block } from '../blocks/block.ts'
import { cellsOf, columnsOf } from '../blocks/table-rows.ts'
import type { BlockElementMaker } from './block-elements.ts'
import { createDrawn, createDrawnWords, type Drawn } from './drawn.ts'
import type { WordsDrawer } from './words-drawer.ts'

/** Cells that a short table row is filled up with. */
const MAX_FILLED = 50

/**
 * @param columns a class for each
 * @param isTail the answer goes on within this row
 */
export type DrawRow = (drawn: Drawn, row: Block, columns: readonly string[], isHead: boolean, isTail: boolean) => void

export function createRowDrawer({ create }: BlockElementMaker, words: WordsDrawer): DrawRow {
  return (drawn, { text }, columns, isHead, isTail) => {
    const row = (drawn.row ??= { text: '', guessed: false })
    if (row.text === text && !isTail && !row.guessed) return
    row.text = text
    row.guessed = isTail
    const cells = cellsOf(text)
    // A short row is filled up to the width of the head, but a few bytes must not become a million cells.
    for (const [index, column] of columns.slice(0, Math.max(cells.length, MAX_FILLED)).entries()) {
      let cell = drawn.kids[index]
      if (!cell) {
        cell = createDrawn('', create(isHead ? 'th' : 'td', column))
        cell.words = createDrawnWords(true)
        drawn.slot.append(cell.element)
        drawn.kids[index] = cell
      }
      words.draw(cell, cells[index] ?? '', isTail && index === cells.length - 1)
    }
  }
}

/** A paragraph that reads like the head of a table, as that table. */
export function tableOf(paragraph: Block): { table: Block; head: Block; columns: readonly string[] } {
  const { text } = paragraph
  const columns = columnsOf(text, `|${'-|'.repeat(cellsOf(text).length)}`) ?? []
  const table: Block = { ...paragraph, name: 'table', children: [], facts: { columns } }
  const head: Block = { ...paragraph, name: 'row', parent: table, children: [] }
  table.children.push(head)
  return { table, head, columns }
}
