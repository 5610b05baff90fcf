/** A chat that stays open from page to page, in real Chromium. */
import { expect, test } from './guest-fixture.ts'

const TAG = { 'keep-open': '', preload: 'false' }

test('stays open on the next page and leaves the focus there; once closed it stays closed', async ({
  page,
  visitGuest,
}) => {
  const chat = await visitGuest({ tag: TAG })
  await chat.launcher.click()
  await expect(chat.composer).toBeFocused()
  await page.reload()
  await expect(chat.composer).toBeVisible()
  expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true)
  await chat.composer.press('Escape')
  await expect(chat.composer).toBeHidden()
  const extras = page.waitForResponse(/launcher-extras/)
  await page.reload()
  await extras
  await expect(chat.launcher).toBeVisible()
  await expect(chat.composer).toBeHidden()
})
