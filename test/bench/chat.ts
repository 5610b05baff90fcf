/**
 * What a conversation costs in the light chat, through the whole chain: simulator, client, store, panel. Run by `npm run bench chat`.
 * The widely used widgets need 5,300 to 77,000 ms for the first row (peers.md 6.4).
 */
import type { Page } from '@playwright/test'
import { type RunningDemo, startDemo } from '../../src/cli/demo-server.ts'
import { costSoFar, createReport, difference, launchChromium, median, watch } from './chromium.ts'

const RUNS = 3
const PIECE = 10

const demo = await startDemo({
  port: 0,
  simulatorPort: 0,
  tokenTtlSeconds: 900,
  knobs: { tokenDelayMs: 0, pieceLength: PIECE },
})
const browser = await launchChromium()
const report = createReport('A conversation in the light chat')

async function openChat(): Promise<Page> {
  const page = await browser.newPage()
  await page.addInitScript(() => {
    const seen = { longest: 0 }
    Object.assign(window, { seen })
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration)
    }).observe({ type: 'longtask' })
  })
  await page.goto(demo.url)
  await page.locator('coze-chat button[part=launcher]').click()
  await page.locator('coze-chat').getByRole('textbox').waitFor()
  return page
}

async function ask(page: Page, text: string): Promise<void> {
  const chat = page.locator('coze-chat')
  const answers = chat.locator('[part=assistant-message]')
  const before = await answers.count()
  await chat.getByRole('textbox').fill(text)
  await chat.getByRole('textbox').press('Enter')
  await answers.nth(before).waitFor()
  await chat.locator('[role=log][aria-busy=false]').waitFor({ timeout: 120_000 })
}

async function stream(characters: number): Promise<{ taskMs: number; longestMs: number }> {
  const page = await openChat()
  await ask(page, '/markdown')
  const session = await watch(page)
  await page.evaluate(() => Object.assign((window as unknown as { seen: object }).seen, { longest: 0 }))
  const before = await costSoFar(session)
  await ask(page, `/long ${characters}`)
  const { taskMs } = difference(await costSoFar(session), before)
  const longestMs = await page.evaluate(() => (window as unknown as { seen: { longest: number } }).seen.longest)
  await page.close()
  return { taskMs, longestMs }
}

async function streams(characters: number) {
  const all: Awaited<ReturnType<typeof stream>>[] = []
  for (let run = 0; run < RUNS; run++) all.push(await stream(characters))
  return { taskMs: median(all.map(({ taskMs }) => taskMs)), longestMs: median(all.map(({ longestMs }) => longestMs)) }
}

/** A conversation of `count` messages, made through the API as its visitor. */
async function fill(page: Page, running: RunningDemo, count: number): Promise<void> {
  const { simulator } = running.simulator
  const { authorization = '' } = simulator.requests.at(-1)?.headers ?? {}
  const [conversationId] = simulator
    .dump()
    .sessions.flatMap(({ conversations }) => conversations.map(({ id }) => id))
    .slice(-1)
  for (let index = 0; index < count; index++) {
    const question = index % 2 === 0
    await simulator.fetch(
      new Request(`http://coze.test/v1/conversation/message/create?conversation_id=${conversationId}`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({
          role: question ? 'user' : 'assistant',
          content_type: 'text',
          content: question
            ? `Question ${index}`
            : `**Answer ${index}** with a [link](https://example.com) and \`code\`.`,
        }),
      }),
    )
  }
  await page.reload()
}

const small = await streams(20_000)
const large = await streams(80_000)
report.row('20,000 characters of Markdown in 2,000 pieces', small.taskMs, 'ms', { max: 250 })
report.row('longest task meanwhile', small.longestMs, 'ms', { max: 50 })
report.row('80,000 characters against 20,000', large.taskMs / small.taskMs, 'times', { max: 4.6 })
report.row('longest task meanwhile', large.longestMs, 'ms', { max: 50 })

const page = await openChat()
await ask(page, 'Hello')
await fill(page, demo, 5_000)
const launcher = page.locator('coze-chat button[part=launcher]')
await launcher.waitFor()
const opening = await page.evaluate(
  () =>
    new Promise<number>((resolve) => {
      const root = document.querySelector('coze-chat')?.shadowRoot
      const began = performance.now()
      root?.querySelector<HTMLButtonElement>('button[part=launcher]')?.click()
      const look = () => {
        if (root?.querySelector('[part=assistant-message]')) resolve(performance.now() - began)
        else setTimeout(look)
      }
      look()
    }),
)
report.row('history of 5,000 messages: click to the newest ones', opening, 'ms', { max: 300 })
await page.evaluate(() => Object.assign((window as unknown as { seen: object }).seen, { longest: 0 }))
for (let step = 0; step < 60; step++) {
  await page.mouse.move(1060, 400)
  await page.mouse.wheel(0, -900)
  await page.waitForTimeout(60)
}
report.row(
  'longest task while scrolling up through it',
  await page.evaluate(() => (window as unknown as { seen: { longest: number } }).seen.longest),
  'ms',
  { max: 50 },
)

const session = await watch(page)
await page.waitForTimeout(500)
const before = await costSoFar(session)
await page.waitForTimeout(3_000)
report.row('script in 3 s of an idle open panel', difference(await costSoFar(session), before).scriptMs, 'ms', {
  max: 5,
})
await browser.close()
await demo.close()
report.end()
