/** The launcher's teaser, its moving, its shortcut: by pointer, keyboard, touch and eye, in real Chromium. */
import type { Page } from '@playwright/test'
import { expect, test, watchTrouble } from './guest-fixture.ts'
import { motionEnded } from './states.ts'
import { withoutHash } from './wire-bytes.ts'

const TEASER = { teaser: 'Need a hand?', 'teaser-delay-seconds': '0', preload: 'false' }

const boxOf = (page: Page, part = 'launcher') =>
  page.evaluate((name) => {
    const box = document
      .querySelector('coze-chat')
      ?.shadowRoot?.querySelector(`[part=${name}]`)
      ?.getBoundingClientRect()
    return box && { left: box.left, right: innerWidth - box.right, top: box.top, bottom: innerHeight - box.bottom }
  }, part)

/** The extras have come. */
const movable = (page: Page) => expect(page.locator('coze-chat')).toHaveAttribute('data-movable', '')

async function dragLauncher(page: Page, to: { x: number; y: number }): Promise<void> {
  const box = await page.locator('coze-chat [part=launcher]').boundingBox()
  if (!box) throw new Error('no launcher')
  await page.mouse.move(box.x + 28, box.y + 28)
  await page.mouse.down()
  await page.mouse.move(to.x, to.y, { steps: 8 })
  await page.mouse.up()
  // Away, or the launcher is drawn as one that a pointer is over.
  await page.mouse.move(640, 430)
}

test.describe('teaser', () => {
  test('shows after its delay, is told to screen readers, costs one more file, and opens the chat', async ({
    page,
    visitGuest,
  }) => {
    const files: string[] = []
    page.on('request', (request) => files.push(new URL(request.url()).pathname))
    const chat = await visitGuest({ tag: TEASER })
    await expect(chat.widget.getByRole('status')).toContainText('Need a hand?')
    const ours = files.filter((path) => path.startsWith('/dist/')).map(withoutHash)
    expect(ours).toEqual(['embed.js', 'launcher-extras.js'])
    await chat.widget.getByRole('button', { name: 'Need a hand?' }).click()
    await expect(chat.composer).toBeFocused()
    await expect(chat.widget.locator('[part=teaser]')).toHaveCount(0)
    await page.reload()
    await expect(chat.widget.getByRole('status')).toBeAttached()
    await expect(chat.widget.locator('[part=teaser]')).toHaveCount(0)
  })

  test('is dismissed by its cross or Escape for as long as the tab lives; other words may come by an event of the page', async ({
    page,
    visitGuest,
  }) => {
    const chat = await visitGuest({ tag: TEASER })
    const teaser = chat.widget.locator('[part=teaser]')
    await chat.widget.getByRole('button', { name: 'Dismiss' }).click()
    await expect(teaser).toHaveCount(0)
    await page.reload()
    await expect(chat.widget.getByRole('status')).toBeAttached()
    await expect(teaser).toHaveCount(0)
    await page.evaluate(() => window.cozeChat?.setOptions({ teaser: 'Still there?' }))
    await expect(teaser).toContainText('Still there?')
    await chat.widget.getByRole('button', { name: 'Still there?' }).focus()
    await page.keyboard.press('Escape')
    await expect(teaser).toHaveCount(0)
    await expect(chat.launcher).toBeFocused()
    await expect(chat.launcher).toHaveAttribute('aria-expanded', 'false')
  })

  test('a page that opens the chat when it hears that a teaser was dismissed meets no error, and the teaser stays away', async ({
    page,
    visitGuest,
  }) => {
    const thrown: unknown[] = []
    page.on('pageerror', (error) => thrown.push(error))
    const chat = await visitGuest({ tag: TEASER })
    await page.evaluate(() =>
      window.cozeChat?.on('teaser', ({ action }) => action === 'dismissed' && window.cozeChat?.open()),
    )
    await chat.widget.getByRole('button', { name: 'Dismiss' }).click()
    await expect(chat.launcher).toHaveAttribute('aria-expanded', 'true')
    await expect(chat.widget.locator('[part=teaser]')).toHaveCount(0)
    expect(thrown).toEqual([])
  })

  test('fits a phone, right to left, and stands still for who wants no motion', async ({ browser, visitGuest }) => {
    const context = await browser.newContext({ viewport: { width: 320, height: 640 }, reducedMotion: 'reduce' })
    const page = await context.newPage()
    const words = 'مرحبًا، هل تحتاج إلى مساعدة في اختيار الخطة المناسبة؟'
    const chat = await visitGuest({ tag: { ...TEASER, teaser: words, lang: 'ar', position: 'bottom-left' } }, page)
    const teaser = chat.widget.locator('[part=teaser]')
    await expect(teaser).toBeVisible()
    expect(await teaser.evaluate((node) => [getComputedStyle(node).direction, node.getAnimations().length])).toEqual([
      'rtl',
      0,
    ])
    const box = await boxOf(page, 'teaser')
    expect(Math.min(box?.left ?? -1, box?.right ?? -1)).toBeGreaterThanOrEqual(19)
    await context.close()
  })
})

