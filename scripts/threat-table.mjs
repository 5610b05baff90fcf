#!/usr/bin/env node
/**
 * Which row of `test/threats.json` is held by which test, and whether it passed. A test bears ids at the start of its
 * own name or of a `describe` around it: `F21, F23: a refresh started for A cannot land in B`.
 *
 *   node scripts/threat-table.mjs [--only F1-F54,T6] [--part browser|service] report.json ...
 *   node scripts/threat-table.mjs [--only ...] [--part ...] --run
 *
 * Reports are those of `vitest --reporter=json` and `playwright --reporter=json`; `--run` makes them. Exit code 1 when a
 * chosen row has no passing test, has a failing one, or has none in a place that one of its marks names: fake time (U), a
 * real browser (B, 2T), the simulator or the fault proxy (P), Redis (R), workerd (W), fuzz (Z).
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { idsOf } from './threat-ids.mjs'

/** @typedef {{ file: string, name: string, ids: string[], outcome: 'passed' | 'failed' | 'skipped', browser: boolean }} Test */

const NAMES_SHOWN = 6
const root = fileURLToPath(new URL('..', import.meta.url))
const threats = JSON.parse(readFileSync(join(root, 'test', 'threats.json'), 'utf8'))
const order = new Map(threats.map(({ id }, index) => [id, index]))

/** By where a test runs and what its file brings in. A page of the browser tests always talks to the simulator. */
const PLACES = {
  U: ({ browser }) => !browser,
  B: ({ browser }) => browser,
  '2T': ({ browser }) => browser,
  P: (test) =>
    test.browser || /simulator|fault-proxy|stand-in-coze|stack\.ts|test-service|createServer/.test(sourceOf(test)),
  R: (test) => /redis-server/.test(sourceOf(test)),
  W: (test) => /miniflare|workerd/.test(sourceOf(test)),
  Z: (test) => /fast-check|fuzz|RUNS|0_000|randomBytes|hostile/.test(sourceOf(test)),
}
const sources = new Map()

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, part: { type: 'string' }, run: { type: 'boolean', default: false } },
})

const chosen = threats.filter(
  ({ id, parts }) =>
    (values.only === undefined || expand(values.only).has(id)) &&
    (values.part === undefined || parts.includes(values.part)),
)
if (chosen.length === 0) fail('No row is chosen.')
if (!values.run && positionals.length === 0) fail('Name a report, or say --run.')

const { tests, problems } = values.run ? runAll() : readReports(positionals)
for (const { name, ids } of tests) {
  for (const id of ids) if (!order.has(id)) problems.push(`"${name}" bears ${id}, which is not in test/threats.json.`)
}
print(chosen.map((row) => ({ ...row, ...judge(row, tests) })))

/** `F1-F54,T6` as a set of ids. */
function expand(text) {
  const ids = new Set()
  for (const part of text.split(',')) {
    const [, from, to = from] = /^([TF]\d+)(?:-([TF]\d+))?$/.exec(part.trim()) ?? []
    if (!order.has(from) || !order.has(to)) fail(`"${part}" names no rows.`)
    for (let i = order.get(from); i <= order.get(to); i++) ids.add(threats[i].id)
  }
  return ids
}

