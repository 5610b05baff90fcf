/** Where a reader is while an answer comes, and what brings them elsewhere. */
import type { Page } from '@playwright/test'
import { type ChatPage, expect, test } from './demo-fixture.ts'

test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 3 } } })

/** Notes, once a frame, how far below the top of the transcript the first line of the second answer is, and how high the transcript is. */
async function watchFirstLine(page: Page): Promise<() => Promise<{ tops: number[]; height: number }>> {
  await page.evaluate(() => {
    const seen: number[] = []
    Object.assign(window, { seen })
    const note = () => {
      const root = document.querySelector('coze-chat')?.shadowRoot
      const log = root?.querySelector('[role=log]')
      const line = root?.querySelectorAll('[part=assistant-message]:not(.greeting)')[1]?.querySelector('.markdown')
      if (log && line) seen.push(line.getBoundingClientRect().top - log.getBoundingClientRect().top)
      requestAnimationFrame(note)
    }
    note()
  })
  return () =>
    page.evaluate(() => ({
      tops: (window as unknown as { seen: number[] }).seen,
      height:
        document.querySelector('coze-chat')?.shadowRoot?.querySelector('[role=log]')?.getBoundingClientRect().height ??
        0,
    }))
}

const begin = async ({ composer, log }: ChatPage, question: string) => {
  await composer.fill(question)
  await composer.press('Enter')
  await expect(log).toHaveAttribute('aria-busy', 'true')
}

/** How far the end of the transcript is below what is on screen. */
const belowTheEnd = (chat: ChatPage) =>
  chat.log.evaluate((log) =>
    Math.round((log.firstElementChild?.getBoundingClientRect().bottom ?? 0) - log.getBoundingClientRect().bottom),
  )

/** How far the last question is below the top of the transcript. */
const belowTheTop = async (chat: ChatPage) =>
  Math.round(
    ((await chat.log.locator('.user').last().boundingBox())?.y ?? 0) - ((await chat.log.boundingBox())?.y ?? 0),
  )

for (const width of [320, 390]) {
  test.describe(`a phone of ${width} px`, () => {
    test.use({ viewport: { width, height: 700 }, hasTouch: true, isMobile: true })

    test('an answer of 4,000 characters: its first line is on screen from the first word to the end', async ({
      page,
      chat,
    }) => {
      await chat.open('/?lang=en')
      await chat.ask('Hello')
      const watched = await watchFirstLine(page)
      await chat.ask('/long 4000')
      const { tops, height } = await watched()
      const last = tops.slice(-100)
      expect(tops.length).toBeGreaterThan(20)
      expect(Math.min(...tops)).toBeGreaterThanOrEqual(0)
      expect(Math.max(...tops)).toBeLessThan(height - 20)
      // Below the question, which is at the top, and there to stay.
      expect(Math.max(...last) - Math.min(...last)).toBeLessThan(2)
      expect(last[0]).toBeLessThan(120)
      await expect(chat.widget.getByRole('button', { name: 'Jump to newest message' })).toBeVisible()
    })
  })
}

test('whoever scrolls while an answer comes stays where they went', async ({ page, chat }) => {
  await chat.open('/?lang=en')
  await begin(chat, '/long 6000')
  const jump = chat.widget.getByRole('button', { name: 'Jump to newest message' })
  await expect(jump).toBeVisible()
  await chat.log.hover()
  // A wheel moves no further than there is something to read by then, so it is turned as a reader does.
  await expect(async () => {
    await page.mouse.wheel(0, 100)
    expect(await chat.log.evaluate((log) => log.scrollTop)).toBeGreaterThan(200)
  }).toPass()
  const place = () => chat.log.evaluate((log) => Math.round(log.scrollTop))
  let before = -1
  await expect.poll(async () => Math.abs(before - (before = await place()))).toBe(0)
  await expect(chat.log).toHaveAttribute('aria-busy', 'false', { timeout: 30_000 })
  expect(await place()).toBe(before)
})

test('below a short answer there is nothing to jump to, however much room is left', async ({ chat }) => {
  await chat.open('/?lang=en')
  await chat.ask('/long 2000')
  await chat.ask('Where is the shop?')
  const jump = chat.widget.getByRole('button', { name: 'Jump to newest message' })
  /** Pixels from the end of the room. */
  const leave = (distance: number) =>
    chat.log.evaluate((log, distance) => {
      log.scrollTop = log.scrollHeight - log.clientHeight - distance
    }, distance)
  await leave(600)
  await expect(jump).toBeVisible()
  await leave(80)
  await expect(jump).toBeHidden()
  await expect(chat.log.getByRole('list').last()).toBeInViewport()
})

test('whoever jumps to the newest message follows the answer to its end', async ({ chat }) => {
  await chat.open('/?lang=en')
  await begin(chat, '/long 6000')
  const jump = chat.widget.getByRole('button', { name: 'Jump to newest message' })
  await jump.click()
  await expect(jump).toBeHidden()
  await expect(chat.log).toHaveAttribute('aria-busy', 'false', { timeout: 30_000 })
  expect(await belowTheEnd(chat)).toBeLessThanOrEqual(1)
})

test('a conversation that is opened again shows its end', async ({ page, chat }) => {
  await chat.open('/?lang=en')
  await chat.ask('/long 4000')
  await page.reload()
  await chat.launcher.click()
  await expect(chat.answers).toHaveCount(1)
  await expect.poll(() => belowTheEnd(chat)).toBeLessThanOrEqual(1)
})

