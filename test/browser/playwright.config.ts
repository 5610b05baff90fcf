import { availableParallelism } from 'node:os'
import { defineConfig } from '@playwright/test'
import { HEADLESS_SHELL } from './headless-shell.ts'

/** Real Chromium against the demo, the service and the simulator, all on this machine and on ports of their own. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  // Pictures are for people; they are taken by `npm run screenshots` alone.
  ...(process.env['SCREENSHOTS'] ? { grep: /@screenshots/ } : { grepInvert: /@screenshots/ }),
  fullyParallel: true,
  // Many tests wait for time to pass.
  workers: availableParallelism() + 1,
  forbidOnly: Boolean(process.env['CI']),
  // A test that passes only at the second try has found something.
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  outputDir: '../../test-results',
  use: {
    locale: 'en-US',
    viewport: { width: 1280, height: 860 },
    // Recording every test to keep the few that fail is work on the machine that the others wait for.
    trace: 'off',
    launchOptions: {
      ...HEADLESS_SHELL,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
