/** The launcher's shape, where it is, and the bubbles that follow rules: in real Chromium. */
import type { Page } from '@playwright/test'
import type { ChatWidgetOptions } from '../../src/options/widget-options.ts'
import { violationsOn } from './axe.ts'
import { expect, test } from './guest-fixture.ts'
import { listen } from './listen.ts'
import { motionEnded } from './states.ts'

const QUIET = { preload: 'false' }

/** What only JavaScript can hold. */
const withTeasers = (teaser: ChatWidgetOptions['teaser']) => ({
  tag: QUIET,
  head: `<script>window.cozeChatOptions = ${JSON.stringify({ teaser })}</script>`,
  body: '<div style="height:4000px"></div>',
})

const watchTeasers = (page: Page) =>
  page.addInitScript(() => {
    const page = window as unknown as { told: string[] }
    page.told = []
    document.addEventListener('coze-chat:teaser', ({ detail }) => page.told.push(`${detail.action} ${detail.text}`))
  })
const told = (page: Page) => page.evaluate(() => (window as unknown as { told: string[] }).told)

const goTo = (page: Page, path: string) => page.evaluate((address) => history.pushState({}, '', address), path)

test.describe('shape', () => {
  test('words make it a pill with that name, of the size asked for; open, it is a round button', async ({
    page,
    visitGuest,
  }) => {
    const chat = await visitGuest({ tag: { ...QUIET, 'launcher-text': 'Ask us', 'launcher-size': '48' } })
    await expect(chat.launcher).toBeVisible()
    await expect(chat.launcher).toHaveAccessibleName('Ask us')
    const closed = await chat.launcher.boundingBox()
    expect(closed?.height).toBe(48)
    expect(closed?.width).toBeGreaterThan(100)
    await motionEnded(page)
    expect(await violationsOn(page, 'coze-chat')).toEqual([])
    await chat.launcher.click()
    await expect(chat.composer).toBeVisible()
    await motionEnded(page)
    const open = await chat.launcher.boundingBox()
    expect([open?.width, open?.height]).toEqual([48, 48])
    // The window stands as far above it as above the usual one.
    const frame = await chat.widget.locator('[part=panel].frame').boundingBox()
    expect((open?.y ?? 0) - ((frame?.y ?? 0) + (frame?.height ?? 0))).toBe(16)
  })

  test('long words are cut at the edge of a phone and read out whole; from right to left the bubble leads', async ({
    browser,
    visitGuest,
  }) => {
    const context = await browser.newContext({ viewport: { width: 320, height: 640 } })
    const page = await context.newPage()
    const words = 'اسألنا عن المقاسات والتوصيل والإرجاع وكل ما تريد معرفته عن متجرنا'
    const chat = await visitGuest({ tag: { ...QUIET, 'launcher-text': words, lang: 'ar' } }, page)
    await expect(chat.launcher).toHaveAccessibleName(words)
    const box = await chat.launcher.boundingBox()
    expect(box?.x).toBeGreaterThanOrEqual(19)
    expect((box?.x ?? 0) + (box?.width ?? 999)).toBeLessThanOrEqual(301)
    await context.close()
  })

  test('has a picture of its own, or none although the chat has one', async ({ visitGuest, site }) => {
    const picture = {
      answer: {
        status: 200,
        headers: { 'content-type': 'image/svg+xml' },
        body: '<svg xmlns="http://www.w3.org/2000/svg"/>',
      },
    }
    site.rules.always('GET /avatar.svg', picture)
    site.rules.always('GET /bubble.svg', picture)
    const own = await visitGuest({ tag: { ...QUIET, icon: '/avatar.svg', 'launcher-icon': '/bubble.svg' } })
    await expect(own.launcher.locator('img:visible')).toHaveAttribute('src', '/bubble.svg')
    const none = await visitGuest({ tag: { ...QUIET, icon: '/avatar.svg', 'launcher-icon': '' } })
    await expect(none.launcher).toBeVisible()
    await expect(none.launcher.locator('img:visible')).toHaveCount(0)
  })

  test('is there although the file of its shape does not come', async ({ site, visitGuest }) => {
    site.rules.always(/launcher-extras-.*\.js/, { answer: { status: 503, body: '' } })
    const chat = await visitGuest({ tag: { ...QUIET, 'launcher-text': 'Ask us' } })
    await expect(chat.launcher).toBeVisible()
    await chat.launcher.click()
    await expect(chat.composer).toBeVisible()
  })
})

