import { chosenPart } from './parts.mjs'

const part = chosenPart()
const output = `.stryker/${part.name.replaceAll('/', '-')}`

export default {
  mutate: part.sources,
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutations/vitest.config.mjs', related: false },
  coverageAnalysis: 'perTest',
  // A mutant in a constant of a module would run every test; what such a constant does shows in the others.
  ignoreStatic: true,
  mutator: { excludedMutations: ['StringLiteral'] },
  concurrency: 2,
  incremental: true,
  incrementalFile: `${output}/incremental.json`,
  tempDirName: '.stryker/sandboxes',
  ignorePatterns: ['/dist', '/.bench', '/screenshots', '/test-results'],
  reporters: ['clear-text', 'progress-append-only', 'html'],
  clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
  htmlReporter: { fileName: `${output}/report.html` },
  thresholds: { high: 90, low: 80, break: part.break },
}
