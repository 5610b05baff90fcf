import { defineConfig } from '@playwright/test'

/** Real Chromium against the demo, the service and the simulator, all on this machine and on ports of their own. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  // Pictures are for people; they are taken by `npm run screenshots` alone.
  ...(process.env['SCREENSHOTS'] ? { grep: /@screenshots/ } : { grepInvert: /@screenshots/ }),
  fullyParallel: true,
  // Many tests wait for time to pass.
  workers: 3,
  forbidOnly: Boolean(process.env['CI']),
  // A machine that others share may stand still for seconds; what is red twice is red.
  retries: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  outputDir: '../../test-results',
  use: {
    locale: 'en-US',
    viewport: { width: 1280, height: 860 },
    // Recording every test to keep the few that fail is work on the machine that the others wait for.
    trace: 'on-first-retry',
    launchOptions: {
      ...(process.env['CHROMIUM_PATH'] && { executablePath: process.env['CHROMIUM_PATH'] }),
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
