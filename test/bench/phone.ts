/**
 * What a visitor with a phone waits for, by a real touch, beside a bare page that does the same. Run by `npm run bench -- phone`.
 * A phone is a quarter of this machine's speed, 1.6 Mbit/s and 150 ms. The ways take turns, so that what else the machine does meets them all.
 */
import type { Browser, BrowserContext, CDPSession, Page } from '@playwright/test'
import { createReport, launchChromium, median, slowDown } from './chromium.ts'
import { type PhoneSite, startPhoneSite, type Way } from './phone-site.ts'

const RUNS = 7
const WAYS: readonly Way[] = ['gateway', 'straight', 'saving', 'bare']

/** Milliseconds from the moment in which the finger leaves the launcher. */
interface Waits {
  type: number
  greeting: number
  firstWord: number
}

const newPhone = (browser: Browser): Promise<BrowserContext> =>
  browser.newContext({ viewport: { width: 360, height: 700 }, hasTouch: true, isMobile: true })

/** In the page: writes down when what is waited for is there, frame by frame. `asks` types a question and sends it as soon as it can. */
function watchWaits(asks: boolean): void {
  const waits: Record<string, number> = {}
  Object.assign(window, { waits })
  addEventListener(
    'touchend',
    ({ timeStamp }) => {
      const reached = (what: string) => {
        waits[what] ??= performance.now() - timeStamp
      }
      const look = () => {
        const root = document.querySelector('coze-chat')?.shadowRoot
        const field = root?.querySelector('textarea')
        // A tap does not raise the keyboard: one can type from the moment in which the field can be tapped.
        if (field && field.getBoundingClientRect().width > 0 && waits['type'] === undefined) {
          reached('type')
          if (asks) {
            field.value = 'Hello'
            field.dispatchEvent(new InputEvent('input', { bubbles: true }))
            field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }))
          }
        }
        if (root?.querySelector('.greeting')) reached('greeting')
        if (root?.querySelector('[part=user-message]')) reached('messages')
        if (root?.querySelector('[part=assistant-message], .answer')?.textContent?.trim()) reached('firstWord')
        requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
    },
    { capture: true, once: true },
  )
}

async function tap(page: Page, session: CDPSession): Promise<void> {
  const box = await page.locator('coze-chat .launcher').boundingBox()
  const at = { x: (box?.x ?? 0) + 28, y: (box?.y ?? 0) + 28 }
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at] })
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
}

/** Resolves when the page has all of these waits behind it. */
async function readWaits<Name extends string>(page: Page, names: readonly Name[]): Promise<Record<Name, number>> {
  const found = await page.waitForFunction(
    (wanted) => {
      const { waits } = window as unknown as { waits: Record<string, number> }
      return wanted.every((name) => waits[name] !== undefined) && waits
    },
    names as readonly string[],
  )
  return (await found.jsonValue()) as Record<Name, number>
}

/** What comes ahead of a tap on this way has come. */
async function settle(page: Page, way: Way): Promise<void> {
  if (way === 'gateway' || way === 'straight') {
    await page.waitForFunction(() =>
      performance.getEntriesByType('resource').some(({ name }) => /\/chat-[\w-]+\.js$/.test(name)),
    )
  }
  await page.waitForTimeout(500)
}

async function firstVisit(browser: Browser, site: PhoneSite, way: Way): Promise<Waits> {
  const phone = await newPhone(browser)
  const page = await phone.newPage()
  const session = await slowDown(page)
  await page.goto(site.pageUrl(way))
  await page.locator('coze-chat .launcher').waitFor()
  await settle(page, way)
  await page.evaluate(watchWaits, true)
  await tap(page, session)
  const waits = await readWaits(page, ['type', 'greeting', 'firstWord'])
  await phone.close()
  return waits
}

interface Return {
  messages: number
  list: number
}

/** Comes back to the same tab, whose browser has kept the files and the last messages. */
async function secondVisit(browser: Browser, site: PhoneSite): Promise<Return> {
  const phone = await newPhone(browser)
  const page = await phone.newPage()
  const session = await slowDown(page)
  const visit = async () => {
    await page.goto(site.pageUrl('gateway'))
    await page.locator('coze-chat .launcher').waitFor()
    await settle(page, 'gateway')
  }
  await visit()
  await page.evaluate(watchWaits, true)
  await tap(page, session)
  await readWaits(page, ['firstWord'])
  const idle = page.locator('coze-chat [role=log][aria-busy=false]')
  await idle.waitFor()
  // Of a conversation so short nothing is kept.
  const field = page.locator('coze-chat textarea')
  await field.fill('Hello again')
  await field.press('Enter')
  await page.locator('coze-chat [part=assistant-message]').nth(1).waitFor()
  await idle.waitFor()
  // What is kept is written when the browser has time.
  await page.waitForTimeout(1_500)
  await visit()
  await page.evaluate(watchWaits, false)
  await page.evaluate(() => {
    new PerformanceObserver((entries) => {
      const list = entries.getEntries().find(({ name }) => name.includes('/message/list'))
      if (list) Object.assign(window, { listed: (list as PerformanceResourceTiming).responseEnd })
    }).observe({ type: 'resource' })
    addEventListener('touchend', ({ timeStamp }) => Object.assign(window, { tappedAt: timeStamp }), { capture: true })
  })
  await tap(page, session)
  const { messages } = await readWaits(page, ['messages'])
  const list = await page.waitForFunction(() => {
    const { listed, tappedAt } = window as unknown as { listed?: number; tappedAt: number }
    return listed !== undefined && listed - tappedAt
  })
  const listMs = (await list.jsonValue()) as number
  await phone.close()
  return { messages, list: listMs }
}

const site = await startPhoneSite()
const browser = await launchChromium()
const report = createReport('A tap on a phone')

const waits = new Map<Way, Waits[]>(WAYS.map((way) => [way, []]))
const returns: Return[] = []
for (let run = 0; run < RUNS; run++) {
  for (const way of WAYS) waits.get(way)?.push(await firstVisit(browser, site, way))
  returns.push(await secondVisit(browser, site))
}
const wait = (way: Way, what: keyof Waits) => median((waits.get(way) ?? []).map((each) => each[what]))

report.row('until one can type', wait('gateway', 'type'), 'ms', { max: 60 })
report.row('  with nothing fetched ahead', wait('saving', 'type'), 'ms', { max: 60 })
report.row('  a bare page', wait('bare', 'type'), 'ms')
report.row('until the greeting, through the gateway', wait('gateway', 'greeting'), 'ms', { max: 400 })
report.row('  straight to Coze', wait('straight', 'greeting'), 'ms', { max: 400 })
report.row('until the first word of the first answer, through the gateway', wait('gateway', 'firstWord'), 'ms', {
  max: 650,
})
report.row('  straight to Coze', wait('straight', 'firstWord'), 'ms', { max: 800 })
report.row('  with nothing fetched ahead', wait('saving', 'firstWord'), 'ms', { max: 900 })
report.row('  a bare page, through the gateway', wait('bare', 'firstWord'), 'ms')
report.row('coming back: until the last messages', median(returns.map(({ messages }) => messages)), 'ms', { max: 150 })
report.row('  until the confirmed list', median(returns.map(({ list }) => list)), 'ms', { max: 500 })
await browser.close()
await site.close()
report.end()
