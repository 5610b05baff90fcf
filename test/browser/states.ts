/** The states in which the chat is photographed and searched by axe: what it shows, on what screen. */
import type { Browser, BrowserContextOptions, Page } from '@playwright/test'
import type { RunningDemo } from '../../src/cli/demo/demo-server.ts'
import { type ChatPage, chatOn } from './demo-fixture.ts'

interface Look extends BrowserContextOptions {
  readonly lang: string
}

const DESKTOP = { width: 1280, height: 860 }
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

export const looks: Readonly<Record<string, Look>> = {
  desktop: { viewport: DESKTOP, colorScheme: 'light', lang: 'en' },
  dark: { viewport: DESKTOP, colorScheme: 'dark', lang: 'en' },
  phone: { ...PHONE, colorScheme: 'light', lang: 'en' },
  'small-phone': { ...PHONE, viewport: { width: 320, height: 568 }, colorScheme: 'light', lang: 'en' },
  'landscape-phone': { ...PHONE, viewport: { width: 740, height: 360 }, colorScheme: 'light', lang: 'en' },
  'forced-colours': { viewport: DESKTOP, forcedColors: 'active', lang: 'en' },
  'phone-dark-zh': { ...PHONE, colorScheme: 'dark', lang: 'zh-CN' },
  'desktop-zh': { viewport: DESKTOP, colorScheme: 'light', lang: 'zh-CN' },
  'desktop-ar': { viewport: DESKTOP, colorScheme: 'light', lang: 'ar' },
}

/** How each state is reached from the opened chat. */
export const states: Readonly<Record<string, (chat: ChatPage, page: Page) => Promise<void>>> = {
  greeting: async () => {},
  conversation: async (chat) => chat.ask('/markdown'),
  table: async (chat) => {
    await chat.ask('/table')
    await chat.ask('/code')
  },
  steps: async (chat) => {
    await chat.ask('/think')
    await chat.ask('/tool')
    for (const fold of await chat.log.locator('summary').all()) await fold.click()
  },
  failure: async (chat) => {
    await chat.composer.fill('/error 4013')
    await chat.composer.press('Enter')
    await chat.log.locator('.text-button').first().waitFor()
  },
  conversations: async (chat) => {
    await chat.ask('Hello')
    await chat.widget.locator('.header button').first().click()
    await chat.widget.getByRole('dialog').last().waitFor()
  },
  menu: async (chat) => {
    await chat.ask('Hello')
    await chat.widget.locator('.header button[aria-haspopup=menu]').click()
    await chat.widget.getByRole('menu').waitFor()
  },
  'delete?': async (chat) => {
    await chat.ask('Hello')
    await chat.widget.locator('.header button[aria-haspopup=menu]').click()
    await chat.widget.getByRole('menuitem').last().click()
    await chat.widget.getByRole('alertdialog').waitFor()
  },
  'new topic': async (chat) => {
    await chat.ask('Hello')
    await chat.widget.locator('.header button[aria-haspopup=menu]').click()
    await chat.widget.getByRole('menuitem').nth(-3).click()
    await chat.log.locator('.divider .text-button').waitFor()
  },
  'long answer': async (chat) => {
    await chat.ask('Hello')
    await chat.ask('/long 4000')
  },
  waiting: async (chat) => {
    await chat.ask('Hello')
    for (const question of ['/slow 20', 'And tomorrow?']) {
      await chat.composer.fill(question)
      await chat.composer.press('Enter')
    }
    await chat.log.locator('.user .footnote').waitFor()
  },
  formulas: async (chat) => chat.ask('/math'),
  pictures: async (chat) => {
    await chat.ask('/image')
    await chat.ask('/card')
  },
}

/** A new visitor's page in that state; close its context when done. */
export async function enterState(browser: Browser, demo: RunningDemo, look: Look, reach: string): Promise<Page> {
  const { lang, ...context } = look
  const page = await (await browser.newContext(context)).newPage()
  const chat = chatOn(page, demo)
  await chat.open(`/?lang=${lang}`)
  await states[reach]?.(chat, page)
  // What is loaded when it is drawn has come, and motion has ended.
  // An answer that is waited for is still on its way.
  if (reach !== 'waiting') await page.waitForLoadState('networkidle')
  await motionEnded(page)
  return page
}

/** Resolves when no animation or transition of the chat that has an end is running. */
export async function motionEnded(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const animations = document.querySelector('coze-chat')?.shadowRoot?.getAnimations() ?? []
    return animations.every(
      ({ playState, effect }) => playState !== 'running' || effect?.getTiming().iterations === Infinity,
    )
  })
}
