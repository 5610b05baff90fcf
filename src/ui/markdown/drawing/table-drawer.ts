/** The rows of a table, and the table that a paragraph is about to become. */
import type { Block } from '../blocks/block.ts'
import { cellsFrom, cellsOf, columnsOf } from '../blocks/table-rows.ts'
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
  function createCell(row: Drawn, tag: 'th' | 'td', className: string | undefined): Drawn {
    const cell = createDrawn('', create(tag, className))
    cell.words = createDrawnWords(true)
    row.slot.append(cell.element)
    return cell
  }

  return (drawn, { text }, columns, isHead, isTail) => {
    const row = (drawn.row ??= { text: '', guessed: false, settled: 0, from: 0 })
    if (row.text === text && !isTail && !row.guessed) return
    if (!text.startsWith(row.text)) row.settled = row.from = 0
    row.text = text
    row.guessed = isTail
    const { settled } = row
    const cells = cellsFrom(text, row.from)
    const count = settled + cells.length
    // A short row is filled up to the width of the head, but a few bytes must not become a million cells.
    const width = Math.min(columns.length, Math.max(count, MAX_FILLED))
    for (let index = settled; index < width; index++) {
      const cell = (drawn.kids[index] ??= createCell(drawn, isHead ? 'th' : 'td', columns[index]))
      words.draw(cell, cells[index - settled]?.text ?? '', isTail && index === count - 1)
    }
    if (cells.length > 0) row.settled = count - 1
    row.from = cells.at(-1)?.from ?? row.from
  }
}

/** A paragraph that reads like the head of a table, as that table. */
export function tableOf(paragraph: Block): { table: Block; head: Block; columns: readonly string[] } {
  const { text } = paragraph
  const columns = columnsOf(text, `|${'-|'.repeat(cellsOf(text).length)}`) ?? []
  const table: Block = { ...paragraph, name: 'table', children: [], facts: { columns, alignment: columns.join() } }
  const head: Block = { ...paragraph, name: 'row', parent: table, children: [] }
  table.children.push(head)
  return { table, head, columns }
}
