#!/usr/bin/env node
/**
 * The commands of package.json on a fresh machine: installs what is missing, builds what is stale, then does the work.
 * Plain JavaScript without packages, because it runs before there are any.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PARTS } from '../test/mutations/parts.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const environment = { ...process.env }
const isRoot = process.getuid?.() === 0

/** Runs a command with our output; ends everything with its exit code when it fails. */
function run(command, args, options = {}) {
  const code = exitCodeOf(command, args, options)
  if (code !== 0) process.exit(code)
}

function exitCodeOf(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: environment, ...options })
  if (result.error) fail(`${command} could not be started: ${result.error.message}`)
  return result.status ?? 1
}

function fail(message) {
  console.error(`\n${message}\n`)
  process.exit(1)
}

/** Runs commands that need nothing of each other, as many at once as there are cores. All are run, whatever comes of one; what they print is shown of those that fail. */
async function runTogether(commands) {
  const waiting = [...commands]
  let firstCode = 0
  async function work() {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const code = await runQuietly(...next)
      firstCode ||= code
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  if (firstCode !== 0) process.exit(firstCode)
}

async function runQuietly(command, args) {
  const output = []
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: environment })
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => output.push(data))
  const code = await new Promise((resolve) => {
    child.once('error', (error) => fail(`${command} could not be started: ${error.message}`))
    child.once('close', (status) => resolve(status ?? 1))
  })
  console.log(`${[relative(root, command), ...args].join(' ')}: ${code === 0 ? 'good' : `exit code ${code}`}`)
  if (code !== 0) process.stdout.write(Buffer.concat(output))
  return code
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
  unlessDone('node_modules/.installed', hashOf(['package-lock.json']), () => {
    // `npm ci` would empty the folder of whoever lends it.
    if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) {
      fail('node_modules is a link to another folder, whose packages differ from package-lock.json. Remove the link.')
    }
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  })
}