test('a question that waits stands under the answer that is being written, and its own answer is read from the beginning', async ({
  chat,
}) => {
  await chat.open('/?lang=en')
  await begin(chat, '/slow 2')
  await chat.composer.fill('Hello')
  await chat.composer.press('Enter')
  await expect(chat.log.getByText('Waiting to be sent')).toBeVisible()
  const tops = await chat.log.evaluate((log) =>
    ['.typing', '.message:last-of-type'].map((one) => log.querySelector(one)?.getBoundingClientRect().top ?? -1),
  )
  const [dots = 0, waiting = 0] = tops
  expect(dots).toBeGreaterThan(0)
  expect(dots).toBeLessThan(waiting)
  await expect(chat.answers).toHaveCount(2)
  await expect.poll(() => belowTheTop(chat)).toBe(12)
})

for (const width of [390, 1280]) {
  test(`a question sent while a long answer is written stays in view, with its word that it waits, until its turn: ${width} px`, async ({
    page,
    chat,
  }) => {
    await page.setViewportSize({ width, height: 800 })
    await chat.open('/?lang=en')
    await begin(chat, '/long 6000')
    await expect.poll(() => belowTheEnd(chat)).toBeGreaterThan(-200)
    await chat.composer.fill('And my order?')
    await chat.composer.press('Enter')
    const waits = chat.log.getByText('Waiting to be sent')
    await expect(waits).toBeVisible()
    const length = async () => (await chat.answers.first().textContent())?.length ?? 0
    const before = await length()
    await expect.poll(length).toBeGreaterThan(before + 1_500)
    await expect(waits).toBeInViewport({ ratio: 1 })
    expect(await belowTheEnd(chat)).toBeLessThanOrEqual(1)
    await expect(chat.answers).toHaveCount(2, { timeout: 30_000 })
    await expect.poll(() => belowTheTop(chat)).toBe(12)
  })
}

test('whoever scrolls while their question waits stays where they went', async ({ page, chat }) => {
  await chat.open('/?lang=en')
  await begin(chat, '/long 6000')
  await expect.poll(() => belowTheEnd(chat)).toBeGreaterThan(0)
  await chat.composer.fill('And my order?')
  await chat.composer.press('Enter')
  await expect(chat.log.getByText('Waiting to be sent')).toBeInViewport()
  await chat.log.hover()
  await page.mouse.wheel(0, -400)
  const first = chat.answers.first()
  const top = async () => Math.round((await first.boundingBox())?.y ?? 0)
  let last = Number.NaN
  await expect.poll(async () => last - (last = await top())).toBe(0)
  const length = async () => (await first.textContent())?.length ?? 0
  const before = await length()
  await expect.poll(length).toBeGreaterThan(before + 500)
  expect(Math.abs((await top()) - last)).toBeLessThanOrEqual(1)
})

test('in a larger window, and back in a smaller one, the question stays at the top', async ({ page, chat }) => {
  await chat.open('/?lang=en')
  await chat.ask('/long 2000')
  await chat.ask('/long 2000')
  await chat.ask('/long 3000')
  await expect.poll(() => belowTheTop(chat)).toBe(12)
  for (const name of ['Larger window', 'Smaller window']) {
    await chat.widget.getByRole('button', { name }).click()
    await expect.poll(() => belowTheTop(chat), name).toBe(12)
    await page.waitForTimeout(400)
    expect(await belowTheTop(chat), name).toBe(12)
  }
})

/** How dark the darkest pixel is in one line of the transcript, from 0 to 1: `fromEnd` pixels above its lower edge. */
async function inkAt(page: Page, { log }: ChatPage, fromEnd: number): Promise<number> {
  const { x = 0, y = 0, width = 0, height = 0 } = (await log.boundingBox()) ?? {}
  const clip = { x: x + 8, y: y + height - fromEnd, width: width - 100, height: 1 }
  const picture = (await page.screenshot({ clip })).toString('base64')
  return page.evaluate(async (data) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob())
    const canvas = new OffscreenCanvas(image.width, 1)
    const context = canvas.getContext('2d')
    context?.drawImage(image, 0, 0)
    const { data: pixels = [] } = context?.getImageData(0, 0, image.width, 1) ?? {}
    return 1 - Math.min(...pixels) / 255
  }, picture)
}

test('what goes on below fades out above the field; with forced colours there is a line', async ({ page, chat }) => {
  await chat.open()
  await chat.ask('/long 4000')
  await chat.log.evaluate((log) => {
    // Ink in every line of pixels.
    for (const text of log.querySelectorAll<HTMLElement>('.markdown')) text.style.background = '#000'
  })
  expect(await inkAt(page, chat, 20)).toBeGreaterThan(0.95)
  expect(await inkAt(page, chat, 8)).toBeGreaterThan(0.3)
  expect(await inkAt(page, chat, 8)).toBeLessThan(0.7)
  expect(await inkAt(page, chat, 1)).toBeLessThan(0.1)
  // What has the focus is not faded.
  const aboveEdge = await chat.log.evaluate((log) => {
    const button = [...log.querySelectorAll<HTMLElement>('.always button')].at(-1)
    const edge = log.getBoundingClientRect().bottom
    log.scrollBy(0, (button?.getBoundingClientRect().bottom ?? 0) - edge)
    button?.focus()
    return edge - (button?.getBoundingClientRect().bottom ?? 0)
  })
  expect(aboveEdge).toBeGreaterThanOrEqual(16)
  await page.emulateMedia({ forcedColors: 'active' })
  await expect(chat.widget.locator('.transcript')).toHaveCSS('border-bottom-width', '1px')
})
