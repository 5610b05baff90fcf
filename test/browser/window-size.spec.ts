/** The floating window, large and back, and the place of a chat in the page. */
import { expect, test } from './guest-fixture.ts'
import { motionEnded } from './states.ts'

test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } } })

test('grows on demand, is as large again after a reload, for whoever sits before this device, and shrinks back', async ({
  page,
  visitGuest,
}) => {
  const chat = await visitGuest()
  const panel = chat.widget.locator('.frame')
  const width = async () => (await panel.boundingBox())?.width
  await chat.launcher.click()
  await expect.poll(width).toBe(400)
  await chat.widget.getByRole('button', { name: 'Larger window' }).click()
  await expect.poll(width).toBe(720)
  const box = await panel.boundingBox()
  expect(box?.height).toBeGreaterThan(740)
  expect(box?.y).toBeGreaterThanOrEqual(0)
  await page.screenshot({ path: 'test-results/large.png' })
  await page.evaluate(() => window.cozeChat?.logout())
  await page.reload()
  await chat.launcher.click()
  await expect.poll(width).toBe(720)
  await chat.widget.getByRole('button', { name: 'Smaller window' }).click()
  await expect.poll(width).toBe(400)
  await page.reload()
  await chat.launcher.click()
  await expect(chat.composer).toBeEnabled()
  await expect.poll(width).toBe(400)
})

test('on a phone there is nothing to enlarge, and a large window of before fills no more than the screen', async ({
  page,
  visitGuest,
}) => {
  await page.setViewportSize({ width: 390, height: 844 })
  const chat = await visitGuest({ head: '<meta name="viewport" content="width=device-width">' })
  await page.evaluate(() => localStorage.setItem('coze_chat_large', '1'))
  await page.reload()
  await chat.launcher.click()
  await expect(chat.composer).toBeEnabled()
  await motionEnded(page)
  expect(await chat.widget.locator('.frame').boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 })
  await expect(chat.widget.getByRole('button', { name: /window/ })).toHaveCount(0)
})

for (const [place, style, height] of [
  ['without a height of its own, as a fresh project has it', '', 320],
  ['in a row', 'display:flex', 320],
  ['of a column that stretches', 'display:flex;flex-direction:column;min-height:700px', 320],
  ['with a height', 'height:560px', 560],
  ['lower than a chat', 'height:100px', 320],
] as const) {
  test(`a chat in a place ${place} is seen whole`, async ({ visitGuest }) => {
    const chat = await visitGuest({
      body: `<main id="place" style="${style}"></main>`,
      tag: { target: '#place', inline: '' },
    })
    const parts = [chat.widget.locator('.frame'), chat.composer, chat.log]
    await chat.ask('Hello')
    const [host, frame, composer, log] = await Promise.all(
      [chat.widget, ...parts].map(async (part) => (await part.boundingBox()) ?? { y: 0, height: 0, width: 0 }),
    )
    expect([host?.height, frame?.height]).toEqual([height, height])
    expect(frame?.width).toBe(host?.width)
    expect(log?.height).toBeGreaterThan(150)
    expect((composer?.y ?? 0) + (composer?.height ?? 0)).toBeLessThanOrEqual((host?.y ?? 0) + (host?.height ?? 0))
  })
}
