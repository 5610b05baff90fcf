import { expect, test } from './demo-fixture.ts'

test('nothing moves under the reader when the Markdown view comes late: neither at the end nor above it', async ({
  page,
  chat,
}) => {
  let arrive = () => {}
  const arrival = new Promise<void>((resolve) => {
    arrive = resolve
  })
  await page.route('**/markdown-text.js', async (route) => {
    await arrival
    await route.continue()
  })
  await chat.open()
  for (const words of ['Hello', 'My name is Ann', 'What is my name?']) await chat.ask(words)
  await chat.ask('/markdown')
  await expect(chat.answers.last()).toContainText('**')

  const newest = chat.widget.locator('.actions.always')
  const end = await newest.boundingBox()
  expect(await chat.log.evaluate((log) => log.scrollTop)).toBe(0)

  await chat.log.evaluate((log) => log.scrollBy(0, -log.scrollHeight))
  const above = chat.answers.nth(1)
  await expect(above).toBeInViewport()
  const place = await above.boundingBox()
  arrive()
  await expect(chat.answers.last().locator('h1, h2, h3').first()).toBeAttached()
  await expect(chat.answers.last()).not.toContainText('**')
  expect((await above.boundingBox())?.y).toBeCloseTo(place?.y ?? Number.NaN, 0)

  await chat.widget.getByRole('button', { name: 'Jump to newest message' }).click()
  await expect.poll(() => chat.log.evaluate((log) => Math.round(log.scrollTop))).toBe(0)
  expect((await newest.boundingBox())?.y).toBeCloseTo(end?.y ?? Number.NaN, 0)
})

test('a Markdown view that could not be loaded is asked for again by the next message', async ({ page, chat }) => {
  let refused = 0
  await page.route('**/markdown-text.js', async (route) => {
    if (refused++) await route.continue()
    else await route.abort()
  })
  await chat.open()
  await chat.ask('/markdown')
  await expect(chat.answers.last()).toContainText('**')
  await chat.ask('/markdown')
  await expect(chat.answers.last().locator('strong').first()).toBeVisible()
})
