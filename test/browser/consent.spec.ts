/** What the owner wants agreed to comes before anything is sent, and a visitor can take it back and have everything deleted. */
import type { Page } from '@playwright/test'
import { type FaultProxy, hang } from '../support/fault-proxy.ts'
import { violationsOn } from './axe.ts'
import { everythingOn } from './everything-on.ts'
import { callsTo, expect, TOKEN_PATH, test, watchTrouble } from './guest-fixture.ts'
import { motionEnded } from './states.ts'

test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } } })

const TEXT = 'By chatting you agree to our [privacy policy](/privacy).'
const CONSENT = { consent: TEXT }
const AGREE = 'Agree and continue'

/** Everything that went to the token service, and to Coze. Files of the page and of the chat are neither. */
const asked = (site: FaultProxy, api: FaultProxy) => [
  ...site.requests.filter(({ path }) => path.startsWith('/api/')),
  ...api.requests,
]

/** What was begun has been asked: the page is idle, and has had an answer to something asked after it. */
const settled = (page: Page) =>
  page.evaluate(async () => {
    for (let round = 0; round < 3; round++) {
      await new Promise((resolve) => requestIdleCallback(resolve))
      await fetch('/shop/me')
    }
  })

const consentEvents = (page: Page) => page.evaluate(() => (window as { given?: boolean[] }).given ?? [])

const watchConsent = (page: Page) =>
  page.addInitScript(() => {
    document.addEventListener('coze-chat:consent', ({ detail }) => {
      const page = window as { given?: boolean[] }
      page.given = [...(page.given ?? []), detail.given]
    })
  })

test('before a visitor agrees nothing is asked of the service or of Coze, whatever they and the page do; then what they wrote goes out', async ({
  page,
  site,
  api,
  visitGuest,
}) => {
  const trouble = watchTrouble(page)
  await watchConsent(page)
  const chat = await visitGuest({ tag: CONSENT })
  await chat.launcher.hover()
  await chat.launcher.click()
  const question = chat.widget.getByRole('heading', { name: 'Before we start' })
  await expect(question).toBeFocused()
  await expect(chat.widget.getByText('By chatting you agree')).toBeVisible()
  await expect(chat.widget.getByRole('link', { name: 'privacy policy' })).toHaveAttribute('href', /\/privacy$/)
  // The page speaks for the visitor, and the tab is hidden and shown.
  await page.evaluate(() => {
    void window.cozeChat?.send('echo from-the-page')
    document.dispatchEvent(new Event('visibilitychange'))
    window.dispatchEvent(new Event('online'))
  })
  await page.keyboard.press('Escape')
  await expect(question).toBeHidden()
  await chat.launcher.click()
  await expect(question).toBeFocused()
  await settled(page)
  expect(asked(site, api)).toEqual([])
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0])
  await chat.widget.getByRole('button', { name: AGREE }).click()
  await expect(chat.answers.last()).toContainText('from-the-page')
  await expect(chat.composer).toBeFocused()
  expect(await consentEvents(page)).toEqual([true])
  expect(asked(site, api).length).toBeGreaterThan(1)
  expect(trouble).toEqual([])
})

test('what was typed before the question came is kept, and sent only after it', async ({ site, api, visitGuest }) => {
  const held = site.rules.always(/before-chat-.*\.js/, hang('accept'))
  const chat = await visitGuest({ tag: CONSENT })
  await chat.launcher.click()
  await chat.composer.fill('echo early-bird')
  await chat.composer.press('Enter')
  await chat.composer.fill('half a thought')
  held.release()
  await expect(chat.widget.getByText('will be sent when you continue')).toBeVisible()
  expect(asked(site, api)).toEqual([])
  await chat.widget.getByRole('button', { name: AGREE }).click()
  await expect(chat.answers.last()).toContainText('early-bird')
  await expect(chat.composer).toHaveValue('half a thought')
})

