/** Coze's Chat SDK in our panel. The replica behaves as the original was seen to behave (docs/coze.md 2.10). */
import type { Locator, Page } from '@playwright/test'
import { type FaultProxy, status } from '../support/fault-proxy.ts'
import { callsTo, expect, test, watchTrouble } from './guest-fixture.ts'
import type { GuestPage } from './guest-page.ts'

test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } } })

const official = (api: FaultProxy, tag: Record<string, string> = {}): GuestPage => ({
  tag: { ui: 'official', 'sdk-url': `/simulator/chat-sdk-replica.js?api=${encodeURIComponent(api.url)}`, ...tag },
})

const sdk = (page: Page) => page.locator('.coze-replica')

/** Everything the page was told of, by name, the errors with their codes. */
async function collectEvents(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const heard: string[] = []
    Object.assign(window, { heard })
    for (const type of ['open', 'close', 'error']) {
      addEventListener(`coze-chat:${type}`, (event) => {
        const { code } = ((event as CustomEvent).detail ?? {}) as { code?: string }
        heard.push(code ? `${type} ${code}` : type)
      })
    }
  })
  return () => page.evaluate(() => (window as unknown as { heard: string[] }).heard)
}

/** Whether the whole of it is in sight, and a click in its middle or near its edges would reach it. */
function isWhole(what: Locator): Promise<boolean> {
  return what.evaluate((node) => {
    const { left, right, top, bottom } = node.getBoundingClientRect()
    if (left < 0 || top < 0 || right > innerWidth || bottom > innerHeight) return false
    return [left + 2, (left + right) / 2, right - 2].every((x) => {
      const hit = document.elementFromPoint(x, (top + bottom) / 2)
      return hit !== null && (node.contains(hit) || hit.contains(node))
    })
  })
}

for (const width of [360, 481, 768, 1280, 1920]) {
  for (const place of ['floating', 'inline'] as const) {
    test(`F113: at ${width} px, ${place}, nothing of the SDK's panel is cut off`, async ({ page, api, visitGuest }) => {
      await page.setViewportSize({ width, height: 800 })
      const guest = official(api)
      const chat = await visitGuest(
        place === 'floating'
          ? guest
          : {
              body: '<main id="place" style="height:600px;max-width:340px"></main>',
              tag: { ...guest.tag, target: '#place', inline: '' },
            },
      )
      if (place === 'floating') await chat.launcher.click()
      await sdk(page).waitFor()
      for (const part of [
        sdk(page).locator('.coze-replica-close'),
        sdk(page).locator('.coze-replica-composer .coze-replica-send'),
        sdk(page).locator('textarea'),
      ]) {
        await expect.poll(() => isWhole(part)).toBe(true)
      }
    })
  }
}

test('F113: a draft and a running answer survive closing, and reopening asks Coze for nothing', async ({
  page,
  api,
  visitGuest,
}) => {
  const chat = await visitGuest(official(api))
  const events = await collectEvents(page)
  await page.reload()
  await chat.launcher.click()
  const field = sdk(page).locator('textarea')
  await field.fill('/slow 3')
  await field.press('Enter')
  await field.fill('half a thou')
  await field.press('Escape')
  await expect(sdk(page)).toBeHidden()
  const answer = sdk(page).locator('[data-role=assistant]', { hasText: 'the line is slow' })
  await expect(answer).toHaveCount(0)
  // By the SDK's own button as well.
  await chat.launcher.click()
  const before = api.requests.length
  await sdk(page).locator('.coze-replica-close').click()
  await expect(sdk(page)).toBeHidden()
  // It comes while nobody looks.
  await expect(answer).toHaveCount(1, { timeout: 20_000 })
  await expect(answer).toBeHidden()
  await chat.launcher.click()
  await expect(field).toHaveValue('half a thou')
  await expect(field).toBeVisible()
  expect(api.requests.length).toBe(before)
  expect(callsTo(api, '/v3/chat')).toHaveLength(1)
  expect(callsTo(api, '/v3/chat/cancel')).toHaveLength(0)
  expect(await events()).toEqual(['open', 'close', 'open', 'close', 'open'])
})

