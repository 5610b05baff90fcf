import { expect, it } from 'vitest'
import { createReport, type Finding, formatReport } from '../../../src/cli/report/findings.ts'

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
