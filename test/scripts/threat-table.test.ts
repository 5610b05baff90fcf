import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const script = fileURLToPath(new URL('../../scripts/threat-table.mjs', import.meta.url))
const threats = JSON.parse(readFileSync(new URL('../threats.json', import.meta.url), 'utf8')) as { parts: string[] }[]
let directory = ''

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'threat-table-test-'))
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

function vitestReport(tests: readonly [title: string, status: string, describe?: string][], broken = false): string {
  const assertionResults = tests.map(([title, status, suite]) => ({
    ancestorTitles: suite === undefined ? [] : [suite],
    title,
    status,
  }))
  const testResults = [{ name: join(directory, 'a.test.ts'), status: 'passed', assertionResults, message: '' }]
  if (broken) testResults.push({ name: 'b.test.ts', status: 'failed', assertionResults: [], message: 'no such module' })
  return write('vitest.json', { testResults })
}

function playwrightReport(tests: readonly [title: string, status: string][]): string {
  const specs = tests.map(([title, status]) => ({ title, file: 'a.spec.ts', tests: [{ status }] }))
  const inner = { title: 'tabs', specs }
  return write('playwright.json', { errors: [], suites: [{ title: 'a.spec.ts', specs: [], suites: [inner] }] })
}

function write(name: string, content: object): string {
  const path = join(directory, name)
  writeFileSync(path, JSON.stringify(content))
  return path
}

function table(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' })
  return { code: status, out: stdout, err: stderr }
}

describe('the table of threats and faults', () => {
  it('passes when every chosen row has a passing test', () => {
    const report = vitestReport([
      ['F4, F5: no delay overflows', 'passed'],
      ['a month is no reason to ask at once', 'passed', 'F2: sleep'],
    ])
    const { code, out } = table('--only', 'F4-F5,F2', report)
    expect(out).toContain('3 of 3 rows passed')
    expect(out).toContain('✓ F2: sleep › a month is no reason to ask at once')
    expect(code).toBe(0)
  })

  it('fails for a row without a test, naming it', () => {
    const { code, out } = table('--only', 'F4-F5', vitestReport([['F4: no delay overflows', 'passed']]))
    expect(out).toContain('missing: F5')
    expect(code).toBe(1)
  })

  it('fails for a row with a failing test beside a passing one', () => {
    const report = vitestReport([
      ['F4: one', 'passed'],
      ['F4: two', 'failed'],
    ])
    const { code, out } = table('--only', 'F4', report)
    expect(out).toContain('failed: F4')
    expect(code).toBe(1)
  })

  it('takes a skipped test for none, and a flaky one for a failed one', () => {
    expect(table('--only', 'F4', vitestReport([['F4: one', 'skipped']])).out).toContain('skipped: F4')
    expect(table('--only', 'F3', playwrightReport([['F3: one', 'flaky']])).out).toContain('failed: F3')
  })

  it('wants a test in every place that the row names', () => {
    const unit = vitestReport([['F22, F1: one', 'passed']])
    expect(table('--only', 'F22', unit).out).toContain('lacks 2T: F22')
    expect(table('--only', 'F1', unit).out).toContain('lacks B: F1')
    const browser = playwrightReport([['F22, F1: two', 'expected']])
    expect(table('--only', 'F22', browser).code).toBe(0)
    expect(table('--only', 'F1', browser).out).toContain('lacks U: F1')
    expect(table('--only', 'F1,F22', unit, browser).code).toBe(0)
    expect(table('--only', 'F40', vitestReport([['F40: one', 'passed']])).out).toContain('lacks Z: F40')
  })

  it('reads ids at the start of a name only', () => {
    expect(table('--only', 'F4', vitestReport([['unlike F4: nothing', 'passed']])).out).toContain('missing: F4')
  })

  it('fails for an id that no row has, for a file that did not load, and for a report that is not there', () => {
    expect(table('--only', 'F4', vitestReport([['F4, F999: one', 'passed']])).err).toContain('bears F999')
    const broken = table('--only', 'F4', vitestReport([['F4: one', 'passed']], true))
    expect([broken.code, broken.err]).toEqual([1, expect.stringContaining('no such module')])
    expect(table('--only', 'F4', join(directory, 'none.json')).code).toBe(1)
  })

  it('chooses rows by part, and refuses a choice of nothing', () => {
    for (const part of ['browser', 'service']) {
      const rows = threats.filter(({ parts }) => parts.includes(part)).length
      expect(table('--part', part, vitestReport([])).out).toContain(`0 of ${rows} rows passed`)
    }
    expect(table('--only', 'X1', vitestReport([])).code).toBe(2)
    expect(table().code).toBe(2)
  })
})