test.describe('a movable launcher', () => {
  test('is dragged to the nearest side without opening, stays there after a reload and inside a smaller window', async ({
    page,
    visitGuest,
  }) => {
    const chat = await visitGuest({ tag: { movable: '' } })
    await movable(page)
    await dragLauncher(page, { x: 300, y: 250 })
    await expect.poll(() => boxOf(page)).toMatchObject({ left: 20, top: 222 })
    await expect(chat.launcher).toHaveAttribute('aria-expanded', 'false')
    await page.reload()
    await expect.poll(() => boxOf(page)).toMatchObject({ left: 20, top: 222 })
    await page.setViewportSize({ width: 700, height: 400 })
    await expect.poll(() => boxOf(page)).toMatchObject({ left: 20, top: 8 })
    await chat.launcher.click()
    await expect(chat.composer).toBeVisible()
  })

  test('near a corner it goes into it, and a small shake is a click', async ({ page, visitGuest }) => {
    const chat = await visitGuest({ tag: { movable: '' } })
    await movable(page)
    await dragLauncher(page, { x: 1200, y: 70 })
    await expect.poll(() => boxOf(page)).toMatchObject({ right: 20, top: 20 })
    const box = await chat.launcher.boundingBox()
    await dragLauncher(page, { x: (box?.x ?? 0) + 30, y: (box?.y ?? 0) + 30 })
    await expect(chat.launcher).toHaveAttribute('aria-expanded', 'true')
  })

  test('wherever it stands the whole panel is in the window, and not under the launcher', async ({
    page,
    visitGuest,
  }) => {
    const chat = await visitGuest({ tag: { movable: '' } })
    await movable(page)
    for (const y of [90, 250, 430, 600]) {
      await dragLauncher(page, { x: 200, y })
      await chat.launcher.click()
      await expect(chat.composer).toBeVisible()
      // The panel's own transition has ended.
      await expect
        .poll(async () => Math.min(...Object.values((await boxOf(page, 'panel')) ?? { none: -1 })))
        .toBeGreaterThanOrEqual(8)
      await motionEnded(page)
      const [panel, button] = [await chat.widget.locator('.frame').boundingBox(), await chat.launcher.boundingBox()]
      if (!panel || !button) throw new Error('not drawn')
      expect(panel.height).toBeGreaterThan(350)
      expect(button.x + 56 <= panel.x || button.y >= panel.y + panel.height).toBe(true)
      await chat.launcher.click()
    }
  })

  test('moves by the arrow keys, and Home puts it back for good', async ({ page, visitGuest }) => {
    const chat = await visitGuest({ tag: { movable: '' } })
    await movable(page)
    await chat.launcher.focus()
    await expect(chat.launcher).toHaveAccessibleDescription(/Arrow keys/)
    for (const key of ['ArrowUp', 'ArrowUp', 'ArrowLeft']) await page.keyboard.press(key)
    await expect.poll(() => boxOf(page)).toMatchObject({ left: 20, bottom: 68 })
    await page.keyboard.press('Home')
    await expect.poll(() => boxOf(page)).toMatchObject({ right: 20, bottom: 20 })
    await page.reload()
    await movable(page)
    expect(await boxOf(page)).toMatchObject({ right: 20, bottom: 20 })
  })

  test('without dragging: a menu by right click or long press moves it, puts it back, and Escape closes it', async ({
    browser,
    visitGuest,
  }) => {
    const context = await browser.newContext({ hasTouch: true, viewport: { width: 390, height: 800 } })
    const page = await context.newPage()
    const chat = await visitGuest({ tag: { movable: '' } }, page)
    await movable(page)
    await chat.launcher.click({ button: 'right' })
    await chat.widget.getByRole('button', { name: 'To the other side' }).click()
    await expect.poll(() => boxOf(page)).toMatchObject({ left: 20, bottom: 20 })
    await chat.widget.getByRole('button', { name: 'Higher up' }).click()
    await expect.poll(() => boxOf(page)).toMatchObject({ left: 20, bottom: 220 })
    await chat.widget.getByRole('button', { name: 'Put back' }).click()
    await expect.poll(() => boxOf(page)).toMatchObject({ right: 20, bottom: 20 })
    await page.keyboard.press('Escape')
    await expect(chat.widget.locator('[part=launcher-menu]')).toHaveCount(0)
    await expect(chat.launcher).toBeFocused()

    const finger = await context.newCDPSession(page)
    await finger.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: 342, y: 752 }] })
    await expect(chat.widget.locator('[part=launcher-menu]')).toBeVisible()
    await finger.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
    await expect(chat.launcher).toHaveAttribute('aria-expanded', 'false')
    await context.close()
  })
})