for (const zIndex of ['2147483000', '2147483647']) {
  test(`F113: previews, toasts and tooltips of the SDK lie above the panel at z-index ${zIndex}, and Escape closes a preview alone`, async ({
    page,
    api,
    visitGuest,
  }) => {
    const chat = await visitGuest(official(api, { 'z-index': zIndex }))
    await chat.launcher.click()
    const field = sdk(page).locator('textarea')
    await field.fill('/image')
    await field.press('Enter')
    await sdk(page).locator('.coze-replica-image').first().click()
    const preview = page.locator('.coze-replica-preview')
    await expect(preview.locator('img')).toBeVisible()
    const isAbove = (what: Locator) =>
      what.evaluate((node) => {
        const panel = document.querySelector('.coze-replica')?.getBoundingClientRect() ?? new DOMRect()
        const own = node.getBoundingClientRect()
        const x = (Math.max(own.left, panel.left) + Math.min(own.right, panel.right)) / 2
        const hit = document.elementFromPoint(x, own.top + Math.min(own.height, 860) / 2)
        return node.contains(hit)
      })
    expect(await isAbove(preview)).toBe(true)
    await field.focus()
    await page.keyboard.press('Escape')
    await expect(preview).toHaveCount(0)
    await expect(field).toBeVisible()

    await page.setViewportSize({ width: 460, height: 700 })
    await sdk(page).locator('.coze-replica-fresh').hover()
    await expect.poll(() => isAbove(page.locator('.coze-replica-tip'))).toBe(true)
    await field.fill('/error 4013 late')
    await field.press('Enter')
    const toast = page.locator('.coze-replica-toasts > div')
    await toast.waitFor()
    expect(await isAbove(toast)).toBe(true)
    await field.press('Escape')
    await expect(sdk(page)).toBeHidden()
  })
}

test("F113: the page's own layers keep their place while the SDK's are lifted", async ({ page, api, visitGuest }) => {
  const chat = await visitGuest(official(api))
  await chat.launcher.click()
  await sdk(page).locator('.coze-replica-fresh').hover()
  await page.locator('.coze-replica-tip').waitFor()
  const level = await page.evaluate(() => {
    const banner = document.createElement('div')
    banner.style.cssText = 'position:fixed;z-index:7'
    document.body.append(banner)
    return getComputedStyle(banner).zIndex
  })
  expect(level).toBe('7')
})

test('F113: under a style-src of nonces alone the light chat comes in place of an unstyled SDK, and the owner reads why', async ({
  page,
  api,
  site,
  visitGuest,
}) => {
  const trouble = watchTrouble(page)
  const printed: string[] = []
  page.on('console', (message) => printed.push(message.text()))
  const chat = await visitGuest({
    ...official(api, { nonce: 'n1' }),
    head: `<meta http-equiv="content-security-policy" content="style-src 'nonce-n1'">`,
  })
  await chat.launcher.click()
  await chat.ask('Hello')
  await expect.poll(() => printed.join('\n')).toMatch(/blocked_by_csp[\s\S]*style-src/)
  expect(site.requests.filter(({ path }) => path.includes('chat-sdk-replica'))).toEqual([])
  expect(trouble).toEqual([])
})

