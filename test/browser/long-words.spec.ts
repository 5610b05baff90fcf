/** Words of any length and of either direction, whoever they are from: at 320 pixels nothing has to be pushed to the side to be read. */
import type { ChatWidgetOptions } from '../../src/options/widget-options.ts'
import { cutOff, sideways } from './appearance.ts'
import { expect, test } from './guest-fixture.ts'
import { motionEnded } from './states.ts'

test.use({
  demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } },
  viewport: { width: 320, height: 568 },
  hasTouch: true,
  isMobile: true,
})

const WORD = 'Donaudampfschifffahrtsgesellschaftskapitänsmützenständerbeleuchtung'
const MAIL = 'the.person.who.is.on.duty.this.week.and.the.next@customer-service.department.example.com'
const ARABIC = 'أين طلبي الذي أرسلته يوم الثلاثاء الماضي ولم يصل حتى الآن؟'.repeat(3)
const MIXED = `${WORD} ${ARABIC} ${MAIL}`

const OPTIONS: ChatWidgetOptions = {
  title: `${WORD} ${ARABIC}`,
  subtitle: MIXED,
  greeting: `${MIXED} https://example.com/${WORD.repeat(3)}`,
  suggestions: [MIXED, ARABIC, WORD.repeat(3)],
  disclaimer: `[${MAIL}](/ai) ${WORD}`,
  handoff: `${WORD} | mailto:${MAIL}`,
  steps: 'full',
}

const FORM: ChatWidgetOptions['form'] = [
  { name: 'mail', label: MAIL, required: true },
  { name: 'topic', type: 'select', label: ARABIC, choices: [{ value: MIXED }], required: true },
  { name: 'terms', type: 'checkbox', label: `[${WORD}](/terms) ${MAIL}`, required: true },
]

for (const lang of ['en', 'ar']) {
  test(`F105: ${lang}: titles, suggestions, questions, lists and forms of endless words stay in a narrow panel`, async ({
    page,
    visitGuest,
  }) => {
    const head = (options: ChatWidgetOptions) =>
      `<meta name="viewport" content="width=device-width"><script>window.cozeChatOptions = ${JSON.stringify(options)}</script>`
    const look = async (state: string) => {
      await motionEnded(page)
      expect.soft({ cut: await cutOff(page), sideways: await sideways(page) }, state).toEqual({ cut: [], sideways: [] })
    }

    const chat = await visitGuest({ tag: { lang, preload: 'false' }, head: head({ ...OPTIONS, form: FORM }) })
    await chat.launcher.click()
    await chat.widget.locator('.before .main').click()
    await chat.widget.locator('.before .fault').first().waitFor()
    await look('form')

    await page.evaluate(() => window.cozeChat?.setOptions({ form: [] }))
    await chat.log.locator('.chip').first().waitFor()
    await look('first screen')

    await chat.ask(MIXED)
    await chat.ask(`${ARABIC} \`${WORD.repeat(2)}\` **${WORD.repeat(2)}**`)
    await look('answers')

    await chat.widget.locator('.user .icon-button').last().click()
    await chat.widget.locator('.editor textarea').waitFor()
    await look('question edited')
    await page.keyboard.press('Escape')

    await chat.composer.fill(MIXED)
    await look('draft')
    await chat.composer.fill(`/error 5000 ${MIXED}`)
    await chat.composer.press('Enter')
    await chat.log.locator('[part=problem]').waitFor()
    await look('failure')

    await chat.widget
      .locator('.header [aria-haspopup=menu] + :not(.handoff), .header .handoff + button')
      .first()
      .click()
    await chat.widget.locator('.drawer .open').first().waitFor()
    await look('list')
    const line = chat.widget.locator('.drawer li').first()
    await line.locator('.icon-button').first().click()
    await line.locator('input').waitFor()
    await look('renamed')
    await page.keyboard.press('Escape')
    await line.locator('.icon-button').last().click()
    await line.locator('.question').waitFor()
    await look('deleted?')
  })
}
