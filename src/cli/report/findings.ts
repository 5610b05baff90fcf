/** What `doctor` and `verify` report: one finding for each check. */

/**
 * `hole`: an attack succeeded. `problem`: a setting is wrong. `failed`: a check could not be carried out to its end.
 * These three make the report fail.
 */
export type Outcome = 'ok' | 'hole' | 'problem' | 'failed' | 'not_applicable'

export interface Finding {
  /** The threat (`T4`, docs/threats.md) or the part (`key`) that was checked. */
  id: string
  title: string
  outcome: Outcome
  /** How it was checked. */
  tried: string
  /** The result, in one sentence. */
  found: string
  /** What to change; only where something is wrong. */
  cure?: string
}

export interface Report {
  /** What was checked. */
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

/** A report as text: one line for each finding that is well, four for one that is wrong. */
export function formatReport({ subject, findings }: Report, { colour = false } = {}): string {
  const idWidth = Math.max(...findings.map(({ id }) => id.length))
  const indent = ' '.repeat(idWidth + 13)
  const lines = findings.flatMap(({ id, title, outcome, tried, found, cure }, index) => {
    const label = LABELS[outcome].padEnd(7)
    const painted = colour ? `\x1b[${COLOURS[outcome]}m${label}\x1b[0m` : label
    const head = `  ${painted}  ${id.padEnd(idWidth)}  ${title}`
    if (outcome === 'ok' || outcome === 'not_applicable') return [`${head}: ${found}`]
    const last = findings[index - 1]
    // One check that has found several things says once what it was.
    const isSameCheck =
      last !== undefined && last.outcome === outcome && last.id === id && last.title === title && last.tried === tried
    return [
      ...(isSameCheck ? [] : [head, `${indent}tried  ${tried}`]),
      `${indent}found  ${found}`,
      ...(cure ? [`${indent}cure   ${cure}`] : []),
    ]
  })
  return [subject, '', ...lines, '', summary(findings), ''].join('\n')
}

function summary(findings: readonly Finding[]): string {
  const count = (...outcomes: Outcome[]) => findings.filter(({ outcome }) => outcomes.includes(outcome)).length
  return `${count('ok')} ok, ${count('hole', 'problem', 'failed')} wrong, ${count('not_applicable')} not applicable`
}