for (const [what, path, answer, code] of [
  ['the agent cannot be read', /^GET \/v1\/bots\//, status(500), 'upstream_error'],
  ['no conversation can be made', 'POST /v1/conversation/create', status(503), 'upstream_error'],
  ['the messages cannot be listed', 'POST /v1/conversation/message/list', status(404), 'conversation_not_found'],
] as const) {
  for (const patient of [true, false]) {
    test(`F113: when ${what}, an error is told and the light chat takes over, without a reload (${patient ? 'the visitor waits' : "the visitor presses the SDK's own button"})`, async ({
      page,
      api,
      visitGuest,
    }) => {
      const trouble = watchTrouble(page)
      const events = await collectEvents(page)
      const chat = await visitGuest(official(api))
      const outage = api.rules.always(path, answer)
      await page.evaluate(() => Object.assign(window, { stillTheSamePage: true }))
      await chat.launcher.click()
      const retry = sdk(page).getByRole('button', { name: 'Reload' })
      await retry.waitFor()
      if (!patient) await retry.click()
      await expect(sdk(page)).toHaveCount(0)
      outage.remove()
      await chat.composer.waitFor()
      expect(await events()).toContain(`error ${code}`)
      expect(await page.evaluate(() => 'stillTheSamePage' in window)).toBe(true)
      await chat.ask('Hello')
      expect(trouble).toEqual([])
    })
  }
}

test('F113: where no other chat may take over, a start that failed ends in a problem with a retry of ours', async ({
  page,
  api,
  visitGuest,
}) => {
  const chat = await visitGuest(official(api, { 'official-fallback': 'false' }))
  const outage = api.rules.always(/^GET \/v1\/bots\//, status(500))
  await chat.launcher.click()
  const retry = chat.widget.getByRole('button', { name: 'Try again' })
  await retry.waitFor()
  outage.remove()
  await retry.click()
  await expect(sdk(page).locator('textarea')).toBeVisible()
})

test('F113, F13: after destroy the page is as it was: nodes, cookies, styles, methods and storage', async ({
  page,
  api,
  visitGuest,
}) => {
  // What is fetched ahead leaves by itself when it has come, and would be in the first inventory.
  const chat = await visitGuest(official(api, { preload: 'false' }))
  await page.context().addCookies([{ name: 'mine', value: '1', url: page.url() }])
  const inventory = () =>
    page.evaluate(() => ({
      body: [...document.body.children]
        .map(({ outerHTML }) => outerHTML)
        .filter((html) => !/^<coze-chat|^<script/.test(html)),
      head: document.head.innerHTML,
      cookies: document.cookie,
      storage: [...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter((key) => key.startsWith('coze__')),
      bodyMethods: Object.getOwnPropertyNames(document.body),
      fetch: String(window.fetch),
      alert: String(window.alert),
      xhr: String(XMLHttpRequest.prototype.send),
      marks: document.querySelectorAll('[data-coze-chat-sdk]').length,
    }))
  const before = await inventory()
  await chat.launcher.click()
  const field = sdk(page).locator('textarea')
  await field.pressSequentially('/error 4013 late')
  await field.press('Enter')
  await page.locator('.coze-replica-toasts > div').waitFor()
  await sdk(page).locator('.coze-replica-fresh').hover()
  await page.locator('.coze-replica-tip').waitFor()
  expect((await inventory()).cookies).toContain('i18next')
  expect((await inventory()).body.length).toBeGreaterThan(before.body.length)
  await page.evaluate(() => window.cozeChat?.destroy())
  expect(await inventory()).toEqual(before)
  await expect(page.locator('coze-chat')).toHaveCount(0)
})

test('F113: a cookie of that name which the page had before is there afterwards, with its own value', async ({
  page,
  api,
  visitGuest,
}) => {
  const chat = await visitGuest(official(api))
  await page.context().addCookies([{ name: 'i18next', value: 'fr', url: page.url() }])
  await chat.launcher.click()
  await sdk(page).locator('textarea').waitFor()
  await page.evaluate(() => window.cozeChat?.logout())
  await page.evaluate(() => window.cozeChat?.destroy())
  expect(await page.evaluate(() => document.cookie)).toContain('i18next=fr')
})

test("F115: send() asked for before Coze's chat has come waits for it and rejects with a reason", async ({
  page,
  api,
  visitGuest,
}) => {
  await visitGuest(official(api))
  const code = await page.evaluate(() =>
    window.cozeChat?.send('Hello').then(
      () => 'resolved',
      (error: { code?: string; message?: string }) => `${error.code}: ${error.message}`,
    ),
  )
  expect(code).toMatch(/^sdk_unusable: .*ui to "light"/)
})

for (const [said, host] of [
  ['https://api.coze.com', 'sf-cdn.coze.com'],
  ['https://api.coze.cn', 'lf-cdn.coze.cn'],
] as const) {
  test(`where the page names no region, the SDK is that of the Coze whose tokens the service hands out: ${said}`, async ({
    page,
    visitGuest,
  }) => {
    await page.route('**/api/coze/token', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, json: { ...(await response.json()), api_base: said } })
    })
    const asked = page.waitForRequest(/flow-platform\/chat-app-sdk/)
    await page.route(/flow-platform\/chat-app-sdk/, (route) => route.abort())
    const chat = await visitGuest({ tag: { ui: 'official', 'api-base': '' } })
    await chat.launcher.click()
    expect(new URL((await asked).url()).host).toBe(host)
  })
}
