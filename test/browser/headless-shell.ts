/** The Chromium that the tests run in, as `scripts/run.mjs` found it; none: Playwright's own. */
const path = process.env['HEADLESS_SHELL_PATH'] || process.env['CHROMIUM_PATH']

export const HEADLESS_SHELL = path ? { executablePath: path } : {}

/** The same with a microphone that beeps, and that pages may use. */
export const WITH_MICROPHONE = {
  ...HEADLESS_SHELL,
  args: ['--no-sandbox', '--disable-gpu', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
}
