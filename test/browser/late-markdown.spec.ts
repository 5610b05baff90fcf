import { expect, test } from './demo-fixture.ts'
import { holdBack } from './hold-back.ts'

test('nothing moves under the reader when the Markdown view comes late: neither at the end nor above it', async ({
  page,
  chat,
}) => {
  const arrive = await holdBack(page, '**/markdown-*.js')
  await chat.open()
  for (const words of ['Hello', 'My name is Ann', 'What is my name?']) await chat.ask(words)
  await chat.ask('/markdown')
  await expect(chat.answers.last()).toContainText('**')

  // Where the answer is read from.
  await expect(chat.log.locator('.user').last()).toBeInViewport()

  await chat.log.evaluate((log) => log.scrollBy(0, -log.scrollHeight))
  const above = chat.answers.nth(1)
  await expect(above).toBeInViewport()
  const place = await above.boundingBox()
  arrive()
  await expect(chat.answers.last().locator('h1, h2, h3').first()).toBeAttached()
  await expect(chat.answers.last()).not.toContainText('**')
  expect((await above.boundingBox())?.y).toBeCloseTo(place?.y ?? Number.NaN, 0)

  await chat.widget.getByRole('button', { name: 'Jump to newest message' }).click()
  await expect(chat.widget.locator('.actions.always')).toBeInViewport()
})

test('a Markdown view that could not be loaded is asked for again by the next message', async ({ page, chat }) => {
  let refuses = true
  await page.route('**/markdown-*.js', async (route) => {
    if (refuses) await route.abort()
    else await route.continue()
  })
  await chat.open()
  await chat.ask('/markdown')
  await expect(chat.answers.last()).toContainText('**')
  refuses = false
  await chat.ask('/markdown')
  await expect(chat.answers.last().locator('strong').first()).toBeVisible()
})
