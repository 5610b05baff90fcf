/** The newest question in other words. */
import { violationsOn } from './axe.ts'
import { expect, reopenConversation, test } from './demo-fixture.ts'

test('the newest question is edited in its place and asked again; the old one and its answer are gone, here and at the server', async ({
  page,
  chat,
}) => {
  await chat.open()
  await chat.ask('Hello')
  await chat.ask('/table')
  await chat.composer.fill('half a thought')
  const questions = chat.log.locator('[part=user-message]')
  // Only the newest one has a pencil.
  await expect(questions.getByRole('button', { name: 'Edit' })).toHaveCount(1)
  await questions.last().hover()
  await questions.last().getByRole('button', { name: 'Edit' }).click()
  const editor = chat.log.getByRole('textbox', { name: 'Edit your question' })
  await expect(editor).toBeFocused()
  await expect(editor).toHaveValue('/table')
  expect(await violationsOn(page)).toEqual([])
  await editor.fill('/code')
  await editor.press('Enter')
  await expect(questions).toHaveText(['Hello', '/code'])
  await expect(chat.log).toHaveAttribute('aria-busy', 'false')
  await expect(chat.log.locator('pre').first()).toBeVisible()
  await expect(chat.log.locator('table')).toHaveCount(0)
  await expect(chat.composer).toHaveValue('half a thought')
  await expect(chat.composer).toBeFocused()
  await reopenConversation(chat)
  await expect(questions).toHaveText(['Hello', '/code'])
})

test('Escape brings the question back as it was and leaves the panel open', async ({ page, chat }) => {
  await chat.open()
  await chat.ask('Hello')
  const question = chat.log.locator('[part=user-message]')
  await question.getByRole('button', { name: 'Edit' }).focus()
  await page.keyboard.press('Enter')
  await expect(chat.log.getByRole('textbox')).toBeFocused()
  await page.keyboard.type(' and goodbye')
  await page.keyboard.press('Escape')
  await expect(question).toHaveText('Hello')
  await expect(question.getByRole('button', { name: 'Edit' })).toBeFocused()
  await expect(chat.composer).toBeVisible()
})

test('nothing can be edited while an answer is under way', async ({ chat }) => {
  await chat.open()
  await chat.composer.fill('/slow')
  await chat.composer.press('Enter')
  await expect(chat.log).toHaveAttribute('aria-busy', 'true')
  await expect(chat.log.getByRole('button', { name: 'Edit' })).toHaveCount(0)
})

test('what is said of a question that failed stands on one side, whether it needs one line or more', async ({
  page,
  chat,
}) => {
  await chat.open()
  await chat.composer.fill('/error 4013')
  await chat.composer.press('Enter')
  const sentence = chat.log.locator('[part=problem] p')
  await sentence.waitFor()
  const place = async () => {
    const [list, words, button] = await Promise.all(
      [chat.log.locator('.list'), sentence, chat.log.locator('.ways button')].map((each) => each.boundingBox()),
    )
    return {
      fromStart: (words?.x ?? 0) - (list?.x ?? 0),
      lines: Math.round((words?.height ?? 0) / 19.5),
      buttonIsBelow: (button?.y ?? 0) >= (words?.y ?? 0) + (words?.height ?? 0),
    }
  }
  const narrow = await place()
  await chat.widget.getByRole('button', { name: 'Larger window' }).click()
  await page.setViewportSize({ width: 1280, height: 900 })
  await expect.poll(async () => (await place()).lines).toBe(1)
  expect(narrow.lines).toBeGreaterThan(1)
  expect(narrow.buttonIsBelow).toBe(true)
  expect(await place()).toEqual({ fromStart: narrow.fromStart, lines: 1, buttonIsBelow: false })
})
