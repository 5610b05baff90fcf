/** The chat in each of its languages on the narrowest screen, and from right to left. */
import type { Locator, Page } from '@playwright/test'
import { OTHER_LANGUAGES } from '../../src/ui/strings/match-language.ts'
import { type ChatPage, expect, test } from './demo-fixture.ts'

const LANGUAGES = ['en', ...OTHER_LANGUAGES]
/** 1,280 pixels at 400 %, and the smallest phones. */
const NARROW = { width: 320, height: 640 }

const header = (chat: ChatPage) => chat.widget.locator('[part=header]')

/** Words of ours that are cut off by a box around them or stick out of the panel. What visitors and agents write may be shortened. */
function cutWords(chat: ChatPage): Promise<string[]> {
  return chat.widget.locator('.panel').evaluate((panel) => {
    const cut: string[] = []
    const texts = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) {
      const text = texts.currentNode
      const parent = text.parentElement
      if (!text.textContent?.trim() || !parent?.checkVisibility({ visibilityProperty: true })) continue
      if (parent.closest('[dir=auto], [part=markdown], .hidden, .file, .tray')) continue
      const range = document.createRange()
      range.selectNode(text)
      const { left, right } = range.getBoundingClientRect()
      for (let box: Element | null = parent; box; box = box === panel ? null : box.parentElement) {
        if (box !== panel && getComputedStyle(box).overflowX === 'visible') continue
        const edges = box.getBoundingClientRect()
        if (left < edges.left - 1 || right > edges.right + 1) cut.push(text.textContent)
      }
    }
    for (const field of panel.querySelectorAll('textarea')) {
      const style = getComputedStyle(field)
      const pen = new OffscreenCanvas(1, 1).getContext('2d')
      if (!pen) continue
      pen.font = style.font
      const room = field.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight)
      if (pen.measureText(field.placeholder).width > room) cut.push(field.placeholder)
    }
    for (const button of panel.querySelectorAll('button')) {
      const { width, height, left, right } = button.getBoundingClientRect()
      const edges = panel.getBoundingClientRect()
      if (width === 0 || button.closest('.actions, .tray')) continue
      if (width < 24 || height < 24) cut.push(`${button.ariaLabel ?? button.textContent} is ${width} x ${height}`)
      if (left < edges.left || right > edges.right) cut.push(`button ${button.ariaLabel ?? button.textContent}`)
    }
    return cut
  })
}

const picture = (page: Page, name: string) =>
  process.env['LANGUAGE_PICTURES'] && page.screenshot({ path: `${process.env['LANGUAGE_PICTURES']}/${name}.png` })

for (const lang of LANGUAGES) {
  test(`${lang}: nothing of ours is cut at 320 pixels, whatever happens`, async ({ page, chat, context }) => {
    await page.setViewportSize(NARROW)
    await chat.open(`/?lang=${lang}`)
    const look = async (state: string) => {
      await page.evaluate(() => document.fonts.ready)
      expect(await cutWords(chat), state).toEqual([])
      await picture(page, `${lang}-${state}`)
    }
    await expect(header(chat)).toBeVisible()
    await look('greeting')

    await chat.ask('/think')
    await chat.ask('/tool')
    for (const fold of await chat.log.locator('summary').all()) await fold.click()
    await look('steps')

    for (const [index, code] of [4013, 4006, 4010].entries()) {
      await chat.composer.fill(`/error ${code}`)
      await chat.composer.press('Enter')
      await expect(chat.log.locator('[part=problem]')).toHaveCount(index + 1)
    }
    await look('failures')

    await chat.widget.locator('input[type=file]').setInputFiles(
      Array.from({ length: 12 }, (_, i) => ({
        name: `Quartalsbericht-${i}.txt`,
        mimeType: 'text/plain',
        buffer: Buffer.from('x'),
      })),
    )
    await expect(chat.widget.locator('.left-out')).toBeVisible()
    await context.setOffline(true)
    await expect(chat.widget.locator('.footer > .footnote')).toBeVisible()
    await look('files')
    await context.setOffline(false)

    await header(chat).locator('button:has(.flips)').click()
    const drawer = chat.widget.locator('[part=conversations]')
    const removing = drawer.locator('li').first().getByRole('button').last()
    await removing.waitFor()
    await look('conversations')
    await removing.click()
    await look('removing')
  })
}

test.describe('ar', () => {
  const middle = async (what: Locator) => {
    const box = await what.boundingBox()
    return box ? box.x + box.width / 2 : Number.NaN
  }

  test('runs from right to left: header, bubbles, answers and the folds in them', async ({ chat }) => {
    await chat.open('/?lang=ar')
    const panel = chat.widget.locator('.panel')
    await expect(panel).toHaveCSS('direction', 'rtl')
    await expect(panel).toHaveAttribute('lang', 'ar')
    const buttons = header(chat).getByRole('button')
    // The agent's picture takes the place of its initial.
    await header(chat).locator('img.avatar').waitFor()
    const avatar = await middle(header(chat).locator('.avatar'))
    expect(await middle(buttons.last())).toBeLessThan(await middle(buttons.first()))
    expect(await middle(buttons.first())).toBeLessThan(avatar)
    // The list's lines begin where reading begins.
    await expect(header(chat).locator('svg.flips')).toHaveCSS('scale', '-1 1')

    await chat.ask('/think')
    const fold = chat.log.locator('summary')
    const chevron = fold.locator('svg').last()
    expect(await middle(chevron)).toBeLessThan(await middle(fold.locator('span')))
    await expect(chevron).toHaveCSS('scale', '-1 1')
    await fold.click()
    // Mirrored it points to the left; a quarter turn against the clock points down.
    await expect(chevron).toHaveCSS('rotate', '-90deg')
    const bubble = await middle(chat.log.locator('[part=user-message]'))
    expect(bubble).toBeLessThan(await middle(chat.log))
  })

  test('what is written decides the direction of the composer; an empty one is Arabic', async ({ chat }) => {
    await chat.open('/?lang=ar')
    await expect(chat.composer).toHaveCSS('direction', 'rtl')
    await chat.composer.fill('Hello')
    await expect(chat.composer).toHaveCSS('direction', 'ltr')
    await chat.composer.fill('مرحبا')
    await expect(chat.composer).toHaveCSS('direction', 'rtl')
    await chat.composer.fill('')
    await expect(chat.composer).toHaveCSS('direction', 'rtl')
    const sendButton = await middle(chat.widget.locator('[part=send-button]'))
    expect(sendButton).toBeLessThan(await middle(chat.composer))
  })

  test('code stays from left to right', async ({ chat }) => {
    await chat.open('/?lang=ar')
    await chat.ask('/code')
    await expect(chat.log.locator('pre').first()).toHaveCSS('direction', 'ltr')
  })
})

test('the page chooses the language, and the widget follows when its option changes', async ({ page, chat }) => {
  await chat.open('/?lang=ja')
  await expect(chat.composer).toHaveAttribute('placeholder', 'メッセージを入力…')
  await page.evaluate(() => window.cozeChat?.setOptions({ lang: 'ar' }))
  await expect(chat.composer).toHaveAttribute('placeholder', 'اكتب رسالة…')
  await expect(chat.widget.locator('.panel')).toHaveAttribute('dir', 'rtl')
  await page.evaluate(() => window.cozeChat?.setOptions({ lang: 'de', strings: { send: 'Abschicken' } }))
  await expect(chat.widget.getByRole('button', { name: 'Abschicken' })).toBeVisible()
  await expect(chat.widget.locator('.panel')).toHaveAttribute('dir', 'ltr')
})
