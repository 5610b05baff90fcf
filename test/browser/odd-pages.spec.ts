/** Browsers with a wrong clock or no room, and a Chat SDK that is not what it should be. */
import type { Page } from '@playwright/test'
import { html, status } from '../support/fault-proxy.ts'
import { chatOn } from './demo-fixture.ts'
import { callsTo, expect, TOKEN_PATH, test, watchTrouble } from './guest-fixture.ts'
import { guestHtml, serveGuest } from './guest-page.ts'

/** Long enough for a timer to renew ahead, on a slow machine too. */
const TTL_SECONDS = 20
const DAY = 86_400_000

test.use({ demoOptions: { tokenTtlSeconds: TTL_SECONDS, knobs: { pieceDelayMs: 0 } } })

test('F6: a clock wrong by a minute, a day or ten years asks for as many tokens as a right one', async ({
  browser,
  demo,
  site,
  api,
}) => {
  test.setTimeout(120_000)
  const url = serveGuest(site, '/clock', guestHtml(api.url))
  const skews = [0, 60_000, -60_000, DAY, -DAY, 3_650 * DAY, -3_650 * DAY]
  const visits = await Promise.all(
    skews.map(async (skew) => {
      const page = await (await browser.newContext()).newPage()
      await page.addInitScript((ms) => {
        const Real = Date
        window.Date = class extends Real {
          constructor(...args: [] | [number]) {
            super(...((args.length === 0 ? [Real.now() + ms] : args) as [number]))
          }
          static override now = () => Real.now() + ms
        } as DateConstructor
      }, skew)
      await page.goto(url)
      const wrong = (await page.evaluate(() => Date.now())) - Date.now()
      expect(Math.abs(wrong - skew)).toBeLessThan(5_000)
      const chat = chatOn(page, demo)
      await chat.launcher.click()
      await chat.ask(`echo skew ${skew}`)
      return { page, chat }
    }),
  )
  const asked = () =>
    Promise.all(visits.map(({ page }) => page.evaluate(() => window.cozeChat?.state.token?.renewals ?? Number.NaN)))
  const before = await asked()
  const since = async () => (await asked()).map((count, index) => count - (before[index] ?? 0))
  let counts: number[] = []
  await expect
    .poll(
      async () => {
        counts = await since()
        return counts[0]
      },
      { timeout: 4 * TTL_SECONDS * 1000 },
    )
    .toBeGreaterThanOrEqual(2)
  for (const { page, chat } of visits) {
    await chat.ask('echo still there')
    await page.context().close()
  }
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
  expect(demo.simulator.simulator.requests.filter((request) => request.status === 401)).toEqual([])
})

test('F17: with storage full to the last byte the chat works; with room it keeps less than 4 KiB', async ({
  page,
  context,
  visitGuest,
}) => {
  const trouble = watchTrouble(page)
  await page.addInitScript(() => {
    if (self.origin === 'null') return
    for (const storage of [localStorage, sessionStorage]) {
      for (let size = 1 << 20; size >= 1; size >>= 1) {
        for (let i = 0; ; i++) {
          try {
            storage.setItem(`full-${size}-${i}`, 'x'.repeat(size))
          } catch {
            break
          }
        }
      }
    }
  })
  const full = await visitGuest()
  for (const area of ['localStorage', 'sessionStorage'] as const) {
    expect(
      await page.evaluate((name) => {
        try {
          window[name].setItem('one more', 'x')
          return 'room'
        } catch (error) {
          return (error as Error).name
        }
      }, area),
    ).toBe('QuotaExceededError')
  }
  await full.launcher.click()
  await full.ask('My name is Ann')
  await full.ask('What is my name?')
  await expect(full.answers.last()).toContainText('Ann')
  await page.evaluate(() => window.cozeChat?.newConversation())
  await page.evaluate(() => window.cozeChat?.logout())
  await full.ask('Hello')
  expect(trouble).toEqual([])

  const roomy = await context.newPage()
  const chat = await visitGuest({}, roomy)
  await roomy.evaluate(() => localStorage.clear())
  await chat.launcher.click()
  for (const question of ['One', 'Two', 'Three']) await chat.ask(question)
  const kept = await roomy.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]).length)
  expect(kept).toBeGreaterThan(20)
  expect(kept).toBeLessThanOrEqual(4_096)
})

async function openOfficial(page: Page, sdk: string | undefined, url: string): Promise<string[]> {
  const printed: string[] = []
  page.on('console', (message) => printed.push(message.text()))
  if (sdk !== undefined) {
    await page.route('**/chat-sdk-replica.js*', (route) => route.fulfill({ contentType: 'text/javascript', body: sdk }))
  }
  await page.goto(`${url}/official`)
  return printed
}

for (const [what, sdk] of [
  ['missing', ''],
  ['somebody else’s', 'window.CozeWebSDK = "taken"'],
  ['older, without the class', 'window.CozeWebSDK = { version: "0.1" }'],
  [
    'one whose class throws',
    'window.CozeWebSDK = { WebChatClient: class { constructor() { throw new TypeError("old") } } }',
  ],
  ['one that answers nothing of use', 'window.CozeWebSDK = { WebChatClient: function () { return {} } }'],
] as const) {
  test(`F50: where the SDK's global is ${what}, the owner reads sdk_unusable and the visitor chats all the same`, async ({
    page,
    demo,
  }) => {
    const trouble = watchTrouble(page)
    const printed = await openOfficial(page, sdk, demo.url)
    const chat = chatOn(page, demo)
    await chat.launcher.click()
    await chat.composer.waitFor({ timeout: 30_000 })
    await chat.ask('My name is Ann')
    await expect.poll(() => printed.join('\n')).toContain('sdk_unusable')
    expect(trouble).toEqual([])
  })
}

for (const [what, fault] of [
  ['fails', status(500)],
  ['answers with a page', html()],
] as const) {
  test(`F37: the SDK's token is refused while the token endpoint ${what}: no alert, and the chat goes on without a reload`, async ({
    page,
    demo,
    site,
  }) => {
    test.setTimeout(120_000)
    const trouble = watchTrouble(page)
    await openOfficial(page, undefined, site.url)
    const chat = chatOn(page, demo)
    await chat.launcher.click()
    await chat.composer.waitFor()
    await chat.composer.fill('echo before')
    await chat.composer.press('Enter')
    await expect(chat.widget).toContainText(/before”/)
    const outage = site.rules.always(`POST ${TOKEN_PATH}`, fault)
    demo.simulator.simulator.revoke()
    await chat.composer.fill('echo during')
    await chat.composer.press('Enter')
    await expect.poll(() => callsTo(site, TOKEN_PATH).filter(({ faulty }) => faulty).length).toBeGreaterThan(2)
    outage.remove()
    await expect(async () => {
      await chat.composer.fill('echo afterwards')
      await chat.composer.press('Enter')
      await expect(chat.widget).toContainText(/afterwards”/, { timeout: 5_000 })
    }).toPass({ timeout: 60_000 })
    expect(trouble).toEqual([])
  })
}
