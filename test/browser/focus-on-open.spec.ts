/** The option `focusOnOpen`, and whose the focus is while the chat comes. */
import type { Page } from '@playwright/test'
import type { ChatPage } from './demo-fixture.ts'
import { expect, test } from './guest-fixture.ts'
import { holdBack } from './hold-back.ts'

test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } } })

const PHONE = { viewport: { width: 360, height: 700 }, hasTouch: true, isMobile: true } as const
const VIEWPORT = '<meta name="viewport" content="width=device-width">'

/** Notes what has the focus when the task of each click on the launcher is over. */
async function watchTaps(page: Page, { launcher }: ChatPage): Promise<() => Promise<(string | undefined)[]>> {
  await launcher.waitFor()
  await page.evaluate(() => {
    const root = document.querySelector('coze-chat')?.shadowRoot
    const taps: (string | undefined)[] = []
    Object.assign(window, { taps })
    root?.querySelector('.launcher')?.addEventListener('click', () => taps.push(root.activeElement?.localName))
  })
  return () => page.evaluate(() => (window as unknown as { taps: (string | undefined)[] }).taps)
}

test('always: on a phone the field has the focus in the task of the tap, and keeps it and its text when the chat comes', async ({
  browser,
  visitGuest,
}) => {
  const page = await (await browser.newContext(PHONE)).newPage()
  const release = await holdBack(page)
  const chat = await visitGuest({ head: VIEWPORT, tag: { preload: 'false', 'focus-on-open': 'always' } }, page)
  const taps = await watchTaps(page, chat)
  await chat.launcher.tap()
  await expect.poll(taps).toEqual(['textarea'])
  await chat.composer.evaluate((field) => Object.assign(field, { ofFirstFrame: true }))
  await page.keyboard.type('hel')
  release()
  await chat.widget.locator('[part=send-button]').waitFor({ state: 'attached' })
  await page.keyboard.type('lo')
  await expect(chat.composer).toBeFocused()
  await expect(chat.composer).toHaveValue('hello')
  expect(await chat.composer.evaluate((field) => 'ofFirstFrame' in field)).toBe(true)

  await chat.widget.getByRole('button', { name: 'Close chat' }).tap()
  await chat.launcher.tap()
  await expect.poll(taps).toEqual(['textarea', 'textarea'])
  // What goes on inside of an open chat calls up no keyboard.
  await chat.widget.getByRole('button', { name: 'Conversations' }).tap()
  await chat.widget.getByRole('button', { name: 'Back to chat' }).tap()
  await expect(chat.log).toBeFocused()
})

test('never: the focus goes into the chat and not into its field, before it has come and after, and when it is opened again', async ({
  page,
  visitGuest,
}) => {
  const release = await holdBack(page)
  const chat = await visitGuest({ tag: { preload: 'false', 'focus-on-open': 'never' } })
  const taps = await watchTaps(page, chat)
  const isInPanel = () =>
    chat.widget.evaluate(({ shadowRoot }) => shadowRoot?.activeElement?.matches('.panel :not(textarea)'))
  await chat.launcher.click()
  expect(await taps()).toEqual(['button'])
  expect(await isInPanel()).toBe(true)
  release()
  await expect(chat.log).toBeVisible()
  // A button that the chat draws anew hands its focus on with the next frame.
  await expect.poll(isInPanel).toBe(true)
  await expect(chat.composer).not.toBeFocused()
  await page.keyboard.press('Escape')
  await expect(chat.launcher).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(chat.log).toBeFocused()
})

test('whoever went on elsewhere on the page while the chat came keeps their caret there', async ({
  page,
  visitGuest,
}) => {
  const release = await holdBack(page)
  const chat = await visitGuest({ body: '<input id="search" aria-label="Search">', tag: { preload: 'false' } })
  await chat.launcher.click()
  await expect(chat.composer).toBeFocused()
  await page.locator('#search').click()
  release()
  await expect(chat.log).toBeVisible()
  await chat.widget.locator('[part=send-button]').waitFor({ state: 'attached' })
  await page.keyboard.type('shoes')
  await expect(page.locator('#search')).toHaveValue('shoes')
  await expect(page.locator('#search')).toBeFocused()
})
