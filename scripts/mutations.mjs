#!/usr/bin/env node
/**
 * Takes out one defence after the other, in a copy of the tree for each processor, and expects a test to notice.
 *
 *   node scripts/mutations.mjs [--only F21-epoch-guard,server] [--minutes 30] [--dry-run] [--tree <directory>]
 *
 * `--only` takes ids of mutations, names of files in `test/mutations/`, or ids of rows (`F21`). Each mutation is data:
 * `{ id, defends, file, find, replace, tests }`; `find` must occur exactly once in `file`, so it cannot rot unseen: that is
 * looked at first, and with `--dry-run` nothing else. Exit code 1 when a mutation no longer fits, stays green, or leaves
 * code that does not load; when a named test is red without any mutation; or when the time is over before all had their turn.
 */
import { spawn, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

/** @typedef {{ id: string, defends: string[], file: string, find: string, replace: string, tests: string[], list: string }} Mutation */

/** A mutation may make code loop for ever; that is as red as a failed assertion. */
const LIMIT_MS = 60_000

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    minutes: { type: 'string', default: '30' },
    'dry-run': { type: 'boolean', default: false },
    tree: { type: 'string', default: fileURLToPath(new URL('..', import.meta.url)) },
  },
})
const tree = values.tree
const deadline = Date.now() + Number(values.minutes) * 60_000

const chosen = choose(readMutations(), values.only?.split(','))
const misfits = chosen.flatMap(misfit)
if (misfits.length > 0) fail(`${misfits.join('\n')}\n${misfits.length} of ${chosen.length} no longer fit`)
if (values['dry-run']) {
  console.log(`${chosen.length} of ${chosen.length} fit`)
  process.exit()
}

const copies = Array.from({ length: Math.min(availableParallelism(), chosen.length) }, () =>
  mkdtempSync(join(tmpdir(), 'mutations-')),
)
process.on('exit', () => {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true })
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))

for (const copy of copies) copyTree(copy)
const faults = []
const untouched = await runTests(copies[0], [...new Set(chosen.flatMap(({ tests }) => tests))], 10 * LIMIT_MS)
for (const file of untouched.unfit) console.error(`Red without any mutation: ${file}`)
const waiting = chosen.filter(({ id, tests }) => {
  const fit = !tests.some((test) => untouched.unfit.has(test))
  if (!fit) faults.push({ id, why: 'a test it names is red without it' })
  return fit
})

let red = 0
await Promise.all(
  copies.map(async (copy) => {
    for (let mutation = waiting.shift(); mutation; mutation = waiting.shift()) await judge(mutation, copy)
  }),
)
for (const { id, why } of faults) console.error(`✗ ${id}: ${why}`)
console.log(`\n${red} of ${chosen.length} turned red`)
process.exitCode = faults.length > 0 ? 1 : 0

async function judge(mutation, copy) {
  if (Date.now() > deadline) {
    faults.push({ id: mutation.id, why: 'the time was over before its turn' })
    return
  }
  const { verdict, by } = await withMutation(copy, mutation, () => challenge(copy, mutation))
  const caught = verdict === 'red' || verdict === 'hung'
  if (caught) red += 1
  else if (verdict === 'green') faults.push({ id: mutation.id, why: `stayed green: ${mutation.file}` })
  else faults.push({ id: mutation.id, why: 'leaves code that does not load' })
  console.log(`${caught ? '✓' : '✗'} ${mutation.id.padEnd(36)} ${verdict.padEnd(7)} ${witness(mutation, by)}`)
}

function readMutations() {
  const directory = join(tree, 'test', 'mutations')
  const rows = new Set(JSON.parse(readFileSync(join(tree, 'test', 'threats.json'), 'utf8')).map(({ id }) => id))
  const seen = new Set()
  return readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => {
      /** @type {Mutation[]} */
      const mutations = JSON.parse(readFileSync(join(directory, name), 'utf8'))
      for (const { id, defends, find, replace, tests } of mutations) {
        if (seen.has(id)) fail(`Two mutations are called ${id}.`)
        seen.add(id)
        for (const row of defends) if (!rows.has(row)) fail(`${id} defends ${row}, which is not in test/threats.json.`)
        if (defends.length === 0 || tests.length === 0) fail(`${id} defends nothing or names no test.`)
        if (find === replace) fail(`${id} changes nothing.`)
      }
      return mutations.map((mutation) => ({ ...mutation, list: basename(name, '.json') }))
    })
}