test('it is remembered for the visitor: a reload does not ask, a new tab, another text and another visitor do', async ({
  page,
  context,
  site,
  api,
  visitGuest,
}) => {
  const chat = await visitGuest({ tag: CONSENT })
  await chat.launcher.click()
  await chat.widget.getByRole('button', { name: AGREE }).click()
  await chat.ask('Hello')
  await page.reload()
  await chat.launcher.click()
  await expect(chat.answers.first()).toBeVisible()
  await expect(chat.widget.getByRole('button', { name: AGREE })).toHaveCount(0)

  // The anonymous visitor of a tab ends with it.
  const tab = await context.newPage()
  const stranger = await visitGuest({ tag: CONSENT }, tab)
  await stranger.launcher.click()
  await expect(stranger.widget.getByRole('button', { name: AGREE })).toBeVisible()
  await tab.close()

  const before = asked(site, api).length
  const other = await visitGuest({ tag: { consent: `${TEXT} Since May also our terms.` } })
  await other.launcher.click()
  await expect(other.widget.getByRole('button', { name: AGREE })).toBeVisible()
  expect(asked(site, api)).toHaveLength(before)

  const again = await visitGuest({ tag: CONSENT })
  await again.launcher.click()
  await expect(again.answers.first()).toBeVisible()
  await settled(page)
  const known = [callsTo(site, TOKEN_PATH).length, api.requests.length]
  await page.evaluate(() => window.cozeChat?.logout())
  await expect(again.widget.getByRole('button', { name: AGREE })).toBeVisible()
  await settled(page)
  // The service is told that the old visitor has gone; nothing is asked for the new one.
  const told = callsTo(site, TOKEN_PATH).slice(known[0])
  expect(told.map(({ body }) => body.includes('"end":true'))).toEqual([true])
  expect(api.requests).toHaveLength(known[1] ?? -1)
  expect(await page.evaluate(everythingOn)).not.toContain('Hello')
})

test('a user who is signed in is asked once, not in each tab; whoever signs in after them is asked again', async ({
  page,
  context,
  site,
  api,
  visitGuest,
}) => {
  await page.request.post(`${site.url}/shop/login`, { data: { user: 'Ann' } })
  const chat = await visitGuest({ tag: CONSENT })
  await chat.launcher.click()
  await chat.widget.getByRole('button', { name: AGREE }).click()
  await chat.ask('My name is Canary-Ann')

  const tab = await context.newPage()
  const second = await visitGuest({ tag: CONSENT }, tab)
  await second.launcher.click()
  await expect(second.log).toContainText('Canary-Ann')
  await tab.close()

  await page.request.post(`${site.url}/shop/login`, { data: { user: 'Bo' } })
  const before = api.requests.length
  const bo = await visitGuest({ tag: CONSENT })
  await bo.launcher.click()
  await expect(bo.widget.getByRole('button', { name: AGREE })).toBeVisible()
  // Who is there was asked of the token service, once; nothing of Coze.
  expect(api.requests).toHaveLength(before)
  expect(await page.evaluate(everythingOn)).not.toContain('Canary-Ann')
})

test('where storage is blocked it asks at each visit, and chats after it', async ({ page, visitGuest }) => {
  await page.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage']) {
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException('denied', 'SecurityError')
        },
      })
    }
  })
  const chat = await visitGuest({ tag: CONSENT })
  for (let visit = 0; visit < 2; visit++) {
    await chat.launcher.click()
    await chat.widget.getByRole('button', { name: AGREE }).click()
    await chat.ask('Hello')
    await page.reload()
  }
})

test('taken back, by the handle or in the list of conversations, it stops the chat and is asked again', async ({
  page,
  site,
  api,
  visitGuest,
}) => {
  await watchConsent(page)
  const chat = await visitGuest({ tag: CONSENT })
  await chat.launcher.click()
  const agree = chat.widget.getByRole('button', { name: AGREE })
  await agree.click()
  await chat.ask('Hello')
  await page.evaluate(() => window.cozeChat?.withdrawConsent())
  await expect(agree).toBeVisible()
  const before = asked(site, api).length
  // Where the token would be renewed.
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await page.reload()
  await chat.launcher.click()
  await expect(agree).toBeVisible()
  expect(asked(site, api)).toHaveLength(before)
  await agree.click()
  await expect(chat.answers.first()).toBeVisible()
  await chat.widget.getByRole('button', { name: 'Conversations' }).click()
  await chat.widget.getByRole('button', { name: 'Withdraw my consent' }).click()
  await expect(agree).toBeVisible()
  expect((await consentEvents(page)).at(-1)).toBe(false)
})

