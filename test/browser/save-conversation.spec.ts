/** The conversation on screen as a file. */
import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { status } from '../support/fault-proxy.ts'
import type { ChatPage } from './demo-fixture.ts'
import { expect, test, watchTrouble } from './guest-fixture.ts'

test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } } })

/** More than one page of the server's list. */
const QUESTIONS = 12

/** And comes back to the menu in which it can be saved. */
async function talkAtLength(page: Page, chat: ChatPage): Promise<void> {
  await chat.launcher.click()
  for (let index = 0; index < QUESTIONS; index++) await chat.ask(`echo word-${index}`)
  await page.reload()
  await chat.launcher.click()
  await expect(chat.log).toContainText(`word-${QUESTIONS - 1}`)
  await chat.widget.getByRole('button', { name: 'More options' }).click()
}

test('saves the whole conversation, also what was not on screen, under a strict policy', async ({
  page,
  api,
  visitGuest,
}) => {
  const trouble = watchTrouble(page)
  const policy = `default-src 'none'; script-src 'self'; connect-src 'self' ${api.url}; img-src 'self' data: ${api.url}; require-trusted-types-for 'script'; trusted-types coze-chat-widget`
  const chat = await visitGuest({ head: `<meta http-equiv="content-security-policy" content="${policy}">` })
  await talkAtLength(page, chat)
  const downloading = page.waitForEvent('download')
  await chat.widget.getByRole('menuitem', { name: 'Save conversation' }).click()
  const download = await downloading
  expect(download.suggestedFilename()).toMatch(/^Mocha \d{4}-\d\d-\d\d\.md$/)
  const text = await readFile(await download.path(), 'utf8')
  expect(text).toMatch(/^# Mocha\n\n## \d{4}-\d\d-\d\d\n\n\*\*You\*\* · .+\n\necho word-0\n\n\*\*Mocha\*\* · /)
  expect(text.match(/\n\necho word-\d+\n/g)).toHaveLength(QUESTIONS)
  await expect(chat.widget.getByRole('menu')).toHaveCount(0)
  await expect(chat.widget.getByRole('button', { name: 'More options' })).toBeFocused()
  expect(trouble).toEqual([])
})

test('half a conversation is no file: the visitor is told, and can try again', async ({ page, api, visitGuest }) => {
  const chat = await visitGuest()
  await talkAtLength(page, chat)
  const broken = api.rules.always('POST /v1/conversation/message/list', status(503))
  let downloads = 0
  page.on('download', () => downloads++)
  await chat.widget.getByRole('menuitem', { name: 'Save conversation' }).click()
  await expect(chat.widget.getByText('Not all messages could be loaded')).toBeVisible({ timeout: 30_000 })
  expect(downloads).toBe(0)
  broken.remove()
  const downloading = page.waitForEvent('download')
  await chat.widget.getByRole('menuitem', { name: 'Save conversation' }).click()
  await downloading
})
