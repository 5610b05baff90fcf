/** What is fetched before anybody has reached for the launcher, and what is not. */
import type { Page } from '@playwright/test'
import { callsTo, expect, TOKEN_PATH, test } from './guest-fixture.ts'
import { holdBack } from './hold-back.ts'
import { withoutHash } from './wire-bytes.ts'

/** Files of ours that this page asks for from now on, by name and in their order. */
function watchFiles(page: Page): string[] {
  const files: string[] = []
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (pathname.startsWith('/dist/')) files.push(withoutHash(pathname))
  })
  return files
}

/** The page has loaded and had nothing to do for a while: whatever is fetched ahead has been asked for. */
const idle = (page: Page) =>
  page.evaluate(async () => {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => requestIdleCallback(resolve))
    await new Promise((resolve) => setTimeout(resolve))
  })

const connection = (values: object) => (page: Page) =>
  page.addInitScript((given) => {
    Object.defineProperty(navigator, 'connection', { value: given })
  }, values)

test('the chat and the words of the page’s language come while the page is idle, run nothing, and are asked for once', async ({
  page,
  site,
  api,
  visitGuest,
}) => {
  const files = watchFiles(page)
  const chat = await visitGuest({ tag: { lang: 'de' } })
  await expect.poll(() => [...files].sort()).toEqual(['chat.js', 'de.js', 'embed.js'])
  await page.waitForLoadState('networkidle')
  expect(
    [site, api].flatMap((proxy) => [
      ...callsTo(proxy, TOKEN_PATH),
      ...proxy.requests.filter(({ path }) => /^\/v\d/.test(path)),
    ]),
  ).toEqual([])
  expect(await page.locator('head link[crossorigin]').count()).toBe(0)
  expect(await page.evaluate(() => window.cozeChat?.state.status)).toBe('idle')
  await chat.launcher.click()
  await chat.widget.getByRole('button', { name: 'Senden' }).waitFor()
  // What came ahead is in the browser's cache, so the server sees each file once.
  expect(site.requests.flatMap(({ path }) => /(chat|de)-[^/]+\.js$/.exec(path)?.[1] ?? []).sort()).toEqual([
    'chat',
    'de',
  ])
})

test('the first intent opens the connection to Coze, and the token is asked for before the chat is drawn', async ({
  page,
  api,
  visitGuest,
}) => {
  await page.addInitScript(() => {
    const seen: string[] = []
    Object.assign(window, { seen })
    const { fetch } = window
    window.fetch = (...given) => {
      const isDrawn = document.querySelector('coze-chat')?.shadowRoot?.querySelector('[part=send-button]') !== null
      if (String(given[0]).includes('/api/coze/token')) seen.push(isDrawn ? 'token after drawing' : 'token')
      return fetch(...given)
    }
    new MutationObserver((records) => {
      for (const node of records.flatMap(({ addedNodes }) => [...addedNodes])) {
        if (node instanceof HTMLLinkElement && node.rel === 'preconnect') seen.push(`preconnect ${node.href}`)
      }
    }).observe(document, { childList: true, subtree: true })
  })
  // A page whose timers stand still draws nothing for having waited long enough.
  await page.clock.install()
  const chat = await visitGuest()
  await chat.launcher.waitFor()
  await page.clock.pauseAt(Date.now() + 60_000)
  await chat.launcher.dispatchEvent('click')
  await chat.widget.locator('[part=send-button]').waitFor()
  const { origin } = new URL(api.url)
  expect(await page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual([
    `preconnect ${origin}/`,
    'token',
  ])
})

test('a file that could not be fetched ahead is fetched when it is wanted', async ({ page, visitGuest }) => {
  await page.route('**/dist/chat-*.js', (route) => route.abort())
  const failed = page.waitForEvent('requestfailed')
  const chat = await visitGuest()
  await failed
  await idle(page)
  await page.unroute('**/dist/chat-*.js')
  await chat.launcher.click()
  await chat.ask('Hello')
})

for (const [why, prepare, tag] of [
  ['the owner does not want it', undefined, { preload: 'false' }],
  ['the visitor saves data', connection({ saveData: true, effectiveType: '4g' }), {}],
  ['the network is slow', connection({ saveData: false, effectiveType: '3g' }), {}],
] as const) {
  test(`nothing but embed.js is fetched before the first intent where ${why}`, async ({ page, visitGuest }) => {
    await prepare?.(page)
    const files = watchFiles(page)
    const chat = await visitGuest({ tag: { lang: 'ja', ...tag } })
    await chat.launcher.waitFor()
    await idle(page)
    await page.waitForLoadState('networkidle')
    expect(files).toEqual(['embed.js'])
    // The words come beside the chat, never after it.
    const asked = page.waitForRequest(/\/ja-/)
    const release = await holdBack(page)
    await chat.launcher.hover()
    await asked
    release()
    await chat.launcher.click()
    await chat.widget.locator('[part=send-button]').waitFor()
    expect(files.filter((file) => file === 'ja.js')).toHaveLength(1)
  })
}

test('a page that nobody looks at fetches nothing until somebody does', async ({ page, visitGuest }) => {
  await page.addInitScript(() => {
    let hidden = true
    Object.defineProperty(document, 'hidden', { get: () => hidden })
    Object.assign(window, {
      look() {
        hidden = false
        document.dispatchEvent(new Event('visibilitychange'))
      },
    })
  })
  const files = watchFiles(page)
  const chat = await visitGuest()
  await chat.launcher.waitFor()
  await idle(page)
  expect(files).toEqual(['embed.js'])
  await page.evaluate(() => (window as unknown as { look(): void }).look())
  await expect.poll(() => files).toEqual(['embed.js', 'chat.js'])
})
