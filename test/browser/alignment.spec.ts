/** What stands in one line does so to the pixel, and what takes the place of something else stands exactly there. */
import type { Locator, Page } from '@playwright/test'
import { expect, test } from './guest-fixture.ts'
import { WITH_MICROPHONE } from './headless-shell.ts'

test.use({
  demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } },
  launchOptions: WITH_MICROPHONE,
  viewport: { width: 1000, height: 800 },
})

async function boxOf(element: Locator) {
  const { x, y, width, height } = (await element.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
  return { left: x, right: x + width, top: y, bottom: y + height, centre: x + width / 2, height }
}

/** Where the letters of an element begin and end. */
const lettersOf = (element: Locator) =>
  element.evaluate((node) => {
    const range = document.createRange()
    range.selectNodeContents(node)
    const { left, right } = range.getBoundingClientRect()
    return { left, right, centre: (left + right) / 2 }
  })

const still = (page: Page) => page.emulateMedia({ reducedMotion: 'reduce' })

test('the button that ends a recording stands where the button that sends stood', async ({ visitGuest }) => {
  const chat = await visitGuest()
  await chat.launcher.click()
  const microphone = chat.widget.locator('.microphone')
  await microphone.waitFor()
  const send = await boxOf(chat.widget.locator('[part=send-button]'))
  const add = await boxOf(chat.widget.locator('.row > .icon-button').first())
  await microphone.click()
  const bar = chat.widget.locator('.voice')
  await bar.locator('.wave').waitFor()
  expect(await boxOf(bar.locator('.round'))).toEqual(send)
  expect(await boxOf(bar.locator('.icon-button').first())).toEqual(add)
})

test('what opens above the field is as wide as the field', async ({ page, visitGuest }) => {
  await still(page)
  const chat = await visitGuest()
  await chat.launcher.click()
  await chat.widget.locator('.microphone').waitFor()
  await chat.composer.fill('/')
  const list = await boxOf(chat.widget.getByRole('listbox'))
  const { left, right } = await boxOf(chat.widget.locator('.composer'))
  expect(list).toMatchObject({ left, right })
})

test('a chat that cannot be says so in the middle of its window', async ({ page, site, visitGuest }) => {
  await still(page)
  site.rules.always('POST /api/coze/token', {
    answer: { status: 500, body: '{"error":"misconfigured"}', headers: { 'content-type': 'application/json' } },
  })
  const chat = await visitGuest()
  await chat.launcher.click()
  const problem = chat.widget.locator('.problem')
  await problem.waitFor()
  const { centre } = await boxOf(chat.widget.locator('.panel'))
  expect((await boxOf(problem.locator('> .icon'))).centre).toBeCloseTo(centre, 1)
  expect((await boxOf(problem.locator('p'))).centre).toBeCloseTo(centre, 1)
})

test('a question that is edited begins where the note below it begins', async ({ page, visitGuest }) => {
  await still(page)
  const chat = await visitGuest()
  await chat.launcher.click()
  await chat.ask('Hello')
  const question = chat.log.locator('.user').last()
  await question.hover()
  await question.locator('.actions button').click()
  const note = await lettersOf(chat.log.locator('.editor small'))
  const field = await chat.log.locator('.editor textarea').evaluate((area) => {
    return area.getBoundingClientRect().left + Number.parseFloat(getComputedStyle(area).paddingLeft)
  })
  expect(note.left).toBe(field)
})

for (const [screen, use] of [
  ['desktop', { viewport: { width: 1000, height: 800 } }],
  ['a phone', { viewport: { width: 360, height: 700 }, hasTouch: true, isMobile: true }],
] as const) {
  test(`the list of conversations has its title where the chat has its own: ${screen}`, async ({
    browser,
    visitGuest,
  }) => {
    const page = await (await browser.newContext({ ...use, reducedMotion: 'reduce' })).newPage()
    const chat = await visitGuest({ head: '<meta name="viewport" content="width=device-width">' }, page)
    await chat.launcher.click()
    await chat.log.locator('.chip').first().waitFor()
    const { left } = await lettersOf(chat.widget.locator('.header h2'))
    const { centre } = await boxOf(chat.widget.locator('.header .avatar'))
    await chat.widget.getByRole('button', { name: 'Conversations' }).click()
    const drawer = chat.widget.locator('.drawer')
    expect(await lettersOf(drawer.locator('h2'))).toMatchObject({ left })
    expect((await boxOf(drawer.locator('.header .icon').first())).centre).toBe(centre)
  })
}

test('files in a draft are equally high, with a picture or without', async ({ page, visitGuest }) => {
  await still(page)
  const chat = await visitGuest()
  await chat.launcher.click()
  await chat.log.locator('.chip').first().waitFor()
  const picture = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
  await chat.widget.locator('input[type=file]').setInputFiles([
    { name: 'cup of coffee.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(picture) },
    { name: 'quarterly-report-of-the-northern-branch.pdf', mimeType: 'application/pdf', buffer: Buffer.from('x') },
  ])
  const files = chat.widget.locator('.tray li')
  await expect(files).toHaveCount(2)
  await files.locator('img').waitFor()
  expect((await boxOf(files.last())).height).toBe((await boxOf(files.first())).height)
})

test('a new topic has its words in the middle of its line', async ({ page, visitGuest }) => {
  await still(page)
  const chat = await visitGuest()
  await chat.launcher.click()
  await chat.ask('Hello')
  await chat.widget.getByRole('button', { name: 'More options' }).click()
  await chat.widget.getByRole('menuitem', { name: 'New topic' }).click()
  const line = chat.log.locator('.divider')
  await line.getByRole('button').waitFor()
  const { centre } = await boxOf(line)
  const undo = await lettersOf(line.getByRole('button'))
  const start = await line.evaluate((node) => {
    const range = document.createRange()
    range.selectNode(node.firstChild as Node)
    return range.getBoundingClientRect().left
  })
  expect((start + undo.right) / 2).toBeCloseTo(centre, 1)
})

test('a long name without a subtitle goes on in a second line, also when the buttons of a conversation come', async ({
  page,
  visitGuest,
}) => {
  await still(page)
  const chat = await visitGuest({ tag: { title: 'Harbour Coffee Support' } })
  await chat.launcher.click()
  const heading = chat.widget.locator('.header h2')
  const header = await boxOf(chat.widget.locator('.header'))
  await chat.ask('Hello')
  const cut = await heading.evaluate((element) => [
    element.scrollWidth - element.clientWidth,
    element.scrollHeight - element.clientHeight,
  ])
  expect(cut).toEqual([0, 0])
  expect(await boxOf(chat.widget.locator('.header'))).toEqual(header)
})
