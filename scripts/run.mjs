#!/usr/bin/env node
/**
 * The commands of package.json on a fresh machine: installs what is missing, builds what is stale, then does the work.
 * Plain JavaScript without packages, because it runs before there are any.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const environment = { ...process.env }
const isRoot = process.getuid?.() === 0

/** Runs a command with our output; ends everything with its exit code when it fails. */
function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: environment, ...options })
  if (result.error) fail(`${command} could not be started: ${result.error.message}`)
  if (result.status !== 0) process.exit(result.status ?? 1)
}

function fail(message) {
  console.error(`\n${message}\n`)
  process.exit(1)
}

const bin = (name) => join(root, 'node_modules', '.bin', name)

function onPath(...names) {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) if (directory && existsSync(join(directory, name))) return join(directory, name)
  }
  return undefined
}

function hashOf(paths) {
  const hash = createHash('sha256')
  const visit = (path) => {
    if (!existsSync(path)) return
    if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name))
    else hash.update(relative(root, path)).update(readFileSync(path))
  }
  for (const path of paths) visit(join(root, path))
  return hash.digest('hex')
}

/** Does `work` unless it was done for the same `key`; `stamp` remembers it. */
function unlessDone(stamp, key, work) {
  const file = join(root, stamp)
  if (existsSync(file) && readFileSync(file, 'utf8') === key) return
  work()
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, key)
}

function install() {
  // Not `npm ci`: it wants every platform's binaries in the lock file and fails where a registry has only some of them.
  unlessDone('node_modules/.installed', hashOf(['package-lock.json']), () =>
    run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']),
  )
}

function build() {
  install()
  const key = hashOf(['package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.ts', 'src'])
  unlessDone('dist/.built', key, () => {
    rmSync(join(root, 'dist'), { recursive: true, force: true })
    for (const mode of ['widget', 'launcher', 'browser', 'embed', 'replica', 'node']) {
      run(bin('vite'), ['build', '--logLevel', 'warn', '--mode', mode])
    }
    run(bin('tsc'), ['-p', 'src/tsconfig.types.json'])
  })
}

function apt(...packages) {
  if (!isRoot || !onPath('apt-get')) return false
  console.log(`Installing ${packages.join(', ')} ...`)
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...environment, DEBIAN_FRONTEND: 'noninteractive' } }
  run('apt-get', ['update', '-qq'], quiet)
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], quiet)
  return true
}

/** A Chromium for the browser tests: the one named, one on the PATH, Playwright's own, or a new one. */
function browser() {
  const find = () => process.env.CHROMIUM_PATH ?? onPath('chromium', 'chromium-browser', 'google-chrome')
  if (!find() && !apt('chromium', 'fonts-noto-cjk', 'fonts-noto-core')) {
    run(bin('playwright'), ['install', 'chromium'])
    return
  }
  environment.CHROMIUM_PATH = find()
}

function redis() {
  if (onPath('redis-server')) return
  if (!apt('redis-server')) fail('The store tests need a Redis server: install redis-server and try again.')
}

/** Benchmarks and the soak, as plain JavaScript. */
function measurements() {
  run(bin('vite'), ['build', '--logLevel', 'warn', '--mode', 'bench'])
}

const tasks = {
  build,
  demo(args) {
    build()
    run(process.execPath, ['dist/cli/index.js', 'demo', ...args])
  },
  /** Everything that needs no browser. */
  check() {
    build()
    redis()
    run(bin('biome'), ['check', '.'])
    run(bin('tsc'), ['-p', '.'])
    run(bin('tsc'), ['-p', 'src'])
    run(bin('knip'), [])
    run(bin('publint'), ['--strict'])
    run(bin('attw'), ['--pack', '.', '--profile', 'esm-only', '--exclude-entrypoints', './embed'])
    run(bin('size-limit'), [])
    run(bin('vitest'), ['run'])
  },
  test(args) {
    tasks.check()
    browser()
    run(bin('playwright'), ['test', '-c', 'test/browser/playwright.config.ts', ...args])
  },
  'test:browser'(args) {
    build()
    browser()
    run(bin('playwright'), ['test', '-c', 'test/browser/playwright.config.ts', ...args])
  },
  screenshots() {
    build()
    browser()
    environment.SCREENSHOTS = '1'
    run(bin('playwright'), ['test', '-c', 'test/browser/playwright.config.ts'])
  },
  /** Runs every test whose name bears a threat's or a fault's id, and prints id -> test -> passed. */
  'test:faults'(args) {
    build()
    redis()
    browser()
    run(process.execPath, ['scripts/threat-table.mjs', '--run', ...args])
  },
  /** Takes defences out of a copy, one by one, and expects a test to turn red. */
  'test:mutations'(args) {
    build()
    redis()
    run(process.execPath, ['scripts/mutations.mjs', ...args])
  },
  /** Twenty tabs among faults, for so many minutes; default 5. */
  soak(args) {
    build()
    browser()
    measurements()
    run(process.execPath, [join('.bench', 'out', 'soak.js'), ...args])
  },
  bench(args) {
    build()
    redis()
    browser()
    measurements()
    for (const name of args.length > 0 ? args : ['page', 'chat', 'markdown', 'server', 'gateway']) {
      run(process.execPath, ['--expose-gc', join('.bench', 'out', `${name}.js`)])
    }
  },
}

const [task = '', ...args] = process.argv.slice(2)
if (!Object.hasOwn(tasks, task)) fail(`Unknown task "${task}"; there are: ${Object.keys(tasks).join(', ')}.`)
tasks[task](args)
