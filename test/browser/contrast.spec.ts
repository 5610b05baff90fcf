/** WCAG 1.4.3 and 1.4.11 with every accent an owner may choose, measured on what Chromium has drawn. */

import type { Page } from '@playwright/test'
import type { ChatWidgetOptions } from '../../src/options/widget-options.ts'
import { ACCENTS } from './accents.ts'
import { type Area, contrastsIn } from './drawn-contrast.ts'
import { expect, test } from './guest-fixture.ts'
import { motionEnded } from './states.ts'

test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } } })

const SCALE = 2

const [TEXT, GRAPHIC] = [4.5, 3]

/** What is to be seen at once. */
type Screen =
  | 'first screen'
  | 'long answer'
  | 'code'
  | 'short answer'
  | 'comment'
  | 'new topic'
  | 'conversations'
  | 'teaser'
  | 'form'

/**
 * What is read or seen: on which screen, its name, where it is, and the least contrast. Of text the words alone count, of anything else its
 * whole box. One of black and white has 4.5:1 on any accent, and the other hardly ever: what stands on the accent is held to that, icons too.
 */
const ROWS: readonly (readonly [screen: Screen, name: string, selector: string, least: number])[] = [
  ['first screen', 'name of the chat', '.titles h2', TEXT],
  ['first screen', 'line below it', '.titles p', TEXT],
  ['first screen', 'icons of the header', '.header .icon-button:not(:disabled) .icon', GRAPHIC],
  ['first screen', 'greeting', '.greeting p', TEXT],
  ['first screen', 'suggestion', '.fresh .chip span', TEXT],
  ['first screen', 'icon of a suggestion', '.fresh .chip .icon', GRAPHIC],
  ['first screen', 'words of the empty field', '.field textarea', TEXT],
  ['first screen', 'icons of the field', '.row .icon-button .icon', GRAPHIC],
  ['first screen', 'line below the field', '.disclaimer', TEXT],
  ['first screen', 'launcher', '.launcher', TEXT],
  ['long answer', 'question', '.bubble', TEXT],
  ['long answer', 'answer', '.assistant .md p', TEXT],
  ['long answer', 'link', '.assistant .md a', TEXT],
  ['long answer', 'quotation', '.md blockquote p', TEXT],
  ['long answer', 'code within a line', '.md p code', TEXT],
  ['code', 'what the code is written in', '.md-code-bar span', TEXT],
  ['code', 'keyword', '.md-k-keyword', TEXT],
  ['code', 'string', '.md-k-string', TEXT],
  ['code', 'comment', '.md-k-comment', TEXT],
  ['code', 'type', '.md-k-type', TEXT],
  ['code', 'name', '.md-k-name', TEXT],
  ['short answer', 'icons below an answer', '.actions.always .icon', GRAPHIC],
  ['short answer', 'pressed thumb', '.actions [aria-pressed=true] .icon', GRAPHIC],
  ['short answer', 'time of an answer', '.actions.always time', TEXT],
  ['short answer', 'suggestion after an answer', '.chips .chip', TEXT],
  ['short answer', 'send button', '.row .round .icon', TEXT],
  ['comment', 'reason', '.why .chip', TEXT],
  ['comment', 'words of the empty comment', '.why textarea', TEXT],
  ['conversations', 'words of the empty search', '.drawer .search', TEXT],
  ['conversations', 'title of a conversation', '.drawer .open span', TEXT],
  ['conversations', 'its day', '.drawer time', TEXT],
  ['form', 'letter in place of an icon', '.avatar', TEXT],
  ['form', 'label', '.before label', TEXT],
  ['form', 'link', '.before a', TEXT],
  ['form', 'complaint', '.before .fault', TEXT],
  ['form', 'button', '.before .main', TEXT],
  ['teaser', 'teaser', '.teaser button', TEXT],
  ['teaser', 'cross of the teaser', '.teaser .cross', GRAPHIC],
  ['new topic', 'line between messages', '.divider', TEXT],
  ['new topic', 'button in words', '.divider .text-button', TEXT],
]

const FIELDS = '.before :is(input:not([type=checkbox]), select, textarea)'

