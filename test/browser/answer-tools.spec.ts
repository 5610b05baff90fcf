/** What can be done with an answer: hear it, say why it was bad, and read it where it came as a card or as sound. */
import { violationsOn } from './axe.ts'
import { expect, reopenConversation, test } from './demo-fixture.ts'

test('an answer is read aloud and stopped again; another one takes over', async ({ page, chat }) => {
  const spoken: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/v1/audio/speech')) spoken.push((request.postDataJSON() as { input: string }).input)
  })
  await chat.open()
  await chat.ask('/markdown')
  await chat.answers.last().getByRole('button', { name: 'Read aloud' }).click()
  await expect(chat.log.getByRole('button', { name: 'Stop reading aloud' })).toHaveCount(1)
  await expect.poll(() => spoken.length).toBeGreaterThan(1)
  expect(spoken.join(' ')).not.toMatch(/\*\*|https?:|^#/)
  expect(Math.max(...spoken.map((text) => text.length))).toBeLessThanOrEqual(256)
  await chat.answers.first().hover()
  await chat.log.getByRole('button', { name: 'Stop reading aloud' }).click()
  await expect(chat.log.getByRole('button', { name: 'Stop reading aloud' })).toHaveCount(0)
  const asked = spoken.length
  // One that was not stopped would have come to its next piece before another one, begun later, has ended.
  await chat.ask('echo another answer, of which one piece is as long as any')
  await chat.answers.last().hover()
  await chat.answers.last().getByRole('button', { name: 'Read aloud' }).click()
  await expect.poll(() => spoken.length).toBeGreaterThan(asked)
  await expect(chat.log.getByRole('button', { name: 'Stop reading aloud' })).toHaveCount(0)
  expect(spoken.slice(asked)).toEqual([expect.stringContaining('another answer')])
})

test('a page whose policy forbids sound is told so calmly', async ({ page, demo, chat }) => {
  await page.goto(`${demo.url}/csp`)
  await chat.launcher.click()
  await chat.ask('Hello')
  await chat.answers.last().getByRole('button', { name: 'Read aloud' }).click()
  await expect(chat.answers.last().getByRole('alert')).toHaveText('This site does not allow the chat to play sound.')
})

test('after a thumb down the visitor may say why, or not', async ({ page, chat }) => {
  const ratings: unknown[] = []
  page.on('request', (request) => {
    if (request.url().includes('/feedback')) ratings.push(request.postDataJSON())
  })
  await chat.open()
  await chat.ask('Hello')
  await chat.log.getByRole('button', { name: 'Bad answer' }).last().click()
  const form = chat.log.getByRole('group', { name: 'What was wrong?' })
  await expect(form).toBeVisible()
  expect(await violationsOn(page)).toEqual([])
  await form.getByRole('button', { name: 'Incomplete' }).click()
  await form.getByRole('textbox').fill('No prices')
  await form.getByRole('button', { name: 'Send' }).click()
  await expect(chat.log.getByRole('status').filter({ hasText: 'Thank you' })).toBeVisible()
  await expect(chat.log.getByRole('button', { name: 'Bad answer' }).last()).toBeFocused()
  expect(ratings).toEqual([
    { feedback_type: 'unlike' },
    { feedback_type: 'unlike', reason_types: ['Incomplete'], comment: 'No prices' },
  ])

  await chat.ask('Hello again')
  await chat.log.getByRole('button', { name: 'Bad answer' }).last().click()
  await expect(form).toBeVisible()
  await form.getByRole('textbox').press('Escape')
  await expect(form).toBeHidden()
  await expect(chat.composer).toBeVisible()
  expect(ratings).toHaveLength(3)
})

test('a card is read as words, its link opens, what its other button asks is offered; and so when it is read again', async ({
  chat,
}) => {
  await chat.open()
  await chat.ask('/card')
  const card = chat.answers.last()
  await expect(card).toContainText('Ethiopia Yirgacheffe')
  await expect(card).not.toContainText('{')
  await expect(card.getByRole('link', { name: 'Add to cart' })).toHaveAttribute('href', 'https://example.com/beans/1')
  await expect(chat.log.getByRole('button', { name: 'How do I brew it?' })).toBeVisible()
  await reopenConversation(chat)
  await expect(chat.answers.last().getByRole('link', { name: 'Add to cart' })).toBeVisible()
  await expect(chat.log).not.toContainText('template_id')
})

test('sound in an answer can be played', async ({ page, chat }) => {
  await chat.open()
  await chat.composer.fill('/voice')
  await chat.composer.press('Enter')
  const player = chat.log.locator('audio')
  await expect(player).toHaveAttribute('src', /^blob:/)
  await expect(player).toHaveAttribute('aria-label', 'Spoken answer')
  expect(await violationsOn(page)).toEqual([])
  await player.evaluate((audio: HTMLAudioElement) => audio.play())
  expect(await player.evaluate((audio: HTMLAudioElement) => audio.duration)).toBeGreaterThan(1)
})
