/** The rows of a table, as GFM writes them. Pure. */

const DELIMITER_ROW = /^\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?$/

/** A cell as it is written, and where it begins in its row. */
export interface Cell {
  readonly text: string
  readonly from: number
}

/**
 * The cells of a row. Pipes that are escaped stay in their cell.
 * @param from where one of the cells begins; default: the first
 */
export function cellsFrom(row: string, from = 0): Cell[] {
  const cells: Cell[] = []
  let begin = from
  const add = (end: number) => cells.push({ text: row.slice(begin, end).trim(), from: begin })
  for (let at = from; at < row.length; at++) {
    if (row[at] === '\\') at++
    else if (row[at] === '|') {
      add(at)
      begin = at + 1
    }
  }
  add(row.length)
  // A row may have pipes at its edges as well.
  if (from === 0 && cells[0]?.text === '' && cells.length > 1) cells.shift()
  if (cells.at(-1)?.text === '' && (cells.length > 1 || from > 0)) cells.pop()
  return cells
}

export function cellsOf(row: string): string[] {
  return cellsFrom(row).map(({ text }) => text)
}

/** Whether there is a pipe that is not escaped. */
function hasPipe(row: string): boolean {
  for (let at = 0; at < row.length; at++) {
    if (row[at] === '|') return true
    if (row[at] === '\\') at++
  }
  return false
}

/** Whether a line may stand below the head of a table. */
export function isDelimiterRow(line: string): boolean {
  return /^[-:|]/.test(line) && DELIMITER_ROW.test(line)
}

/** The class of each column, empty where the table does not align it; undefined where the two lines are no head of a table. */
export function columnsOf(head: string, below: string): string[] | undefined {
  if (!isDelimiterRow(below) || !hasPipe(head)) return undefined
  const rules = below.match(/:?-+:?/g) ?? []
  if (rules.length !== cellsOf(head).length) return undefined
  return rules.map((rule) =>
    rule.endsWith(':') ? (rule.startsWith(':') ? 'md-center' : 'md-right') : rule.startsWith(':') ? 'md-left' : '',
  )
}
