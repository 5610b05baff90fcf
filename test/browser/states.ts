/** The states in which the chat is photographed and searched by axe: on what screen, in what order, and how each is reached. */
import type { Browser, BrowserContextOptions, Page } from '@playwright/test'
import type { FaultProxy } from '../support/fault-proxy.ts'
import type { ChatPage } from './demo-fixture.ts'
import type { GuestPage } from './guest-page.ts'

/** Where a state is played. */
export interface Stage {
  readonly page: Page
  readonly chat: ChatPage
  /** Before the site and its token service. */
  readonly site: FaultProxy
  /** Before the simulated Coze. */
  readonly api: FaultProxy
}

/** One visitor on one owner's page: its states follow each other, which costs a page for many of them. */
export interface Scene {
  /** What the owner has set, when the page's origin is `origin`. */
  readonly owner?: (origin: string) => GuestPage
  /** Before the page is there. */
  readonly prepare?: (stage: Stage) => Promise<unknown>
  /** A state of the open chat begins with an opened one. */
  readonly opened?: boolean
  readonly states: Readonly<Record<string, (stage: Stage) => Promise<unknown>>>
}

type Colours = Parameters<Page['emulateMedia']>[0]

const COLOURS = {
  light: { colorScheme: 'light', forcedColors: 'none' },
  dark: { colorScheme: 'dark', forcedColors: 'none' },
  forced: { colorScheme: 'dark', forcedColors: 'active' },
} as const satisfies Record<string, Colours>

export interface Look {
  readonly context: BrowserContextOptions
  /** Of the page, as a BCP 47 tag. */
  readonly lang: string
  /** Drawn on the same page one after the other, since that is how they change in life. */
  readonly colours: readonly (keyof typeof COLOURS)[]
}

const DESKTOP = { viewport: { width: 1280, height: 860 } }
const touch = (width: number, height: number) => ({ viewport: { width, height }, hasTouch: true, isMobile: true })

export const looks: Readonly<Record<string, Look>> = {
  desktop: { context: DESKTOP, lang: 'en', colours: ['light', 'dark', 'forced'] },
  'desktop-zh': { context: DESKTOP, lang: 'zh-CN', colours: ['light'] },
  'desktop-ar': { context: DESKTOP, lang: 'ar', colours: ['light', 'dark'] },
  phone: { context: touch(360, 740), lang: 'en', colours: ['light', 'dark'] },
  'small-phone': { context: touch(320, 568), lang: 'en', colours: ['light', 'dark'] },
  'phone-zh': { context: touch(390, 844), lang: 'zh-CN', colours: ['dark'] },
  'landscape-phone': { context: touch(740, 360), lang: 'en', colours: ['light'] },
  /** A window of 1280 by 860 at 200 %. */
  zoomed: {
    context: { viewport: { width: 640, height: 430 }, deviceScaleFactor: 2 },
    lang: 'en',
    colours: ['light'],
  },
}

/**
 * A new visitor goes through a scene; the caller hears of each state when it is there and still, once for each of the look's colours.
 * @param visit to the owner's page, as `guest-fixture.ts` has it
 */
export async function play(
  {
    browser,
    visit,
    ...proxies
  }: Pick<Stage, 'site' | 'api'> & {
    browser: Browser
    visit(guest: GuestPage, page: Page): Promise<ChatPage>
  },
  look: Look,
  scene: Scene,
  onState: (name: string, colours: string, page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext(look.context)
  const page = await context.newPage()
  try {
    const guest = scene.owner?.(proxies.site.url) ?? {}
    const stage = { ...proxies, page } as Omit<Stage, 'chat'>
    await scene.prepare?.(stage as Stage)
    const head = `<meta name="viewport" content="width=device-width">${guest.head ?? ''}`
    const tag = { lang: look.lang, preload: 'false', ...guest.tag }
    const chat = await visit({ ...guest, head, tag }, page)
    if (scene.opened !== false) {
      await chat.launcher.click()
      await chat.widget.locator('.header .icon-button:not([inert])').first().waitFor({ state: 'attached' })
    }
    for (const [name, reach] of Object.entries(scene.states)) {
      await reach({ ...stage, chat })
      for (const colours of look.colours) {
        await page.emulateMedia(COLOURS[colours])
        await motionEnded(page)
        await onState(name, colours, page)
      }
      await page.emulateMedia(COLOURS[look.colours[0] ?? 'light'])
    }
  } finally {
    proxies.site.rules.clear()
    proxies.api.rules.clear()
    await context.close()
  }
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
