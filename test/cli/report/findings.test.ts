import { afterEach, expect, it, vi } from 'vitest'
import { createReport, type Finding, formatReport } from '../../../src/cli/report/findings.ts'

afterEach(() => vi.unstubAllEnvs())

const missing = (name: string): Finding => ({
  id: 'settings',
  title: 'The settings are complete',
  outcome: 'problem',
  tried: 'the environment',
  found: `${name} is missing`,
  cure: `set ${name}.`,
})

it('one check that has found several things says once what it was, and of each what was found and what to do', () => {
  const text = formatReport(createReport('Settings', [missing('A'), missing('B'), { ...missing('C'), id: 'key' }]))
  expect(text.match(/The settings are complete/g)).toHaveLength(2)
  expect(text.match(/(?:found|cure) {2,3}.*/g)).toEqual(
    ['A', 'B', 'C'].flatMap((name) => [`found  ${name} is missing`, `cure   set ${name}.`]),
  )
  expect(text).toContain('0 ok, 3 wrong')
})

/** Cells of a terminal: a Chinese character or mark takes two. */
const cells = (text: string) =>
  [...text].reduce((sum, character) => sum + (/[\u2e80-\uffef]/.test(character) ? 2 : 1), 0)

it.each([
  ['C.UTF-8', '1 ok, 3 wrong, 1 not applicable'],
  ['zh_CN.UTF-8', '1 项正常，3 项有问题，1 项不适用'],
])('with LC_ALL=%s the columns stand below each other and the summary counts', (language, summary) => {
  vi.stubEnv('LC_ALL', language)
  const outcomes = ['ok', 'hole', 'problem', 'failed', 'not_applicable'] as const
  const text = formatReport(
    createReport(
      'S',
      outcomes.map((outcome) => ({ ...missing('A'), outcome, id: `id-${outcome}`, title: 'TITLE', tried: 'TEXT' })),
    ),
  )
  const lines = text.split('\n')
  const columns = lines.flatMap((line) => (line.includes('TITLE') ? [cells(line.slice(0, line.indexOf('TITLE')))] : []))
  expect(columns).toHaveLength(5)
  const below = lines.flatMap((line) => (/^ {8}/.test(line) ? [cells(/^ */.exec(line)?.[0] ?? '')] : []))
  expect(new Set([...columns, ...below]).size).toBe(1)
  const told = lines.flatMap((line) => {
    const [head] = /^ {8} +\S+ +/.exec(line) ?? []
    return head === undefined ? [] : [cells(head)]
  })
  expect([told.length, new Set(told).size]).toEqual([9, 1])
  expect(text).toContain(summary)
})