test('set while a chat runs, it stops the chat and asks; taken away, the chat goes on', async ({
  page,
  site,
  api,
  visitGuest,
}) => {
  const chat = await visitGuest()
  await chat.launcher.click()
  await chat.ask('Hello')
  await page.evaluate((consent) => window.cozeChat?.setOptions({ consent }), TEXT)
  const agree = chat.widget.getByRole('button', { name: AGREE })
  await expect(agree).toBeVisible()
  const before = asked(site, api).length
  await page.evaluate(() => window.cozeChat?.setOptions({ title: 'Harbour' }))
  await expect(chat.widget.getByRole('heading', { name: 'Harbour' })).toBeVisible()
  await settled(page)
  expect(asked(site, api)).toHaveLength(before)
  await page.evaluate(() => window.cozeChat?.setOptions({ consent: '' }))
  await expect(chat.answers).toHaveCount(1)
  await chat.ask('Hello again')
})

test('the playground lets an owner try all of it, and writes what only JavaScript can hold into the snippet', async ({
  page,
  demo,
}) => {
  await page.goto(`${demo.url}/playground?lang=en`)
  const chat = page.locator('coze-chat')
  await page.getByLabel('consent').fill('May we?')
  await page.getByLabel('form (example)').check()
  await page.getByLabel('launcherText').fill('Ask us')
  await expect(chat.locator('[part=launcher]')).toHaveAccessibleName('Ask us')
  await chat.locator('[part=launcher]').click()
  await chat.getByRole('button', { name: AGREE }).click()
  await expect(chat.getByRole('combobox', { name: /What is it about/ })).toBeVisible()
  const snippet = page.locator('#snippet')
  await expect(snippet).toContainText('data-consent="May we?"')
  await expect(snippet).toContainText('<script>window.cozeChatOptions = { form: [{ name: ')
})

test('a file that does not come lets nobody past: it says so, and trying again helps', async ({
  page,
  site,
  api,
  visitGuest,
}) => {
  const lost = site.rules.always(/before-chat-.*\.js/, { answer: { status: 503, headers: {}, body: '' } })
  const chat = await visitGuest({ tag: CONSENT })
  await chat.launcher.click()
  const again = chat.widget.getByRole('button', { name: 'The chat did not load. Try again' })
  await expect(again).toBeVisible()
  expect(asked(site, api)).toEqual([])
  lost.remove()
  await again.click()
  await expect(chat.widget.getByRole('button', { name: AGREE })).toBeVisible()
  expect(asked(site, api)).toEqual([])
  expect(await page.evaluate(() => window.cozeChat?.state.status)).toBe('ready')
})

test("Coze's own chat waits for it, too", async ({ page, demo, site, api }) => {
  await page.route(`${demo.url}/official`, async (route) => {
    const response = await route.fetch()
    const html = (await response.text()).replaceAll('data-bot-id', `data-consent="${TEXT}" data-bot-id`)
    await route.fulfill({ response, body: html })
  })
  const calls: string[] = []
  page.on('request', (request) => calls.push(new URL(request.url()).pathname))
  await page.goto(`${demo.url}/official`)
  await page.locator('coze-chat [part=launcher]').click()
  const agree = page.locator('coze-chat').getByRole('button', { name: AGREE })
  await expect(agree).toBeVisible()
  expect(calls.filter((path) => path === TOKEN_PATH || path.includes('sdk'))).toEqual([])
  await agree.click()
  await expect.poll(() => calls.filter((path) => path === TOKEN_PATH).length).toBe(1)
  expect(asked(site, api)).toEqual([])
})

for (const [name, look] of Object.entries({
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'on a phone, from right to left': {
    viewport: { width: 320, height: 568 },
    hasTouch: true,
    isMobile: true,
    colorScheme: 'light',
  },
} as const)) {
  test(`axe finds nothing, ${name}, and nothing is cut`, async ({ browser, visitGuest }) => {
    const context = await browser.newContext(look)
    const page = await context.newPage()
    const lang = name.includes('right to left') ? 'ar' : 'en'
    const chat = await visitGuest({ tag: { ...CONSENT, lang } }, page)
    await chat.launcher.click()
    await expect(chat.widget.locator('[part=before] h3')).toBeVisible()
    await motionEnded(page)
    expect(await violationsOn(page, 'coze-chat')).toEqual([])
    const cut = await chat.widget
      .locator('[part=before]')
      .evaluate(
        (node) =>
          [...node.querySelectorAll('*')].filter(
            (child) => child.scrollWidth > child.clientWidth + 1 && child.clientWidth > 0,
          ).length,
      )
    expect(cut).toBe(0)
    await context.close()
  })
}
