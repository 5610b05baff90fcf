/** What `doctor` and `verify` report: one finding for each check. */
import { type InBoth, say } from '../say.ts'

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

/** In each language all are as wide as each other: a Chinese character takes two cells of the terminal. */
const LABELS: Record<Outcome, InBoth> = {
  ok: ['ok     ', '正常  '],
  hole: ['HOLE   ', '漏洞  '],
  problem: ['PROBLEM', '问题  '],
  failed: ['FAILED ', '未完成'],
  not_applicable: ['n/a    ', '不适用'],
}
const COLOURS: Record<Outcome, number> = { ok: 32, hole: 31, problem: 31, failed: 33, not_applicable: 90 }

export function createReport(subject: string, findings: readonly Finding[]): Report {
  return { subject, ok: findings.every(({ outcome }) => outcome === 'ok' || outcome === 'not_applicable'), findings }
}

/** A report as text: one line for each finding that is well, four for one that is wrong. */
export function formatReport({ subject, findings }: Report, { colour = false } = {}): string {
  const idWidth = Math.max(...findings.map(({ id }) => id.length))
  const indent = say(' '.repeat(idWidth + 13), ' '.repeat(idWidth + 12))
  const lines = findings.flatMap(({ id, title, outcome, tried, found, cure }, index) => {
    const label = say(...LABELS[outcome])
    const painted = colour ? `\x1b[${COLOURS[outcome]}m${label}\x1b[0m` : label
    const head = `  ${painted}  ${id.padEnd(idWidth)}  ${title}`
    if (outcome === 'ok' || outcome === 'not_applicable') return [say(`${head}: ${found}`, `${head}：${found}`)]
    const last = findings[index - 1]
    // One check that has found several things says once what it was.
    const isSameCheck =
      last !== undefined && last.outcome === outcome && last.id === id && last.title === title && last.tried === tried
    return [
      ...(isSameCheck ? [] : [head, `${indent}${say('tried', '方法')}  ${tried}`]),
      `${indent}${say('found', '结果')}  ${found}`,
      ...(cure ? [`${indent}${say('cure ', '解决')}  ${cure}`] : []),
    ]
  })
  return [subject, '', ...lines, '', summary(findings), ''].join('\n')
}

function summary(findings: readonly Finding[]): string {
  const count = (...outcomes: Outcome[]) => findings.filter(({ outcome }) => outcomes.includes(outcome)).length
  const [ok, wrong, rest] = [count('ok'), count('hole', 'problem', 'failed'), count('not_applicable')]
  return say(`${ok} ok, ${wrong} wrong, ${rest} not applicable`, `${ok} 项正常，${wrong} 项有问题，${rest} 项不适用`)
}
