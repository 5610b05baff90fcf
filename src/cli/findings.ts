/** What `doctor` and `verify` report: one finding for each check, as a table or as JSON, and the exit code that follows. */

/** `hole` and `failed` (a check that could not be carried to its end) make the command fail. */
export type Outcome = 'ok' | 'hole' | 'problem' | 'failed' | 'not_applicable'

export interface Finding {
  /** A row of the threat list (`T4`) or a part (`key`). */
  id: string
  title: string
  outcome: Outcome
  /** What was done to find out. */
  tried: string
  /** What came of it, in one sentence. */
  found: string
  /** What to change, when something is wrong. */
  cure?: string
}

export interface Report {
  /** What was looked at. */
  subject: string
  ok: boolean
  findings: readonly Finding[]
}

const LABELS: Record<Outcome, string> = {
  ok: 'ok',
  hole: 'HOLE',
  problem: 'PROBLEM',
  failed: 'FAILED',
  not_applicable: 'n/a',
}
const COLOURS: Record<Outcome, number> = { ok: 32, hole: 31, problem: 31, failed: 33, not_applicable: 90 }

export function createReport(subject: string, findings: readonly Finding[]): Report {
  return { subject, ok: findings.every(({ outcome }) => outcome === 'ok' || outcome === 'not_applicable'), findings }
}

/** Text for people. What is well takes one line; what is wrong says what was tried and what to change. */
export function formatReport({ subject, findings }: Report, { colour = false } = {}): string {
  const idWidth = Math.max(...findings.map(({ id }) => id.length))
  const indent = ' '.repeat(idWidth + 13)
  const lines = findings.flatMap(({ id, title, outcome, tried, found, cure }) => {
    const label = LABELS[outcome].padEnd(7)
    const painted = colour ? `\x1b[${COLOURS[outcome]}m${label}\x1b[0m` : label
    const head = `  ${painted}  ${id.padEnd(idWidth)}  ${title}`
    if (outcome === 'ok') return [`${head}: ${found}`]
    if (outcome === 'not_applicable') return [`${head}: ${found}`]
    return [head, `${indent}tried  ${tried}`, `${indent}found  ${found}`, ...(cure ? [`${indent}cure   ${cure}`] : [])]
  })
  return [subject, '', ...lines, '', summary(findings), ''].join('\n')
}

function summary(findings: readonly Finding[]): string {
  const count = (...outcomes: Outcome[]) => findings.filter(({ outcome }) => outcomes.includes(outcome)).length
  return `${count('ok')} ok, ${count('hole', 'problem', 'failed')} wrong, ${count('not_applicable')} not applicable`
}