function choose(mutations, wanted) {
  if (wanted === undefined) return mutations
  const matches = (name, { id, list, defends }) => name === id || name === list || defends.includes(name)
  for (const name of wanted) {
    if (!mutations.some((mutation) => matches(name, mutation))) fail(`No mutation, list or row is called ${name}.`)
  }
  return mutations.filter((mutation) => wanted.some((name) => matches(name, mutation)))
}

/** What git knows and what is new but not ignored, so that work in hand is checked too. */
function copyTree(copy) {
  const { stdout, status } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: tree,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  if (status !== 0) fail(`${tree} is not a git tree.`)
  for (const path of new Set(stdout.split('\0').filter(Boolean))) {
    if (!existsSync(join(tree, path))) continue
    mkdirSync(join(copy, dirname(path)), { recursive: true })
    copyFileSync(join(tree, path), join(copy, path))
  }
  symlinkSync(join(tree, 'node_modules'), join(copy, 'node_modules'), 'dir')
}

function misfit({ id, file, find, tests }) {
  const missing = [file, ...tests].filter((path) => !existsSync(join(tree, path)))
  if (missing.length > 0) return missing.map((path) => `✗ ${id}: there is no ${path}`)
  const count = readFileSync(join(tree, file), 'utf8').split(find).length - 1
  return count === 1 ? [] : [`✗ ${id}: its text occurs ${count} times in ${file}`]
}

async function withMutation(copy, { file, find, replace }, work) {
  const path = join(copy, file)
  const original = readFileSync(path, 'utf8')
  writeFileSync(
    path,
    original.replace(find, () => replace),
  )
  try {
    return await work()
  } finally {
    writeFileSync(path, original)
  }
}

/** First the tests that bear the id of what is defended, which are fewer and should be those that notice; then all. */
async function challenge(copy, { defends, tests }) {
  const own = await runTests(copy, tests, LIMIT_MS, ['--bail=1', '-t', `\\b(${defends.join('|')})\\b`])
  return own.verdict === 'green' ? runTests(copy, tests, LIMIT_MS, ['--bail=1']) : own
}

/** `by` names the tests that failed or the files that did not load; `unfit` are the files that did not pass as a whole. */
async function runTests(copy, tests, limitMs, more = []) {
  const report = join(copy, '.mutation-report.json')
  rmSync(report, { force: true })
  const finished = await runVitest(copy, [...tests, ...more, '--reporter=json', `--outputFile=${report}`], limitMs)
  const none = { unfit: new Set(tests) }
  if (!finished) return { verdict: 'hung', by: [`no end within ${limitMs / 1000} s`], ...none }
  if (!existsSync(report)) return { verdict: 'broken', by: ['vitest wrote no report'], ...none }
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'))
  const all = testResults.flatMap(({ assertionResults }) => assertionResults)
  const unfit = new Set(
    testResults.filter(({ status }) => status !== 'passed').map(({ name }) => relative(realpathSync(copy), name)),
  )
  const failed = all.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName)
  if (failed.length > 0) return { verdict: 'red', by: failed, unfit }
  const unloaded = testResults.filter(({ status }) => status === 'failed').map(({ name }) => name)
  if (unloaded.length > 0 || all.length === 0) return { verdict: 'broken', by: [...unloaded, 'no test ran'], unfit }
  return { verdict: 'green', by: [], unfit }
}

/** Whether it came to an end by itself; its own group, so that workers in an endless loop end with it. */
function runVitest(copy, args, limitMs) {
  return new Promise((resolve, reject) => {
    const child = spawn(join(copy, 'node_modules', '.bin', 'vitest'), ['run', '--root', copy, ...args], {
      cwd: copy,
      stdio: 'ignore',
      detached: true,
      env: { ...process.env, CI: '1' },
    })
    let killed = false
    const end = () => {
      killed = true
      try {
        process.kill(-child.pid, 'SIGKILL')
      } catch {
        // It ended in the meantime.
      }
    }
    const timer = setTimeout(end, limitMs)
    process.once('exit', end)
    child.on('error', reject)
    child.on('exit', () => {
      clearTimeout(timer)
      process.off('exit', end)
      resolve(!killed)
    })
  })
}

/** The failed test that bears one of the defended ids, if there is one. */
function witness({ defends }, failed) {
  const bears = (name) => defends.some((id) => new RegExp(`\\b${id}\\b`).test(name))
  const name = failed.find(bears) ?? failed[0] ?? ''
  return failed.length > 1 ? `${name} (and ${failed.length - 1} more)` : name
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