function runAll() {
  const directory = mkdtempSync(join(tmpdir(), 'threat-table-'))
  const pattern = `\\b(${chosen.map(({ id }) => id).join('|')})\\b`
  const bin = (name) => join(root, 'node_modules', '.bin', name)
  const inherit = { cwd: root, stdio: 'inherit' }
  const [unit, browser] = [join(directory, 'vitest.json'), join(directory, 'playwright.json')]
  try {
    spawnSync(
      bin('vitest'),
      ['run', '-t', pattern, '--reporter=dot', '--reporter=json', `--outputFile.json=${unit}`],
      inherit,
    )
    spawnSync(
      bin('playwright'),
      ['test', '-c', 'test/browser/playwright.config.ts', '-g', pattern, '--retries=0', '--reporter=dot,json'],
      { ...inherit, env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: browser } },
    )
    return readReports([unit, browser])
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function readReports(paths) {
  const found = { /** @type {Test[]} */ tests: [], problems: [] }
  for (const path of paths) {
    let report
    try {
      report = JSON.parse(readFileSync(path, 'utf8'))
    } catch (error) {
      found.problems.push(`No report in ${path}: ${error.message}`)
      continue
    }
    if (Array.isArray(report.testResults)) readVitest(report, found)
    else if (Array.isArray(report.suites)) readPlaywright(report, found)
    else found.problems.push(`${path} is neither a report of vitest nor one of Playwright.`)
  }
  return found
}

function readVitest(report, { tests, problems }) {
  for (const { name: file, status, assertionResults, message } of report.testResults) {
    if (status === 'failed' && assertionResults.length === 0) problems.push(`${file} did not load: ${message}`)
    for (const { ancestorTitles, title, status } of assertionResults) {
      const outcome = status === 'passed' || status === 'failed' ? status : 'skipped'
      add(tests, [...ancestorTitles.filter(Boolean), title], { file: relative(root, file), outcome, browser: false })
    }
  }
}

function readPlaywright(report, { tests, problems }) {
  for (const { message } of report.errors ?? []) problems.push(message)
  const visit = (suite, titles) => {
    for (const { title, file, tests: runs } of suite.specs ?? []) {
      for (const { status } of runs) {
        // A defence that holds at the second try does not hold: flaky is failed.
        const outcome = status === 'expected' ? 'passed' : status === 'skipped' ? 'skipped' : 'failed'
        add(tests, [...titles, title], { file, outcome, browser: true })
      }
    }
    for (const inner of suite.suites ?? []) visit(inner, [...titles, inner.title])
  }
  for (const file of report.suites) visit(file, [])
}

function add(tests, titles, rest) {
  const ids = titles.flatMap(idsOf)
  if (ids.length > 0) tests.push({ name: titles.join(' › '), ids, ...rest })
}

function sourceOf({ file, browser }) {
  if (!sources.has(file)) {
    const path = join(root, browser ? join('test', 'browser') : '', file)
    sources.set(file, existsSync(path) ? readFileSync(path, 'utf8') : '')
  }
  return sources.get(file)
}

function judge({ id, marks }, tests) {
  const own = tests.filter(({ ids }) => ids.includes(id))
  const passed = own.filter(({ outcome }) => outcome === 'passed')
  const lacking = marks.filter((mark) => !passed.some(PLACES[mark]))
  const verdict = () => {
    if (own.length === 0) return 'missing'
    if (own.some(({ outcome }) => outcome === 'failed')) return 'failed'
    if (passed.length === 0) return 'skipped'
    return lacking.length > 0 ? `lacks ${lacking.join(' ')}` : 'passed'
  }
  return { own, verdict: verdict() }
}

function print(rows) {
  const sign = { passed: '✓', failed: '✗', skipped: '-' }
  for (const { id, title, marks, own, verdict } of rows) {
    console.log(`${id.padEnd(4)} ${verdict.padEnd(11)}${marks.join(' ').padEnd(5)} ${title}`)
    const shown = own.filter(({ outcome }, index) => index < NAMES_SHOWN || outcome !== 'passed')
    for (const { name, file, outcome } of shown) console.log(`       ${sign[outcome]} ${name}  (${file})`)
    if (own.length > shown.length) console.log(`       ✓ and ${own.length - shown.length} more`)
  }
  const open = rows.filter(({ verdict }) => verdict !== 'passed')
  console.log(`\n${rows.length - open.length} of ${rows.length} rows passed`)
  for (const verdict of new Set(open.map((row) => row.verdict))) {
    const ids = open.filter((row) => row.verdict === verdict).map(({ id }) => id)
    if (ids.length > 0) console.log(`${verdict}: ${ids.join(' ')}`)
  }
  for (const problem of problems) console.error(problem)
  process.exitCode = open.length > 0 || problems.length > 0 ? 1 : 0
}

function fail(message) {
  console.error(message)
  process.exit(2)
}