/**
 * What can have the focus, and where its ring crosses a line from its left edge outwards and inwards, in pixels: nothing else is drawn there,
 * so the contrast along that line is that of the ring.
 */
const RINGS: readonly (readonly [name: string, selector: string, outwards: number, inwards: number])[] = [
  ['button of the header', '.header .icon-button:not(:disabled)', 0, 5],
  ['send button', '.row .round', 6, 0],
  ['launcher', '.launcher', 8, 0],
  ['suggestion', '.chips .chip', 0, 6],
  ['thumb', '.actions.always .icon-button', 0, 5],
]

/** In the window's pixels; of text the boxes of its letters. */
const areasOf = (page: Page, selectors: readonly string[]): Promise<Area[]> =>
  page.evaluate(
    (selectors) =>
      selectors.map((selector) => {
        const found = document.querySelector('coze-chat')?.shadowRoot?.querySelector(selector)
        if (!found) throw new Error(`${selector} is not there`)
        const range = document.createRange()
        const text = [...found.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim())
        if (text) range.selectNode(text)
        const { x, y, width, height } = text ? range.getBoundingClientRect() : found.getBoundingClientRect()
        // Nothing of what lies outside a round corner.
        const inset = text || found.localName === 'svg' ? 0 : Math.min(width, height) / 4
        return { x: x + inset, y: y + inset, width: width - 2 * inset, height: height - 2 * inset }
      }),
    selectors,
  )

/** The smallest box with all of them in it, in whole pixels: a picture of the rest of the window would be made and read for nothing. */
function around(areas: readonly Area[]): Area {
  const x = Math.floor(Math.min(...areas.map((area) => area.x)))
  const y = Math.floor(Math.min(...areas.map((area) => area.y)))
  const right = Math.ceil(Math.max(...areas.map((area) => area.x + area.width)))
  const bottom = Math.ceil(Math.max(...areas.map((area) => area.y + area.height)))
  return { x, y, width: right - x, height: bottom - y }
}

async function setAccent(page: Page, accent: string): Promise<void> {
  await page.evaluate(async (accent) => {
    window.cozeChat?.setOptions({ accent })
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  }, accent)
  await motionEnded(page)
}

/** Collects what is too faint on a page. */
function judge(page: Page, meter: Page) {
  const tooFaint: object[] = []

  const note = (name: string, accent: string, contrast: number, least: number) => {
    if (contrast < least) tooFaint.push({ accent, name, contrast: contrast.toFixed(2), least })
  }

  const crossing = async (line: Area) => {
    const picture = await page.screenshot({ clip: line })
    const [contrast = 0] = await contrastsIn(meter, picture, [{ ...line, x: 0, y: 0 }], SCALE)
    return contrast
  }

  return {
    tooFaint,

    async measure(screen: Screen) {
      const rows = ROWS.filter(([where]) => where === screen)
      for (const accent of ACCENTS) {
        await setAccent(page, accent)
        const areas = await areasOf(
          page,
          rows.map(([, , selector]) => selector),
        )
        const clip = around(areas)
        const inClip = areas.map((area) => ({ ...area, x: area.x - clip.x, y: area.y - clip.y }))
        const drawn = await contrastsIn(meter, await page.screenshot({ clip }), inClip, SCALE)
        for (const [index, [, name, , least]] of rows.entries()) note(name, accent, drawn[index] ?? 0, least)
      }
    },

    async measureRings() {
      for (const accent of ACCENTS) {
        await setAccent(page, accent)
        for (const [name, selector, outwards, inwards] of RINGS) {
          const place = page.locator('coze-chat').locator(selector).first()
          await place.focus()
          const { x, y, height } = (await place.boundingBox()) ?? { x: 0, y: 0, height: 0 }
          const line = { x: x - outwards, y: y + height / 2, width: outwards + inwards, height: 1 }
          note(`ring of ${name}`, accent, await crossing(line), GRAPHIC)
        }
      }
    },

    /** Of what one writes in, while the focus is elsewhere. No accent is in it. */
    async measureEdges(...selectors: string[]) {
      await page.evaluate(() => (document.querySelector('coze-chat')?.shadowRoot?.activeElement as HTMLElement)?.blur())
      for (const selector of selectors) {
        for (const field of await page.locator('coze-chat').locator(selector).all()) {
          await field.scrollIntoViewIfNeeded()
          const { x, y, height } = (await field.boundingBox()) ?? { x: 0, y: 0, height: 0 }
          const line = { x: x - 3, y: y + height / 2, width: 6, height: 1 }
          note(`line around ${selector}`, '', await crossing(line), GRAPHIC)
        }
      }
    },
  }
}

