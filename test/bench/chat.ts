/**
 * What a conversation costs in the light chat, through the whole chain: simulator, client, store, panel. Run by `npm run bench chat`.
 * The widely used widgets need 5,300 to 77,000 ms for the first row.
 */
import type { Page } from '@playwright/test'
import { type RunningDemo, startDemo } from '../../src/cli/demo/demo-server.ts'
import { costSoFar, createReport, difference, launchChromium, median, watch } from './chromium.ts'

const RUNS = 5
const PIECE = 10

const demo = await startDemo({
  port: 0,
  simulatorPort: 0,
  tokenTtlSeconds: 900,
  knobs: { pieceDelayMs: 0, pieceLength: PIECE },
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

/** Asks and waits from within the page, where looking costs nothing that would be taken for ours. */
function askWithin(page: Page, text: string): Promise<void> {
  return page.evaluate(
    (words) =>
      new Promise<void>((resolve) => {
        const root = document.querySelector('coze-chat')?.shadowRoot
        const field = root?.querySelector('textarea')
        if (!field) throw new Error('There is no field to write into.')
        field.value = words
        field.dispatchEvent(new InputEvent('input', { bubbles: true }))
        setTimeout(() => field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true })), 100)
        const look = () => {
          const isDone =
            root?.querySelector('[part=assistant-message]') && root.querySelector('[role=log][aria-busy=false]')
          if (isDone) resolve()
          else setTimeout(look, 100)
        }
        setTimeout(look, 200)
      }),
    text,
  )
}

interface Streamed {
  taskMs: number
  longestMs: number
}

/** The first answer of a chat that has just been opened. */
async function stream(characters: number, slowdown = 1): Promise<Streamed> {
  const page = await openChat()
  const session = await watch(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
  await page.evaluate(() => Object.assign((window as unknown as { seen: object }).seen, { longest: 0 }))
  const before = await costSoFar(session)
  await askWithin(page, `/long ${characters}`)
  const { taskMs } = difference(await costSoFar(session), before)
  const longestMs = await page.evaluate(() => (window as unknown as { seen: { longest: number } }).seen.longest)
  await page.close()
  return { taskMs, longestMs }
}

/** The least that a page can do with the same stream: it appends the words to a paragraph, once a frame. */
async function bare(characters: number): Promise<Streamed> {
  const { simulator } = demo.simulator
  const { authorization = '' } = simulator.requests.at(-1)?.headers ?? {}
  const page = await browser.newPage()
  await page.goto(demo.url)
  const session = await watch(page)
  const before = await costSoFar(session)
  await page.evaluate(
    async ([apiBase, token, text]) => {
      const box = document.body.appendChild(document.createElement('div'))
      box.style.cssText = 'position:fixed;inset:0 0 0 auto;width:380px;height:600px;overflow:auto'
      const words = box.appendChild(document.createElement('p')).appendChild(document.createTextNode(''))
      const response = await fetch(`${apiBase}/v3/chat`, {
        method: 'POST',
        headers: { authorization: token, 'content-type': 'application/json' },
        body: JSON.stringify({
          bot_id: '7300000000000000001',
          user_id: 'bare',
          stream: true,
          additional_messages: [{ role: 'user', type: 'question', content: text, content_type: 'text' }],
        }),
      })
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
      let rest = ''
      let fresh = ''
      for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
        const events = (rest + piece.value).split('\n\n')
        rest = events.pop() ?? ''
        if (fresh === '') {
          requestAnimationFrame(() => {
            words.appendData(fresh)
            fresh = ''
          })
        }
        for (const event of events) {
          if (!event.includes('message.delta')) continue
          fresh += (JSON.parse(event.slice(event.indexOf('{'))) as { content: string }).content
        }
      }
    },
    [demo.simulator.url, authorization, `/long ${characters}`] as const,
  )
  const { taskMs } = difference(await costSoFar(session), before)
  await page.close()
  return { taskMs, longestMs: 0 }
}

/** Runs in turn, so that whatever else the machine does falls on both. */
async function compare(characters: number) {
  const ours: Streamed[] = []
  const least: Streamed[] = []
  for (let run = 0; run < RUNS; run++) {
    ours.push(await stream(characters))
    least.push(await bare(characters))
  }
  return {
    taskMs: median(ours.map(({ taskMs }) => taskMs)),
    bareMs: median(least.map(({ taskMs }) => taskMs)),
    longestMs: median(ours.map(({ longestMs }) => longestMs)),
  }
}

/** A conversation of `count` messages, made through the API as its visitor. */
async function fill(running: RunningDemo, count: number): Promise<void> {
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
}

const small = await compare(20_000)
const large = await compare(80_000)
report.row('20,000 characters of Markdown, the first answer', small.taskMs, 'ms', { max: 250 })
report.row('against a bare page', small.taskMs / small.bareMs, 'times', { max: 2.5 })
report.row('longest task meanwhile', small.longestMs, 'ms', { max: 50 })
report.row('80,000 characters against 20,000', large.taskMs / small.taskMs, 'times', { max: 4.6 })
report.row('80,000 characters against a bare page', large.taskMs / large.bareMs, 'times', { max: 2.5 })
report.row('longest task meanwhile', large.longestMs, 'ms', { max: 50 })
const onPhone: Streamed[] = []
for (let run = 0; run < RUNS; run++) onPhone.push(await stream(20_000, 4))
const longestOnPhone = median(onPhone.map(({ longestMs }) => longestMs))
report.row('longest task on a phone (a quarter of the speed)', longestOnPhone, 'ms', { max: 100 })

const page = await openChat()
await ask(page, 'Hello')
await fill(demo, 5_000)
const launcher = page.locator('coze-chat button[part=launcher]')
const openings: number[] = []
for (let run = 0; run < RUNS; run++) {
  await page.reload()
  await launcher.waitFor()
  openings.push(
    await page.evaluate(
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
    ),
  )
}
report.row('history of 5,000 messages: click to the newest ones', median(openings), 'ms', { max: 300 })
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
