/** Where the focus is, what is announced, and which layer a press closes. */
import type { Page } from '@playwright/test'
import { chatOn, expect, test } from './demo-fixture.ts'

test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } } })

/** Name or class of what has the focus in the chat; `undefined` where nothing of it has. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const active = document.querySelector('coze-chat')?.shadowRoot?.activeElement
    return active ? (active.getAttribute('aria-label') ?? active.className) : undefined
  })

/** Every text that appeared in a live region of the chat from now on, in order. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  // The first frame has none; they come with the chat.
  await page.locator('coze-chat').locator('[aria-live=polite]').first().waitFor({ state: 'attached' })
  await page.evaluate(() => {
    const root = document.querySelector('coze-chat')?.shadowRoot
    const heard: string[] = []
    Object.assign(window, { heard })
    for (const region of root?.querySelectorAll('[aria-live=polite]') ?? []) {
      let before = region.textContent ?? ''
      new MutationObserver(() => {
        const text = region.textContent ?? ''
        if (text && text !== before) heard.push(text)
        before = text
      }).observe(region, { subtree: true, childList: true, characterData: true })
    }
  })
  return () => page.evaluate(() => (window as unknown as { heard: string[] }).heard)
}

test('F109: the focus stays inside after Send, Answer again and Try again', async ({ page, chat }) => {
  await chat.open()
  await chat.composer.fill('Hello')
  await chat.widget.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(chat.answers).toHaveCount(1)
  await expect(chat.composer).toBeFocused()
  await chat.widget.getByRole('button', { name: 'Answer again' }).focus()
  await page.keyboard.press('Enter')
  await expect(chat.composer).toBeFocused()
  await expect(chat.log).toHaveAttribute('aria-busy', 'false')
  await chat.composer.fill('/error 5000')
  await chat.composer.press('Enter')
  const again = chat.widget.getByRole('button', { name: 'Try again' })
  await again.waitFor({ timeout: 20_000 })
  await again.focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => focused(page)).toBeDefined()
  await again.waitFor({ timeout: 20_000 })
  expect(await focused(page)).toBeDefined()
})

test('F109: under the list of conversations nothing can be tabbed to, and reopening the chat focuses the list', async ({
  page,
  chat,
}) => {
  await chat.open()
  await chat.ask('Hello')
  await chat.widget.getByRole('button', { name: 'Conversations' }).click()
  const drawer = chat.widget.locator('.drawer')
  await drawer.waitFor()
  const inDrawer = () =>
    page.evaluate(() => document.querySelector('coze-chat')?.shadowRoot?.activeElement?.closest('.drawer') != null)
  expect(await inDrawer()).toBe(true)
  for (let presses = 0; presses < 8; presses++) {
    await page.keyboard.press('Tab')
    const name = await focused(page)
    if (name !== undefined && name !== 'Chat') expect(await inDrawer()).toBe(true)
  }
  await page.evaluate(() => window.cozeChat?.close())
  await expect(drawer).toBeHidden()
  await page.evaluate(() => window.cozeChat?.open())
  await expect.poll(inDrawer).toBe(true)
  await page.keyboard.press('Escape')
  await expect(drawer).toHaveCount(0)
  await expect(chat.composer).toBeFocused()
})

test('F110: each happening is announced once, in words', async ({ page, context, chat }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await chat.open()
  const heard = await listen(page)
  await chat.ask('/markdown')
  await expect.poll(heard).toHaveLength(1)
  expect((await heard())[0]).not.toMatch(/\*\*|^#|\]\(/m)
  await chat.widget.getByRole('button', { name: 'Copy', exact: true }).last().click()
  await expect.poll(heard).toHaveLength(2)
  expect((await heard())[1]).toBe('Copied')
  await chat.composer.fill('/error 5000')
  await chat.composer.press('Enter')
  await expect.poll(heard, { timeout: 20_000 }).toHaveLength(3)
  expect((await heard())[2]).toMatch(/^[A-Z].*\.$/)
  await chat.composer.fill('/slow 20')
  await chat.composer.press('Enter')
  await chat.widget.getByRole('button', { name: 'Stop answering' }).click()
  await expect.poll(async () => (await heard()).at(-1), { timeout: 20_000 }).toContain('You stopped this answer')
  await chat.widget.getByRole('button', { name: 'More options' }).click()
  await chat.widget.getByRole('menuitem', { name: 'New topic in this conversation' }).click()
  await expect.poll(async () => (await heard()).at(-1)).toBe('New topic')
  expect((await heard()).filter((text) => text === 'New topic')).toHaveLength(1)
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })

  for (const how of ['Escape', 'Back'] as const) {
    test(`F108: ${how} closes one layer a press: list, editor, picture, then the chat`, async ({
      page,
      demo,
      chat,
    }) => {
      const body = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300"/>'
      await page.route('**/teal.svg', (route) => route.fulfill({ contentType: 'image/svg+xml', body }))
      await chat.open()
      await page.evaluate(() => window.cozeChat?.setOptions({ imageHosts: [location.host] }))
      await chat.ask(`echo ![A teal one](${demo.url}/teal.svg)`)
      const press = async () => {
        if (how === 'Escape') return page.keyboard.press('Escape')
        // What Chromium does with the gesture: it asks the newest watcher.
        await page.evaluate(() => {
          const { newest } = window as unknown as { newest: EventTarget[] }
          newest.pop()?.dispatchEvent(new Event('close'))
        })
      }
      const isOpen = () => page.evaluate(() => window.cozeChat?.state.open)
      await chat.widget.getByRole('button', { name: 'Conversations' }).click()
      const drawer = chat.widget.locator('.drawer')
      await drawer.waitFor()
      await drawer
        .getByRole('button', { name: /^Rename/ })
        .first()
        .click()
      await press()
      await expect(drawer.locator('form')).toHaveCount(0)
      await expect(drawer).toBeVisible()
      await press()
      await expect(drawer).toHaveCount(0)
      expect(await isOpen()).toBe(true)

      const edit = chat.widget.getByRole('button', { name: 'Edit', exact: true })
      await edit.click()
      const editor = chat.widget.locator('.editor')
      await editor.waitFor()
      await press()
      await expect(editor).toHaveCount(0)
      expect(await isOpen()).toBe(true)

      if (how === 'Escape') {
        await chat.log.getByRole('button', { name: 'Open image A teal one' }).click()
        const lightbox = chat.widget.locator('.lightbox')
        await lightbox.waitFor()
        await press()
        await expect(lightbox).toHaveCount(0)
        expect(await isOpen()).toBe(true)
      }
      await press()
      await expect.poll(isOpen).toBe(false)
    })
  }
  test.beforeEach(async ({ page }) => {
    await page.addInitScript(() => {
      const newest: EventTarget[] = []
      class Watcher extends EventTarget {
        constructor() {
          super()
          newest.push(this)
        }
        destroy() {
          const at = newest.indexOf(this)
          if (at >= 0) newest.splice(at, 1)
        }
      }
      Object.assign(window, { newest, CloseWatcher: Watcher })
    })
  })

  test('F104: where the page is laid out 750 px wide, the chat fills the screen in words of readable size', async ({
    page,
    demo,
  }) => {
    await page.route(`${demo.url}/`, async (route) => {
      const response = await route.fetch()
      const body = (await response.text()).replace(/width=device-width[^"]*/, 'width=750')
      await route.fulfill({ response, body })
    })
    const chat = chatOn(page, demo)
    await chat.open()
    expect(await page.evaluate(() => innerWidth)).toBe(750)
    await expect(chat.widget.getByRole('dialog')).toHaveAttribute('data-layout', 'fullscreen')
    const { width, height } = (await chat.widget.locator('.panel').boundingBox()) ?? { width: 0, height: 0 }
    expect({ width, covers: height > 1_500 }).toEqual({ width: 750, covers: true })
    const physical = await chat.composer.evaluate(
      (field) =>
        (Number.parseFloat(getComputedStyle(field).fontSize) * field.currentCSSZoom * screen.width) / innerWidth,
    )
    expect(physical).toBeGreaterThanOrEqual(14)
  })
})