test.describe('shortcut', () => {
  test('opens into the composer, closes from there, and the visitor is back where he was', async ({
    page,
    visitGuest,
  }) => {
    const chat = await visitGuest({ tag: { shortcut: 'Alt+Shift+C' }, body: '<button id="own">Own</button>' })
    await expect(chat.launcher).toHaveAttribute('aria-keyshortcuts', 'Alt+Shift+C')
    await page.locator('#own').focus()
    await page.keyboard.press('Alt+Shift+C')
    await expect(chat.composer).toBeFocused()
    await page.keyboard.press('Alt+Shift+C')
    await expect(chat.launcher).toHaveAttribute('aria-expanded', 'false')
    await expect(page.locator('#own')).toBeFocused()

    await page.keyboard.press('Alt+Shift+C')
    await expect(chat.composer).toBeFocused()
    await chat.launcher.press('Enter')
    await expect(chat.launcher).toHaveAttribute('aria-expanded', 'false')
    await expect(chat.launcher).toBeFocused()
  })

  test('a field of the page, or a page that uses the keys itself, keeps them', async ({ page, visitGuest }) => {
    const chat = await visitGuest({
      tag: { shortcut: 'Control+B' },
      body: '<input id="field"><div id="text" contenteditable>a</div>',
    })
    await expect(chat.launcher).toHaveAttribute('aria-keyshortcuts', 'Control+B')
    for (const field of ['#field', '#text']) {
      await page.locator(field).focus()
      await page.keyboard.press('Control+B')
      await expect(chat.launcher).toHaveAttribute('aria-expanded', 'false')
    }
    await page.mouse.click(5, 300)
    await page.evaluate(() => {
      let uses = 1
      document.addEventListener('keydown', (event) => {
        if (event.key === 'B' && uses-- > 0) event.preventDefault()
      })
    })
    await page.keyboard.press('Control+B')
    await expect(chat.launcher).toHaveAttribute('aria-expanded', 'false')
    await page.keyboard.press('Control+B')
    await expect(chat.launcher).toHaveAttribute('aria-expanded', 'true')
  })
})

test('F48: under a strict policy with Trusted Types teaser, menu and moving break no rule', async ({ page, demo }) => {
  const trouble = watchTrouble(page)
  await page.goto(`${demo.url}/csp`)
  await page.waitForFunction(() => window.cozeChat)
  await page.evaluate(() => window.cozeChat?.setOptions({ teaser: 'Hi', teaserDelaySeconds: 0, movable: true }))
  await expect(page.locator('coze-chat [part=teaser]')).toBeVisible()
  await movable(page)
  await dragLauncher(page, { x: 300, y: 250 })
  await expect.poll(() => boxOf(page)).toMatchObject({ left: 20, top: 222 })
  await page.locator('coze-chat [part=launcher]').click({ button: 'right' })
  await expect(page.locator('coze-chat [part=launcher-menu]')).toBeVisible()
  await expect(page.locator('#violations')).toHaveText('0')
  expect(trouble).toEqual([])
})

test('extras that do not come are said to the owner, and the chat works without them', async ({
  page,
  site,
  visitGuest,
}) => {
  site.rules.always('GET /dist/launcher-extras*', { answer: { status: 500 } })
  const said: string[] = []
  page.on('console', (message) => said.push(message.text()))
  const chat = await visitGuest({ tag: { ...TEASER, movable: '' } })
  await expect.poll(() => said.join()).toContain('launcher-extras-….js did not load')
  await chat.launcher.click()
  await chat.ask('Hello')
})