function build() {
  install()
  const key = hashOf([
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.types.json',
    'vite.config.ts',
    'src',
    'scripts/option-reference.ts',
    'scripts/public-types.mjs',
    'scripts/third-party-notices.ts',
    'scripts/web-types.ts',
  ])
  unlessDone('dist/.built', key, () => {
    rmSync(join(root, 'dist'), { recursive: true, force: true })
    run(bin('vite'), ['build', '--app', '--logLevel', 'warn'])
    run(bin('tsc'), ['-p', 'tsconfig.types.json'])
    run(process.execPath, ['scripts/public-types.mjs'])
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

/**
 * A Chromium for the browser tests: the one named, one on the PATH, or Playwright's own; beside it the same without a window, which takes a
 * third of the time and serves all tests but those of pages that freeze, are discarded or come back from the cache.
 */
function browser() {
  const whole = () => process.env.CHROMIUM_PATH ?? onPath('chromium', 'chromium-browser', 'google-chrome')
  const shell = () => process.env.HEADLESS_SHELL_PATH ?? onPath('chromium-headless-shell')
  if (!whole() && !apt('chromium', 'fonts-noto-cjk', 'fonts-noto-core')) {
    // Both of them.
    run(bin('playwright'), ['install', 'chromium'])
    return
  }
  environment.CHROMIUM_PATH = whole()
  if (!shell() && onPath('apt-cache') && spawnSync('apt-cache', ['show', 'chromium-headless-shell']).status === 0) {
    apt('chromium-headless-shell')
  }
  environment.HEADLESS_SHELL_PATH = shell() ?? environment.CHROMIUM_PATH
}

function redis() {
  if (onPath('redis-server')) return
  if (!apt('redis-server')) fail('The store tests need a Redis server: install redis-server and try again.')
}

/** Benchmarks, the soak and the chaos, as plain JavaScript in `.bench/`. */
function buildMeasurements() {
  run(bin('vite'), ['build', '--app', '--logLevel', 'warn', '--mode', 'bench'])
}

/** Ends with 1 when a bar was missed, after whatever else there is to measure. */
function measure(name, ...args) {
  const code = exitCodeOf(process.execPath, [
    '--expose-gc',
    join('.bench', 'out', 'measurements', `${name}.js`),
    ...args,
  ])
  process.exitCode ||= code
}

function playwright(...args) {
  run(bin('playwright'), ['test', '-c', 'test/browser/playwright.config.ts', ...args])
}

const tasks = {
  /** `dist/`, unless it is newer than its sources. */
  build,

  /** The site, the service and a simulated Coze on this machine. */
  demo(args) {
    build()
    run(process.execPath, ['dist/cli/index.js', 'demo', ...args])
  },

  /** Everything that needs no browser. */
  async check() {
    build()
    redis()
    await runTogether([
      // The longest first.
      [bin('tsc'), ['-p', '.']],
      [bin('knip'), []],
      [bin('attw'), ['--pack', '.', '--profile', 'esm-only', '--exclude-entrypoints', './embed']],
      [bin('depcruise'), ['src', '--config', '.dependency-cruiser.mjs']],
      [bin('biome'), ['check', '.']],
      [bin('tsc'), ['-p', 'src']],
      [bin('publint'), ['--strict']],
      [bin('tsc'), ['-p', 'examples']],
      [bin('size-limit'), []],
      [process.execPath, ['scripts/document-tables.mjs', '--check']],
    ])
    run(bin('vitest'), ['run'])
  },

  /** Everything. */
  async test(args) {
    await tasks.check()
    tasks['test:browser'](args)
  },

  'test:browser'(args) {
    build()
    browser()
    playwright(...args)
  },

  /** The packed package in fresh projects of each framework; needs the package registry. */
  'test:frameworks'(args) {
    build()
    browser()
    run(process.execPath, ['scripts/test-frameworks.mjs', ...args])
  },

  /** The documents as a website in `site/dist/`. */
  docs() {
    build()
    run(process.execPath, ['scripts/docs-site.mjs'])
  },

  /** `dist/sbom.cdx.json`: what an install brings and what is bundled. */
  sbom() {
    build()
    run(process.execPath, ['scripts/sbom.mjs'])
  },

  /** Runs every test whose name bears a threat's or a fault's id, and prints id, test and outcome. */
  'test:faults'(args) {
    build()
    redis()
    browser()
    run(process.execPath, ['scripts/threat-table.mjs', '--run', ...args])
  },

  /** Whether the tests notice when the code that guards people is changed; all parts, or those named. */
  'test:mutations'(args) {
    install()
    const chosen = Object.keys(PARTS).filter((part) => args.length === 0 || args.some((name) => part.startsWith(name)))
    if (chosen.length === 0) fail(`There are these parts: ${Object.keys(PARTS).join(', ')}.`)
    for (const part of chosen) {
      environment.MUTATION_PART = part
      run(bin('stryker'), ['run', 'test/mutations/stryker.config.mjs'])
    }
  },

  /** What is made from the table of options, from the import rules and from the names of tests. Tests hold that it is up to date. */
  generate() {
    install()
    run(process.execPath, ['scripts/generate.mjs'])
    run(process.execPath, ['scripts/document-tables.mjs'])
  },

  screenshots() {
    build()
    browser()
    environment.SCREENSHOTS = '1'
    playwright()
  },

  /** Twenty tabs among faults, for so many minutes; default 5. */
  soak(args) {
    build()
    browser()
    buildMeasurements()
    measure('soak', ...args)
  },

  /** The token service among sick suppliers, for so many minutes; default 3. Needs no browser. */
  chaos(args) {
    install()
    redis()
    buildMeasurements()
    measure('chaos', ...args)
  },

  bench(args) {
    build()
    redis()
    browser()
    buildMeasurements()
    for (const name of args.length > 0 ? args : ['page', 'phone', 'chat', 'markdown', 'server', 'gateway'])
      measure(name)
  },
}

const [task = '', ...args] = process.argv.slice(2)
if (!Object.hasOwn(tasks, task)) fail(`Unknown task "${task}"; there are: ${Object.keys(tasks).join(', ')}.`)
await tasks[task](args)
