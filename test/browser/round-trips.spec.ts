/**
 * How many requests a visitor waits for one after the other, counted and not timed: a request comes in a row after another one if it
 * was sent after the other's response had come. Every response is held for a while, so that what could go together does.
 */
import { type Browser, type BrowserContext, expect, type Page, test } from '@playwright/test'
import { type SeenRequest, startWatchedSite, type WatchedSite } from './requests-in-a-row.ts'

const CHAT = 'POST /v3/chat'
const LIST = 'POST /v1/conversation/message/list'

/** The visitor taps the launcher and asks before anything has been loaded. Resolves with the first word on screen. */
async function askAtOnce(page: Page): Promise<void> {
  await page.locator('coze-chat button[part=launcher]').waitFor()
  await page.evaluate(() => {
    document.querySelector('coze-chat')?.shadowRoot?.querySelector<HTMLElement>('button[part=launcher]')?.click()
    window.cozeChat?.send('My name is Ann')
  })
  await expect(page.locator('coze-chat [part=assistant-message]').first()).toContainText(/\w/)
}

async function openPage(context: BrowserContext, site: WatchedSite): Promise<Page> {
  const page = await context.newPage()
  await page.goto(site.url)
  await page.locator('coze-chat button[part=launcher]').waitFor()
  // What the page itself needed is not waited for by whoever taps later.
  await expect.poll(() => site.seen.every(({ answeredAt }) => answeredAt !== undefined)).toBe(true)
  site.seen.length = 0
  return page
}

const rowOf = (seen: readonly SeenRequest[], name: string) => seen.find((request) => request.name === name)?.row ?? []

interface Way {
  /** The longest row before the first word of a new visitor, with and without the chat's file at hand. */
  readonly first: readonly string[]
  readonly firstWithFile: readonly string[]
  /** Before the confirmed list of a visitor who comes back, with the chat's file at hand. */
  readonly list: readonly string[]
  readonly again: readonly string[]
}

async function measure(browser: Browser, site: WatchedSite): Promise<Way> {
  // Somebody was here before, so that the service knows the agent's profile.
  const earlier = await browser.newContext()
  await askAtOnce(await openPage(earlier, site))
  await earlier.close()

  const context = await browser.newContext()
  const page = await openPage(context, site)
  await askAtOnce(page)
  const first = rowOf(site.seen, CHAT)
  // Another tab is another visitor, and has the files of this one.
  const second = await openPage(context, site)
  await askAtOnce(second)
  const firstWithFile = rowOf(site.seen, CHAT)
  await second.close()

  await expect(page.locator('coze-chat [role=log]')).toHaveAttribute('aria-busy', 'false')
  await page.goto('about:blank')
  site.seen.length = 0
  await page.goto(site.url)
  await page.locator('coze-chat button[part=launcher]').click()
  await expect(page.locator('coze-chat [role=log]')).toContainText('My name is Ann')
  const list = rowOf(site.seen, LIST)
  await page.locator('coze-chat textarea').fill('What is my name?')
  await page.locator('coze-chat textarea').press('Enter')
  await expect(page.locator('coze-chat [part=assistant-message]').last()).toContainText('Ann')
  const again = site.seen.map(({ name }) => name)
  await context.close()
  return { first, firstWithFile, list, again }
}

test('through the gateway a new visitor waits for three requests in a row until the first word, two with the chat’s file at hand; who comes back for two until the confirmed list', async ({
  browser,
}) => {
  const site = await startWatchedSite(true)
  try {
    const way = await measure(browser, site)
    expect(way).toEqual({
      first: ['chat.js', 'POST /token', CHAT],
      firstWithFile: ['POST /token', CHAT],
      list: ['POST /token', LIST],
      again: expect.any(Array),
    })
    expect([...way.again].sort()).toEqual(['POST /token', 'GET /v1/conversation/retrieve', LIST, CHAT].sort())
  } finally {
    await site.close()
  }
})

test('straight to Coze, on another origin, each adds the preflight that its browser makes', async ({ browser }) => {
  const site = await startWatchedSite(false)
  try {
    const way = await measure(browser, site)
    expect(way).toMatchObject({
      first: ['chat.js', 'POST /token', 'OPTIONS /v3/chat', CHAT],
      firstWithFile: ['POST /token', 'OPTIONS /v3/chat', CHAT],
      // The conversation and its messages are asked for together.
      list: ['POST /token', expect.stringMatching(/^OPTIONS /), LIST],
    })
  } finally {
    await site.close()
  }
})

test('a service that knows no profile costs a request beside the question and none before it', async ({ browser }) => {
  const site = await startWatchedSite(false, { bots: [] })
  try {
    const page = await openPage(await browser.newContext(), site)
    await askAtOnce(page)
    expect(rowOf(site.seen, CHAT)).toEqual(['chat.js', 'POST /token', expect.stringMatching(/^OPTIONS /), CHAT])
    expect(site.seen.map(({ name }) => name)).toContain('GET /v1/bots/7300000000000000001')
  } finally {
    await site.close()
  }
})
