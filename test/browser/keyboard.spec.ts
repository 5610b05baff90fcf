/** Each feature by keys alone: Tab leads there, and whatever a key does, one sees afterwards where the focus is. */
import type { Page } from '@playwright/test'
import { expect, test } from './guest-fixture.ts'

test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } } })

interface Place {
  readonly name: string
  /** What is wrong with where the focus is; empty when one sees it. */
  readonly wrong: string
}

const placeOfFocus = (page: Page): Promise<Place> =>
  page.evaluate(() => {
    const root = document.querySelector('coze-chat')?.shadowRoot
    const active = root?.activeElement
    if (!root || !(active instanceof HTMLElement)) return { name: '', wrong: 'the focus is lost' }
    const { x, y, width, height, top, bottom } = active.getBoundingClientRect()
    const inFront = root.elementFromPoint(x + width / 2, y + height / 2)
    const { outlineStyle, outlineWidth } = getComputedStyle(active)
    // The ring of a field is that of the box around it.
    const box = active.closest('.composer, .editor')
    const hasRing = box ? getComputedStyle(box).boxShadow !== 'none' : outlineStyle !== 'none' && outlineWidth !== '0px'
    const wrong = [
      !(inFront && (active.contains(inFront) || inFront.contains(active))) && 'it is covered',
      (top < -1 || bottom > innerHeight + 1) && 'it is outside of the window',
      !hasRing && 'it has no ring',
    ]
    return {
      name: active.getAttribute('aria-label') ?? active.textContent ?? '',
      wrong: wrong.filter(Boolean).join(', '),
    }
  })

function keysOn(page: Page) {
  const seen = async (after: string) =>
    expect.poll(async () => (await placeOfFocus(page)).wrong, { message: `where the focus is after ${after}` }).toBe('')

  return {
    async press(key: string) {
      const { name } = await placeOfFocus(page)
      await page.keyboard.press(key)
      await seen(`${key} on "${name}"`)
    },
    /** By Tab, or by Shift and Tab; between the last and the first the focus is the browser's own. */
    async goTo(name: RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab') {
      const passed: string[] = []
      for (let presses = 0; presses < 60; presses++) {
        await page.keyboard.press(key)
        const place = await placeOfFocus(page)
        if (name.test(place.name)) return seen(`${key} to "${place.name}"`)
        passed.push(place.name)
      }
      throw new Error(`${name} cannot be reached by ${key}; what can: ${passed.join(' | ')}`)
    },
  }
}

test('suggestions, what can be done with an answer, and what was wrong with it', async ({ page, visitGuest }) => {
  const chat = await visitGuest({ tag: { preload: 'false', suggestions: 'Hello | Hi' } })
  const { press, goTo } = keysOn(page)
  await goTo(/Chat/)
  await press('Enter')
  await chat.log.locator('.chip').first().waitFor()
  await goTo(/^Hello/, 'Shift+Tab')
  await press('Enter')
  await expect(chat.answers).toHaveCount(1)
  await expect(chat.composer).toBeFocused()
  await goTo(/^Copy$/, 'Shift+Tab')
  await press('Enter')
  await goTo(/^Read aloud/)
  await press('Enter')
  await press('Enter')
  await goTo(/^Bad answer/, 'Shift+Tab')
  await press('Enter')
  await chat.widget.locator('.why').waitFor()
  await goTo(/^Incorrect/)
  await press('Space')
  await goTo(/^Send/)
  await press('Enter')
  await expect(chat.log.getByText('Thank you for your feedback.')).toBeVisible()
  await goTo(/^Answer again/, 'Shift+Tab')
  await press('Enter')
  await expect(chat.composer).toBeFocused()
  await expect(chat.log).toHaveAttribute('aria-busy', 'false')
  await goTo(/^Edit$/, 'Shift+Tab')
  await press('Enter')
  await press('Escape')
  await press('Enter')
  await page.keyboard.type(' there')
  await press('Enter')
  await expect(chat.log.locator('[part=user-message]')).toHaveText([/Hello there/])
})

test('the header, its menu, a new topic and taking it back', async ({ page, visitGuest }) => {
  const chat = await visitGuest({ tag: { preload: 'false' } })
  const { press, goTo } = keysOn(page)
  await goTo(/Chat/)
  await press('Enter')
  await chat.ask('Hello')
  await goTo(/^Larger window/, 'Shift+Tab')
  await press('Enter')
  await press('Enter')
  await goTo(/^More options/)
  await press('Enter')
  for (const key of ['ArrowDown', 'End', 'Home', 'Escape', 'Enter']) await press(key)
  await chat.widget.getByRole('menuitem', { name: 'New topic in this conversation' }).focus()
  await press('Enter')
  await goTo(/^Undo/)
  await press('Enter')
  await expect(chat.log.getByText('New topic')).toHaveCount(0)
  await goTo(/^New conversation/, 'Shift+Tab')
  await press('Enter')
  await expect(chat.answers).toHaveCount(0)
  await press('Escape')
  await expect(chat.launcher).toBeFocused()
})

test('the list of conversations: rename, delete after a question that Escape takes back, open', async ({
  page,
  visitGuest,
}) => {
  const chat = await visitGuest({ tag: { preload: 'false' } })
  const { press, goTo } = keysOn(page)
  await goTo(/Chat/)
  await press('Enter')
  await chat.ask('Hello')
  await chat.widget.getByRole('button', { name: 'New conversation' }).click()
  await expect(chat.answers).toHaveCount(0)
  await chat.ask('When do you open?')
  await goTo(/^Conversations/, 'Shift+Tab')
  await press('Enter')
  const lines = chat.widget.locator('.drawer li')
  await expect(lines).toHaveCount(2)
  await goTo(/^Rename/)
  await press('Enter')
  await page.keyboard.type('My own')
  await press('Enter')
  await expect(lines.first()).toContainText('My own')
  await goTo(/^Delete: Hello/)
  await press('Enter')
  await expect(chat.widget.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await press('Escape')
  await expect(lines).toHaveCount(2)
  await goTo(/^Delete: Hello/)
  await press('Enter')
  await goTo(/^Delete$/)
  await press('Enter')
  await expect(lines).toHaveCount(1)
  await goTo(/^My own/, 'Shift+Tab')
  await press('Enter')
  await expect(chat.widget.locator('.drawer')).toHaveCount(0)
})

test('a file of a draft, and the way to the newest message', async ({ page, visitGuest }) => {
  const chat = await visitGuest({ tag: { preload: 'false' } })
  const { press, goTo } = keysOn(page)
  await goTo(/Chat/)
  await press('Enter')
  await chat.composer.waitFor()
  await chat.widget
    .locator('input[type=file]')
    .setInputFiles({ name: 'report.pdf', mimeType: 'application/pdf', buffer: Buffer.from('x') })
  await goTo(/^Remove/)
  await press('Enter')
  await expect(chat.widget.locator('.tray li')).toHaveCount(0)
  await chat.ask('/long 4000')
  const jump = chat.widget.getByRole('button', { name: 'Jump to newest message' })
  await expect(jump).toBeVisible()
  await goTo(/^Jump to newest/, 'Shift+Tab')
  await press('Enter')
  await expect(jump).toHaveCount(0)
  await press('PageUp')
})