for (const colorScheme of ['light', 'dark'] as const) {
  // The launcher stands on what the page is like.
  const head = `<style>html { background: ${colorScheme === 'dark' ? '#000' : '#fff'} }</style>`

  test.describe(colorScheme, () => {
    test.use({ deviceScaleFactor: SCALE, colorScheme, viewport: { width: 500, height: 900 } })

    test('F111: text has 4.5:1, icons, launcher, fields and the rings of the focus 3:1, with each of twelve accents', async ({
      page,
      context,
      visitGuest,
    }) => {
      // A hundred pictures.
      test.slow()
      const { tooFaint, measure, measureRings, measureEdges } = judge(page, await context.newPage())
      const chat = await visitGuest({
        tag: { preload: 'false', subtitle: 'We answer at once', disclaimer: 'Answers are made by AI.' },
        head,
      })
      await page.bringToFront()
      await chat.launcher.click()
      await chat.log.locator('.chip').first().waitFor()

      await measure('first screen')
      await measureEdges('.composer')
      await chat.ask('/markdown')
      await measure('long answer')
      await chat.ask('/code')
      await chat.log.locator('.md-k-keyword').first().waitFor()
      await measure('code')
      await chat.ask('Hello')
      await chat.log.getByRole('button', { name: 'Good answer' }).last().click()
      // What lies under the pointer has another colour.
      await page.mouse.move(0, 0)
      await chat.composer.fill('And now?')
      await measure('short answer')
      // Whoever has last used a key is shown where the focus is.
      await page.keyboard.press('Tab')
      await measureRings()
      await chat.log.getByRole('button', { name: 'Bad answer' }).last().click()
      await chat.widget.locator('.why textarea').waitFor()
      await measure('comment')
      await measureEdges('.why textarea')
      await chat.widget.getByRole('button', { name: 'More options' }).click()
      await chat.widget.getByRole('menuitem', { name: 'New topic in this conversation' }).click()
      await measure('new topic')
      for (let more = 5; more--; ) {
        await chat.widget.getByRole('button', { name: 'New conversation' }).click()
        await expect(chat.answers).toHaveCount(0)
        await chat.ask('Hello')
      }
      await chat.widget.getByRole('button', { name: 'Conversations' }).click()
      await chat.widget.locator('.drawer .search').waitFor()
      await measure('conversations')
      await measureEdges('.drawer .search')
      expect(tooFaint).toEqual([])
    })

    test('F111: the same before the chat, and of a teaser', async ({ page, context, visitGuest }) => {
      test.slow()
      const { tooFaint, measure, measureEdges } = judge(page, await context.newPage())
      const form: ChatWidgetOptions['form'] = [
        { name: 'name', label: 'Your name', required: true },
        { name: 'topic', label: 'Topic', type: 'select', choices: [{ value: 'order' }] },
        { name: 'note', label: 'Anything else', type: 'textarea' },
        { name: 'terms', label: 'I have read the [terms](/terms)', type: 'checkbox', required: true },
      ]
      const options: ChatWidgetOptions = { form, title: 'Harbour Coffee', teaser: 'Questions?', teaserDelaySeconds: 0 }
      const chat = await visitGuest({
        tag: { preload: 'false' },
        head: `${head}<script>window.cozeChatOptions = ${JSON.stringify(options)}</script>`,
      })
      await page.bringToFront()
      await chat.widget.locator('.teaser').waitFor()
      await measure('teaser')
      await chat.launcher.click()
      await chat.widget.locator('.before .main').waitFor()
      await measureEdges(FIELDS)
      await chat.widget.locator('.before .main').click()
      await chat.widget.locator('.before .fault').first().waitFor()
      await measure('form')
      await measureEdges(FIELDS)
      expect(tooFaint).toEqual([])
    })
  })
}
