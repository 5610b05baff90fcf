/** The rows of a table, as GFM writes them. Pure. */

const DELIMITER_ROW = /^\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?$/

/** The cells of a row as they are written. Pipes that are escaped stay in their cell. */
export function cellsOf(row: string): string[] {
  const cells: string[] = []
  let from = 0
  for (let at = 0; at < row.length; at++) {
    if (row[at] === '\\') at++
    else if (row[at] === '|') {
      cells.push(row.slice(from, at))
      from = at + 1
    }
  }
  cells.push(row.slice(from))
  if (cells[0]?.trim() === '' && cells.length > 1) cells.shift()
  if (cells.at(-1)?.trim() === '' && cells.length > 1) cells.pop()
  return cells.map((cell) => cell.trim())
}

function hasPipe(row: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*\|/.test(row)
}

/** The class of each column, empty where the table does not align it; undefined where the two lines are no head of a table. */
export function columnsOf(head: string, below: string): string[] | undefined {
  if (!/^[-:|]/.test(below) || !DELIMITER_ROW.test(below) || !hasPipe(head)) return undefined
  const rules = below.match(/:?-+:?/g) ?? []
  if (rules.length !== cellsOf(head).length) return undefined
  return rules.map((rule) =>
    rule.endsWith(':') ? (rule.startsWith(':') ? 'md-center' : 'md-right') : rule.startsWith(':') ? 'md-left' : '',
  )
}
