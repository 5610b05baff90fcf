/** The Chromium that the tests run in, as `scripts/run.mjs` found it; none: Playwright's own. */
const path = process.env['HEADLESS_SHELL_PATH'] || process.env['CHROMIUM_PATH']

export const HEADLESS_SHELL = path ? { executablePath: path } : {}
