/** The chat on a phone: its keyboard, a narrow screen, fingers. */
import type { CDPSession, Locator, Page } from '@playwright/test'
import { violationsOn } from './axe.ts'
import { expect, test } from './demo-fixture.ts'
import { holdBack } from './hold-back.ts'

test.use({
  demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } },
  viewport: { width: 390, height: 700 },
  hasTouch: true,
  isMobile: true,
})

interface Touch {
  readonly x: number
  readonly y: number
}

async function fingers(page: Page): Promise<(type: 'Start' | 'Move' | 'End', ...points: Touch[]) => Promise<unknown>> {
  const cdp: CDPSession = await page.context().newCDPSession(page)
  return (type, ...points) =>
    cdp.send('Input.dispatchTouchEvent', {
      type: `touch${type}`,
      touchPoints: points.map((point, id) => ({ ...point, id })),
    })
}

const centre = async (place: Locator): Promise<Touch> => {
  const { x, y, width, height } = (await place.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
  return { x: x + width / 2, y: y + height / 2 }
}

test('no step of a conversation calls up the keyboard: opening, a suggestion, a new conversation', async ({ chat }) => {
  await chat.open('/?lang=en')
  await expect(chat.composer).not.toBeFocused()
  await chat.log.getByRole('button', { name: 'When do you open?' }).tap()
  await expect(chat.answers).toHaveCount(1)
  await expect(chat.log).toHaveAttribute('aria-busy', 'false')
  await expect(chat.composer).not.toBeFocused()
  await chat.widget.getByRole('button', { name: 'New conversation' }).tap()
  await expect(chat.answers).toHaveCount(0)
  await expect(chat.composer).not.toBeFocused()
})

test('the header pulled down far enough closes the chat; a short pull lets go of it', async ({ page, chat }) => {
  await chat.open('/?lang=en')
  // What follows the finger has come.
  await chat.widget.getByRole('button', { name: 'Conversations' }).tap()
  await chat.widget.getByRole('button', { name: 'Back to chat' }).tap()
  const touch = await fingers(page)
  const frame = chat.widget.locator('.frame')
  const { x, y } = await centre(chat.widget.getByRole('heading'))
  const pull = async (distance: number) => {
    await touch('Start', { x, y })
    for (const part of [0.25, 0.5, 0.75, 1]) await touch('Move', { x, y: y + distance * part })
  }
  await pull(60)
  expect((await frame.boundingBox())?.y).toBeGreaterThan(20)
  await touch('Move', { x, y: y + 10 })
  await touch('End')
  await expect(chat.composer).toBeVisible()
  expect((await frame.boundingBox())?.y).toBe(0)
  await pull(160)
  await touch('End')
  await expect(chat.composer).toBeHidden()
  await expect(chat.launcher).toBeVisible()
})

test('beside a keyboard the header is low, and what was said last is still to be seen', async ({ page, chat }) => {
  await chat.open('/?lang=en')
  await chat.ask('Hello')
  const header = chat.widget.locator('[part=header]').first()
  const height = async () => (await header.boundingBox())?.height ?? 0
  expect(await height()).toBeGreaterThan(56)
  await page.setViewportSize({ width: 390, height: 360 })
  await expect.poll(height).toBeLessThan(50)
  await expect(chat.widget.getByRole('button', { name: 'Close chat' })).toBeVisible()
})

test('on its side the chat leaves room for a camera on either side', async ({ page, chat }) => {
  await page.setViewportSize({ width: 740, height: 360 })
  const cdp = await page.context().newCDPSession(page)
  await cdp.send(
    'Emulation.setSafeAreaInsetsOverride' as never,
    { insets: { left: 44, right: 30, bottom: 20 } } as never,
  )
  const letGo = await holdBack(page)
  await chat.open('/?lang=en')
  const between = async () => {
    const { x = 0, width = 0 } = (await chat.widget.locator('[part=header]').first().boundingBox()) ?? {}
    return [x, x + width]
  }
  expect(await between()).toEqual([44, 710])
  letGo()
  await expect(chat.log).toBeVisible()
  expect(await between()).toEqual([44, 710])
})

test.describe('320 px wide', () => {
  test.use({ viewport: { width: 320, height: 568 } })

  test('shortcuts and voice are behind the plus, by finger and by keyboard', async ({ page, chat }) => {
    await chat.open('/?lang=en')
    await expect(chat.widget.getByRole('button', { name: 'Speak your message' })).toBeHidden()
    await expect(chat.widget.getByRole('button', { name: 'Shortcuts' })).toBeHidden()
    expect((await chat.composer.boundingBox())?.width).toBeGreaterThan(150)
    const plus = chat.widget.getByRole('button', { name: 'Attach files' })
    await plus.tap()
    const menu = chat.widget.getByRole('menu', { name: 'Add to your message' })
    await expect(menu.getByRole('menuitem')).toHaveText(['Attach files', 'Shortcuts', 'Speak your message'])
    await expect(menu.getByRole('menuitem').first()).toBeFocused()
    expect(await violationsOn(page, 'coze-chat')).toEqual([])
    await page.keyboard.press('Escape')
    await expect(menu).toBeHidden()
    await expect(plus).toBeFocused()
    await page.keyboard.press('Enter')
    const choosing = page.waitForEvent('filechooser')
    await menu.getByRole('menuitem', { name: 'Attach files' }).tap()
    await choosing
    await plus.tap()
    await menu.getByRole('menuitem', { name: 'Shortcuts' }).tap()
    await expect(chat.widget.getByRole('listbox', { name: 'Shortcuts' })).toBeVisible()
  })

  test('what the header has no room for is in its menu', async ({ page, chat }) => {
    await chat.open('/?lang=en')
    await chat.ask('Hello')
    await expect(chat.widget.getByRole('button', { name: 'New conversation' })).toBeHidden()
    await chat.widget.getByRole('button', { name: 'More options' }).tap()
    expect(await violationsOn(page, 'coze-chat')).toEqual([])
    await chat.widget.getByRole('menuitem', { name: 'New conversation' }).tap()
    await expect(chat.answers).toHaveCount(0)
  })
})

test('a picture is made larger by two fingers and moved by one, and put away by a pull', async ({ page, chat }) => {
  await chat.open('/?lang=en')
  await chat.ask('/image')
  await chat.log.getByRole('button', { name: /^Show image/ }).tap()
  await chat.log.getByRole('button', { name: /^Open image/ }).tap()
  const picture = chat.widget.locator('dialog img')
  await expect(picture).toBeVisible()
  expect(await violationsOn(page, 'coze-chat')).toEqual([])
  const width = async () => (await picture.boundingBox())?.width ?? 0
  const before = await width()
  const touch = await fingers(page)
  const { x, y } = await centre(picture)
  await touch('Start', { x: x - 30, y }, { x: x + 30, y })
  await touch('Move', { x: x - 60, y }, { x: x + 60, y })
  await touch('End')
  expect(await width()).toBeGreaterThan(before * 1.8)
  const left = (await picture.boundingBox())?.x ?? 0
  await touch('Start', { x, y })
  await touch('Move', { x: x + 50, y })
  await touch('End')
  expect(((await picture.boundingBox())?.x ?? 0) - left).toBeGreaterThan(30)
  await touch('Start', { x: x - 80, y }, { x: x + 80, y })
  await touch('Move', { x: x - 20, y }, { x: x + 20, y })
  await touch('End')
  expect(await width()).toBe(before)
  await touch('Start', { x, y })
  await touch('Move', { x, y: y + 100 })
  await touch('End')
  await expect(chat.widget.locator('dialog')).toHaveCount(0)
})