test.describe('presence', () => {
  test('follows the addresses of a single-page app, and is never seen where it is not wanted', async ({
    page,
    visitGuest,
  }) => {
    const chat = await visitGuest({
      tag: { ...QUIET, 'hide-on': '/checkout* | /login', teaser: 'Hi', 'teaser-delay-seconds': '0' },
    })
    await expect(chat.launcher).toBeVisible()
    await expect(chat.widget.locator('[part=teaser]')).toBeVisible()
    await goTo(page, '/checkout/pay')
    await expect(chat.launcher).toBeHidden()
    await expect(chat.widget.locator('[part=teaser]')).toBeHidden()
    await page.goBack()
    await expect(chat.launcher).toBeVisible()
    await page.evaluate(() => history.replaceState({}, '', '/login'))
    await expect(chat.launcher).toBeHidden()
    // The page's own button opens it all the same.
    await page.evaluate(() => window.cozeChat?.open())
    await expect(chat.composer).toBeVisible()
  })

  test('where no event tells of another address it is noticed all the same', async ({ page, visitGuest }) => {
    await page.addInitScript(() => Object.defineProperty(window, 'navigation', { value: undefined }))
    const chat = await visitGuest({ tag: { ...QUIET, 'show-on': '/guest* | /help' } })
    await expect(chat.launcher).toBeVisible()
    await goTo(page, '/elsewhere')
    await expect(chat.launcher).toBeHidden()
    await goTo(page, '/help')
    await expect(chat.launcher).toBeVisible()
  })

  test('may leave out phones, also when a window becomes as small as one', async ({ page, visitGuest }) => {
    const chat = await visitGuest({ tag: { ...QUIET, 'hide-on': 'phone' } })
    await expect(chat.launcher).toBeVisible()
    await page.setViewportSize({ width: 400, height: 800 })
    await expect(chat.launcher).toBeHidden()
  })
})

test.describe('teasers', () => {
  test('come by address, one at a time, as often as they say, and the page hears of it', async ({
    page,
    visitGuest,
  }) => {
    const { printed, thrown } = listen(page)
    await watchTeasers(page)
    const chat = await visitGuest(
      withTeasers([
        { text: 'Which size?', showOn: ['/shoes/*'], delaySeconds: 0 },
        { text: { zh: '您好', en: 'Hello there' }, showOn: ['/guest*'], delaySeconds: 0, howOften: 'day' },
      ]),
    )
    const teaser = chat.widget.locator('[part=teaser]')
    await expect(teaser).toHaveText('Hello there')
    await goTo(page, '/shoes/red')
    await expect(teaser).toHaveText('Which size?')
    await chat.widget.getByRole('button', { name: 'Dismiss' }).click()
    await expect(teaser).toHaveCount(0)
    await goTo(page, '/shoes/blue')
    await goTo(page, '/guest-1')
    expect([printed, thrown]).toEqual([[], []])
    expect(await told(page)).toEqual(['shown Hello there', 'shown Which size?', 'dismissed Which size?'])
    await page.reload()
    await expect(chat.widget.getByRole('status')).toBeAttached()
    await expect(teaser).toHaveCount(0)
    expect(await told(page)).toEqual([])
  })

  test('wait for a scrolled page, or for a pointer that leaves it', async ({ page, visitGuest }) => {
    await watchTeasers(page)
    const chat = await visitGuest(
      withTeasers([
        { text: 'Half way', scrolledPercent: 50, delaySeconds: 0, howOften: 'always' },
        { text: 'Leaving?', exitIntent: true, delaySeconds: 0, howOften: 'always' },
      ]),
    )
    const teaser = chat.widget.locator('[part=teaser]')
    await expect(chat.widget.getByRole('status')).toBeAttached()
    await page.mouse.move(300, 300)
    await page.mouse.move(300, 200)
    await expect(teaser).toHaveCount(0)
    await page.evaluate(() => document.documentElement.dispatchEvent(new MouseEvent('mouseleave', { clientY: -3 })))
    await expect(teaser).toHaveText('Leaving?')
    await chat.widget.getByRole('button', { name: 'Dismiss' }).click()
    await goTo(page, '/next')
    await page.evaluate(() => scrollTo(0, 3000))
    await expect(teaser).toHaveText('Half way')
    await teaser.getByRole('button', { name: 'Half way' }).click()
    await expect(chat.composer).toBeFocused()
    expect(await told(page)).toEqual(['shown Leaving?', 'dismissed Leaving?', 'shown Half way', 'opened Half way'])
  })
})
