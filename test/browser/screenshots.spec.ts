/** `npm run screenshots`: 24 states of the chat as pictures in `screenshots/`, to be looked at. Nothing is compared: a person judges. */
import { chatOn, expect, test } from './demo-fixture.ts'

const looks = {
  desktop: { viewport: { width: 1280, height: 860 }, colorScheme: 'light', lang: 'en' },
  dark: { viewport: { width: 1280, height: 860 }, colorScheme: 'dark', lang: 'en' },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: 'light', lang: 'en', hasTouch: true, isMobile: true },
  'phone-dark-zh': {
    viewport: { width: 390, height: 844 },
    colorScheme: 'dark',
    lang: 'zh-CN',
    hasTouch: true,
    isMobile: true,
  },
  'desktop-zh': { viewport: { width: 1280, height: 860 }, colorScheme: 'light', lang: 'zh-CN' },
  'desktop-ar': { viewport: { width: 1280, height: 860 }, colorScheme: 'light', lang: 'ar' },
} as const

const states = {
  greeting: [],
  conversation: ['/markdown'],
  table: ['/table', '/code'],
  failure: ['/error 4013'],
} as const

for (const [look, { lang, ...context }] of Object.entries(looks)) {
  for (const [state, questions] of Object.entries(states)) {
    test(`${look} ${state} @screenshots`, async ({ browser, demo }) => {
      const page = await (await browser.newContext(context)).newPage()
      const chat = chatOn(page, demo)
      await chat.open(`/?lang=${lang}`)
      for (const question of questions) {
        await chat.composer.fill(question)
        await chat.composer.press('Enter')
        await expect(chat.log).toHaveAttribute('aria-busy', 'false')
        await page.waitForTimeout(1_500)
      }
      await page.waitForTimeout(400)
      await page.screenshot({ path: `screenshots/${look}-${state}.png` })
      await page.context().close()
    })
  }
}
