import type { Page } from '@playwright/test'

/** The chat's own file, whatever its hash. */
const CHAT_FILE = '**/dist/chat-*.js'

/** Holds back the files that match. @returns lets them go, those that are asked for later too */
export async function holdBack(page: Page, pattern = CHAT_FILE): Promise<() => void> {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route(pattern, async (route) => {
    await released
    await route.continue()
  })
  return () => release()
}
