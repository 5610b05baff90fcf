/** Pictures, large. */
import type { FaultProxy } from '../support/fault-proxy.ts'
import type { ChatPage } from './demo-fixture.ts'
import { expect, test, watchTrouble } from './guest-fixture.ts'

test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } } })

/** An owner who lets the pictures of their site load at once. */
const ownPictures = (site: FaultProxy) => ({ tag: { 'image-hosts': new URL(site.url).host } })

const svg = (colour: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="900"><rect width="1600" height="900" fill="${colour}"/></svg>`

function serveDrawing(site: FaultProxy, colour: string): void {
  site.rules.always(`GET /${colour}.svg`, {
    answer: { status: 200, headers: { 'content-type': 'image/svg+xml' }, body: svg(colour) },
  })
}

async function openTeal(chat: ChatPage, site: FaultProxy): Promise<void> {
  await chat.launcher.click()
  await chat.ask(`echo ![A teal one](${site.url}/teal.svg)`)
  await chat.log.getByRole('button', { name: 'Open image A teal one' }).click()
}

test('opens by keyboard, goes from picture to picture, closes by Escape and gives the focus back', async ({
  page,
  site,
  visitGuest,
}) => {
  const trouble = watchTrouble(page)
  for (const colour of ['teal', 'orange']) serveDrawing(site, colour)
  const chat = await visitGuest(ownPictures(site))
  await chat.launcher.click()
  await chat.ask(`echo ![A teal one](${site.url}/teal.svg)`)
  await chat.ask(
    `echo ![An orange one](${site.url}/orange.svg) and [![linked](${site.url}/teal.svg)](https://example.com)`,
  )
  const second = chat.log.getByRole('button', { name: 'Open image An orange one' })
  await expect(chat.log.getByRole('button', { name: /^Open image/ })).toHaveCount(2)
  await second.focus()
  await page.keyboard.press('Enter')
  const dialog = chat.widget.getByRole('dialog', { name: 'An orange one' })
  await expect(dialog).toBeVisible()
  await expect(dialog.getByText('2 / 2')).toBeVisible()
  await expect(dialog.getByRole('link', { name: 'Open original' })).toHaveAttribute('href', `${site.url}/orange.svg`)
  const picture = dialog.getByRole('img', { name: 'An orange one' })
  const box = await picture.boundingBox()
  expect(box?.width).toBeLessThanOrEqual(1280)
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(860)
  expect(await dialog.evaluate((element) => element.matches(':modal'))).toBe(true)
  await page.screenshot({ path: 'test-results/lightbox.png' })
  await page.keyboard.press('ArrowLeft')
  await expect(chat.widget.getByRole('dialog', { name: 'A teal one' }).getByText('1 / 2')).toBeVisible()
  await expect(chat.widget.getByRole('button', { name: 'Previous image' })).toBeHidden()
  await page.keyboard.press('Escape')
  await expect(chat.widget.locator('dialog')).toHaveCount(0)
  await expect(second).toBeFocused()
  await expect(chat.composer).toBeVisible()
  expect(trouble).toEqual([])
})

test('a click beside the picture closes it, a click on a link of the bar does not', async ({
  page,
  site,
  visitGuest,
}) => {
  serveDrawing(site, 'teal')
  const chat = await visitGuest(ownPictures(site))
  await openTeal(chat, site)
  const dialog = chat.widget.locator('dialog')
  const popup = page.waitForEvent('popup')
  await dialog.getByRole('link', { name: 'Open original' }).click()
  await (await popup).close()
  await expect(dialog).toBeVisible()
  await page.mouse.click(20, 800)
  await expect(dialog).toHaveCount(0)
  await expect(chat.composer).toBeVisible()
})

test('F24: a picture of a visitor who leaves goes with them', async ({ page, site, visitGuest }) => {
  serveDrawing(site, 'teal')
  const chat = await visitGuest(ownPictures(site))
  await openTeal(chat, site)
  await expect(chat.widget.locator('dialog')).toBeVisible()
  await page.evaluate(() => window.cozeChat?.logout())
  await expect(chat.widget.locator('dialog')).toHaveCount(0)
})

test('a picture that was sent opens in the same way', async ({ page, visitGuest }) => {
  const chat = await visitGuest()
  await chat.launcher.click()
  await chat.widget.locator('input[type=file]').setInputFiles({
    name: 'parcel.svg',
    mimeType: 'image/svg+xml',
    buffer: Buffer.from(svg('teal')),
  })
  await chat.composer.fill('What is this?')
  const send = chat.widget.locator('[part=send-button]')
  await expect(send).toBeEnabled()
  await send.click()
  const opener = chat.log.getByRole('link', { name: 'Open image parcel.svg' })
  await opener.click()
  await expect(chat.widget.getByRole('dialog', { name: 'parcel.svg' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(opener).toBeFocused()
})

for (const [type, saved] of [
  ['image/svg+xml', 'menu.exe.svg'],
  ['text/html', 'menu.exe.png'],
] as const) {
  test(`T45: what is saved of a picture is called one, whatever its address is called and whatever it is by then: ${type}`, async ({
    page,
    site,
    visitGuest,
  }) => {
    const answer = (contentType: string) => ({
      answer: { status: 200, headers: { 'content-type': contentType }, body: svg('teal') },
    })
    site.rules.always('GET /menu.exe', answer('image/svg+xml'))
    const chat = await visitGuest()
    await chat.launcher.click()
    await chat.ask(`echo ![Menu](${site.url}/menu.exe)`)
    await chat.log.getByRole('button', { name: /^Show image/ }).click()
    await chat.log.getByRole('button', { name: 'Open image Menu' }).click()
    site.rules.always('GET /menu.exe', answer(type))
    const downloading = page.waitForEvent('download')
    await chat.widget.getByRole('dialog').getByRole('button', { name: 'Download' }).click()
    expect((await downloading).suggestedFilename()).toBe(saved)
  })
}
